//! Handlers and endpoint of both programs.

#![allow(clippy::print_stdout, reason = "output of the program")]

use std::time::Duration;

use webhook_runtime::openai::{BatchCompleted, OpenAi};
use webhook_runtime::{
    DeliveryId, EndpointBuilder, Event, Secret, WebhookRouter, on, secret::SecretError,
};

#[on("batch.completed")]
async fn completed(event: Event<BatchCompleted>, id: DeliveryId, app: &App) {
    println!("{id} begins: {} is complete", event.data.id);
    tokio::time::sleep(app.work).await;
    println!("{id} is done");
}

/// The handlers. The receiver uses the same router: it forwards the events that have a handler, and no others.
#[derive(Debug, Default, WebhookRouter)]
#[webhook(provider = OpenAi, handlers(completed))]
#[non_exhaustive]
pub struct App {
    /// Duration of a handler.
    pub work: Duration,
}

/// Returns the endpoint of both programs.
///
/// # Errors
/// If `OPENAI_WEBHOOK_SECRET` is missing or invalid.
pub fn endpoint(app: App) -> Result<EndpointBuilder<App>, SecretError> {
    let secret = Secret::from_env("OPENAI_WEBHOOK_SECRET")?;
    // The name is part of the message ids, so it must not depend on the name of a Rust type.
    Ok(webhook_runtime::Endpoint::builder(app)
        .secret(secret)
        .name("openai"))
}
