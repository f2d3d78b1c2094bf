//! A process of the crash test, to be killed: it handles the deliveries of an inbox, and receives deliveries if it has a
//! port.
//!
//! ```text
//! crash-node postgres|sqlite DATABASE PORT WORKERS
//! ```
//!
//! `DATABASE` is a PostgreSQL URL or the path of a file. With the port `-`, the process receives nothing. `CRASH_SEED` seeds
//! its faults. The process exits when its standard input is closed, together with the test that has started it.

#![allow(clippy::print_stderr, reason = "output of the program")]

use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::time::Duration;

use tokio::net::TcpListener;
use webhook_runtime::inbox::Inbox;
use webhook_runtime::testing::TEST_SECRET;
use webhook_runtime::{BoxError, Endpoint, Retry, Router};

use crate::faults::Faults;

mod faults;
mod postgres;
mod sqlite;

/// Short, so that the rows of a killed process are soon leased by another one.
const LEASE: Duration = Duration::from_secs(2);

/// Limits how far the sender is ahead of the handlers: beyond it, deliveries are answered with 503.
const MAX_BACKLOG: u64 = 1_000;

/// Retry policy under which every delivery that can succeed succeeds, however often its process is killed.
const RETRY: Retry = Retry::new()
    .max_retries(1_000)
    .initial_backoff(Duration::from_millis(20))
    .max_backoff(Duration::from_millis(500));

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .init();
    std::thread::spawn(exit_when_stdin_closes);
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn exit_when_stdin_closes() {
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
    std::process::exit(0);
}

async fn run() -> Result<(), BoxError> {
    let mut args = std::env::args().skip(1);
    let mut next = |name: &str| args.next().ok_or(format!("missing argument: {name}"));
    let kind = next("kind of database")?;
    let database = next("URL or path of the database")?;
    let port = match next("port")?.as_str() {
        "-" => None,
        port => Some(port.parse()?),
    };
    let workers = next("number of workers")?.parse()?;
    let seed = std::env::var("CRASH_SEED")?.parse()?;
    let faults = Faults::new(seed);
    match kind.as_str() {
        "postgres" => {
            let (app, inbox) = postgres::open(database, faults).await?;
            run_endpoint(app, inbox, port, workers).await
        }
        "sqlite" => {
            let (app, inbox) = sqlite::open(database.as_ref(), faults).await?;
            run_endpoint(app, inbox, port, workers).await
        }
        other => Err(format!("unknown kind of database {other}: use postgres or sqlite").into()),
    }
}

/// Handles and receives deliveries until the process is killed.
async fn run_endpoint(
    app: impl Router,
    inbox: impl Inbox,
    port: Option<u16>,
    workers: usize,
) -> Result<(), BoxError> {
    let endpoint = Endpoint::builder(app)
        .secret(TEST_SECRET)
        .name("crash")
        .lease(LEASE)
        .retry(RETRY)
        .workers(workers)
        .max_backlog(MAX_BACKLOG)
        .inbox(inbox)
        .build()?;
    match port {
        Some(port) => {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
            let web = axum::Router::new().route_service("/", endpoint);
            Ok(axum::serve(listener, web).await?)
        }
        None => std::future::pending().await,
    }
}
