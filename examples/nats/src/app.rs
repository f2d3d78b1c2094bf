//! What both programs share: the handlers, and the endpoint around them.

#![allow(clippy::print_stdout, reason = "what a program says")]

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

/// The handlers. The receiver knows them, too: it hands over what one of them takes, and nothing else.
#[derive(Debug, Default, WebhookRouter)]
#[webhook(provider = OpenAi, handlers(completed))]
#[non_exhaustive]
pub struct App {
    /// How long a handler takes.
    pub work: Duration,
}

/// The endpoint of both programs.
///
/// # Errors
/// If the secret is not in the environment.
pub fn endpoint(app: App) -> Result<EndpointBuilder<App>, SecretError> {
    let secret = Secret::from_env("OPENAI_WEBHOOK_SECRET")?;
    // Messages are known by the name: it must not change with that of a type.
    Ok(webhook_runtime::Endpoint::builder(app)
        .secret(secret)
        .name("openai"))
}
