//! A server that receives the webhooks of all four providers and prints each handled delivery as a line of JSON.
//!
//! ```text
//! ANTHROPIC_WEBHOOK_SIGNING_KEY=whsec_… PORT=8080 cargo run --example server
//! ```
//!
//! The first line on standard output is the address, such as `http://127.0.0.1:8080`. Every further line is a delivery.
//! Messages and the log go to standard error; `RUST_LOG` sets the level (default: `warn`). `/health/<provider>` reports
//! the health of each endpoint to a monitor. A provider whose secret is not in the environment is not mounted.
//!
//! On Ctrl-C and SIGTERM the server finishes the running handlers, including those whose senders have disconnected, and
//! logs how long that took. Try it with slow handlers:
//!
//! ```text
//! WORK_MS=5000 RUST_LOG=info cargo run --example server
//! ```

#![allow(clippy::print_stderr, reason = "a command-line program")]

use std::error::Error;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::drains::Drains;
use crate::lines::Lines;
use crate::mount::Mounts;
use crate::shutdown::Shutdown;

mod anthropic;
mod cadenya;
mod drains;
mod lines;
mod mount;
mod openai;
mod shutdown;
mod wacht;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::WARN.into())
        .from_env_lossy();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let work =
        number("WORK_MS", 0).map_err(|_| "WORK_MS is no time: write a number of milliseconds")?;
    let lines = Lines {
        work: Duration::from_millis(work),
    };
    let (web, drains) = mount_all(lines)?;
    let port = number("PORT", 8080)
        .map_err(|_| "PORT is no port: write a number from 0 (any free port) to 65535")?;
    // Before the address is printed: a program that reads it may send the signal at once.
    let shutdown = Shutdown::listen()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| format!("port {port}: {error}"))?;
    lines.print(format!("http://{}", listener.local_addr()?))?;
    axum::serve(listener, web)
        .with_graceful_shutdown(shutdown.requested())
        .await?;
    // The server closes its connections first; then the handlers finish whose senders have disconnected.
    tracing::info!("{}", drains.finish().await);
    Ok(())
}

/// Reads a number from an environment variable.
fn number<N: FromStr>(variable: &str, default: N) -> Result<N, N::Err> {
    match std::env::var(variable) {
        Ok(text) => text.parse(),
        Err(_) => Ok(default),
    }
}

/// Mounts an endpoint for each provider whose secret is in the environment.
fn mount_all(lines: Lines) -> Result<(Router, Drains), mount::MountError> {
    let mut mounts = Mounts::default();
    mounts.add(anthropic::router(lines), &["ANTHROPIC_WEBHOOK_SIGNING_KEY"]);
    mounts.add(openai::router(lines), &["OPENAI_WEBHOOK_SECRET"]);
    mounts.add(
        cadenya::router(lines),
        &["CADENYA_WEBHOOK_SECRET", "CADENYA_WEBHOOK_KEY"],
    );
    mounts.add(wacht::router(lines), &["WACHT_WEBHOOK_SECRET"]);
    mounts.finish()
}
