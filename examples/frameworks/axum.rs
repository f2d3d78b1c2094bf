//! axum: an endpoint is a `tower` service, and so is a route.
//!
//! ```text
//! OPENAI_WEBHOOK_SECRET=whsec_… PORT=8080 cargo run -p webhook-frameworks --example axum
//! ```
#![allow(clippy::print_stdout, reason = "the output of the program")]

use std::net::Ipv4Addr;

use tokio::net::TcpListener;
use webhook_runtime::openai::{BatchCompleted, OpenAi};
use webhook_runtime::{BoxError, Endpoint, Event, Router, Secret, WebhookRouter, on};

#[on("batch.completed")]
async fn completed(event: Event<BatchCompleted>) {
    println!("{} is complete", event.data.id);
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(completed))]
struct App;

pub(crate) async fn serve<R: Router>(
    listener: TcpListener,
    endpoint: Endpoint<R>,
) -> Result<(), BoxError> {
    let web = axum::Router::new().route_service("/webhooks/openai", endpoint);
    axum::serve(listener, web).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let secret = Secret::from_env("OPENAI_WEBHOOK_SECRET")?;
    let endpoint = Endpoint::builder(App).secret(secret).build()?;
    let port = std::env::var("PORT").map_or(Ok(8080), |port| port.parse())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("http://{}", listener.local_addr()?);
    serve(listener, endpoint).await
}
