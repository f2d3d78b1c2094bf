//! axum, with a route instead of a webhook router: the extractor `Webhook` passes a verified event as an argument.
//!
//! ```text
//! OPENAI_WEBHOOK_SECRET=whsec_… PORT=8080 cargo run -p webhook-frameworks --example extractor
//! ```
#![allow(clippy::print_stdout, reason = "the output of the program")]

use std::net::Ipv4Addr;

use axum::extract::{FromRef, State};
use axum::routing::post;
use tokio::net::TcpListener;
use webhook_runtime::adapters::axum::{Extract, Webhook};
use webhook_runtime::openai::{BatchCompleted, OpenAi};
use webhook_runtime::{BoxError, Endpoint, Secret};

#[derive(Clone)]
struct App {
    greeting: &'static str,
    openai: Endpoint<Extract<OpenAi>>,
}

impl FromRef<App> for Endpoint<Extract<OpenAi>> {
    fn from_ref(app: &App) -> Self {
        app.openai.clone()
    }
}

async fn completed(State(app): State<App>, Webhook(event): Webhook<BatchCompleted>) {
    println!("{}: {} is complete", app.greeting, event.data.id);
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let secret = Secret::from_env("OPENAI_WEBHOOK_SECRET")?;
    let openai = Endpoint::builder(Extract::new()).secret(secret).build()?;
    let greeting = "received";
    let web = axum::Router::new()
        .route("/webhooks/openai", post(completed))
        .with_state(App { greeting, openai });
    let port = std::env::var("PORT").map_or(Ok(8080), |port| port.parse())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, web).await?;
    Ok(())
}
