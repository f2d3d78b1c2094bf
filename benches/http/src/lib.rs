//! Code that the servers share: the listener, and the number of handled deliveries that they report at exit.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use webhook_runtime::BoxError;

pub mod by_hand;

/// Number of deliveries that reached a handler.
#[derive(Clone, Debug, Default)]
pub struct Handled(Arc<AtomicU64>);

impl Handled {
    /// Counts a delivery.
    pub fn count<T>(&self, delivery: T) {
        drop(delivery);
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Serves until standard input is closed. The first line on standard error is the address, the last is the number of
/// handled deliveries. Standard output is for the handlers.
///
/// # Errors
///
/// No port is available, or the server fails.
#[allow(clippy::print_stderr, reason = "the output of the program")]
pub async fn serve(web: axum::Router, handled: &Handled) -> Result<(), BoxError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    eprintln!("{}", listener.local_addr()?);
    axum::serve(listener, web)
        .with_graceful_shutdown(input_closed())
        .await?;
    eprintln!("{}", handled.0.load(Ordering::Relaxed));
    Ok(())
}

async fn input_closed() {
    let mut rest = Vec::new();
    // An error also means that the input is closed.
    let _ = tokio::io::stdin().read_to_end(&mut rest).await;
}
