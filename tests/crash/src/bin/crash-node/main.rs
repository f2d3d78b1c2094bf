//! A process of the crash test: it handles what is in an inbox, and takes deliveries if it has a port. To be killed.
//!
//! ```text
//! crash-node postgres|sqlite PLACE PORT WORKERS
//! ```
//!
//! The place is a URL of PostgreSQL, or the path of a file; without a port (`-`) it only handles. `CRASH_SEED` says what
//! goes wrong in it. It ends by itself when its standard input does: with the test that has started it.

#![allow(
    clippy::print_stderr,
    reason = "messages of a program for its operator"
)]

use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::time::Duration;

use tokio::net::TcpListener;
use webhook_runtime::inbox::Inbox;
use webhook_runtime::testing::TEST_SECRET;
use webhook_runtime::{BoxError, Endpoint, Retry, Router};

use crate::mishaps::Mishaps;

mod mishaps;
mod postgres;
mod sqlite;

/// Short, so that what a dead process has left is taken over soon.
const LEASE: Duration = Duration::from_secs(2);

/// Beyond, the sender is told to come again: so deliveries come no faster than they are handled.
const MOST_WAITING: u64 = 1_000;

/// What fails by accident is tried until it succeeds, however often its process is killed.
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
    std::thread::spawn(end_with_the_input);
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn end_with_the_input() {
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
    std::process::exit(0);
}

async fn run() -> Result<(), BoxError> {
    let mut args = std::env::args().skip(1);
    let mut next = |what: &str| args.next().ok_or(format!("the {what} is missing"));
    let kind = next("kind of database")?;
    let place = next("place of the database")?;
    let port = match next("port")?.as_str() {
        "-" => None,
        port => Some(port.parse()?),
    };
    let workers = next("number of workers")?.parse()?;
    let seed = std::env::var("CRASH_SEED")?.parse()?;
    let mishaps = Mishaps::new(seed);
    match kind.as_str() {
        "postgres" => {
            let (app, inbox) = postgres::open(place, mishaps).await?;
            work(app, inbox, port, workers).await
        }
        "sqlite" => {
            let (app, inbox) = sqlite::open(place.as_ref(), mishaps).await?;
            work(app, inbox, port, workers).await
        }
        other => Err(format!("{other} is neither postgres nor sqlite").into()),
    }
}

/// Handles deliveries, and takes them, until it is killed.
async fn work(
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
        .max_backlog(MOST_WAITING)
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
