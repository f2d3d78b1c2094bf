//! What the servers have in common: where they listen, and what they tell when they end.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use webhook_runtime::BoxError;

pub mod by_hand;

/// Counts the deliveries that reached a handler.
#[derive(Clone, Debug, Default)]
pub struct Handled(Arc<AtomicU64>);

impl Handled {
    /// One more.
    pub fn count<T>(&self, delivery: T) {
        drop(delivery);
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Serves until the input ends. The first line on standard error is the address, the last is how many deliveries were
/// handled; standard output is the handlers'.
///
/// # Errors
///
/// No port, or an output that is gone.
#[allow(clippy::print_stderr, reason = "what a program says")]
pub async fn serve(web: axum::Router, handled: &Handled) -> Result<(), BoxError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    eprintln!("{}", listener.local_addr()?);
    axum::serve(listener, web)
        .with_graceful_shutdown(input_ends())
        .await?;
    eprintln!("{}", handled.0.load(Ordering::Relaxed));
    Ok(())
}

async fn input_ends() {
    let mut rest = Vec::new();
    // An input that fails has ended, too.
    let _ = tokio::io::stdin().read_to_end(&mut rest).await;
}
