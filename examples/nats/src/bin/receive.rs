//! Receives webhooks of OpenAI and forwards them to NATS.
//!
//! Environment: `OPENAI_WEBHOOK_SECRET`; `PORT` (default 8080); `NATS_URL` (default `nats://127.0.0.1:4222`), which may
//! contain a user and a password; `NATS_STREAM` (default `webhooks`). Prints its address. Ctrl-C and SIGTERM shut it down
//! after the requests in flight.
#![allow(clippy::print_stdout, reason = "output of the program")]

use std::net::Ipv4Addr;

use tokio::net::TcpListener;
use webhook_nats::{App, JetStream, Stop, endpoint, log, variable};
use webhook_runtime::BoxError;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    log();
    let queue = JetStream::connect(
        &variable("NATS_URL", "nats://127.0.0.1:4222"),
        &variable("NATS_STREAM", "webhooks"),
    )
    .await?;
    let endpoint = endpoint(App::default())?
        .body_limit(queue.body_limit())
        .forward_to(queue)
        .build()?;

    let web = axum::Router::new().route_service("/webhooks/openai", endpoint);
    let stop = Stop::listen()?;
    let port: u16 = variable("PORT", "8080").parse()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, web)
        .with_graceful_shutdown(stop.requested())
        .await?;
    Ok(())
}
