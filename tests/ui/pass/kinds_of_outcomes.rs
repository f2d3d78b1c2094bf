//! All supported return types.

use std::time::Duration;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{BoxError, DeliveryId, Endpoint, Outcome, WebhookRouter, on};

#[on("session.created")]
fn unit() {}

#[on("session.pending")]
fn written_unit() -> () {}

#[on("session.running")]
async fn outcome() -> Outcome {
    Outcome::RetryLater(Duration::from_secs(1))
}

#[on("session.idled")]
fn text() -> Result<(), String> {
    Err("text".to_owned())
}

#[on("session.archived")]
async fn static_text() -> Result<Outcome, &'static str> {
    Ok(Outcome::Gone)
}

#[on("session.deleted")]
async fn boxed() -> Result<(), BoxError> {
    Err(Box::new(std::fmt::Error))
}

#[on("session.updated")]
async fn any() -> anyhow::Result<()> {
    anyhow::bail!("any")
}

#[on("vault.created")]
async fn any_outcome(id: DeliveryId) -> anyhow::Result<Outcome> {
    anyhow::ensure!(!id.as_str().is_empty(), "no id");
    Ok(Outcome::Done)
}

#[on("vault.archived")]
async fn own() -> Result<(), OwnError> {
    Err(OwnError::Io(std::io::Error::other("own")))
}

#[derive(Debug)]
enum OwnError {
    Io(std::io::Error),
}

impl std::fmt::Display for OwnError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::Io(error) = self;
        write!(f, "own: {error}")
    }
}

impl std::error::Error for OwnError {}

#[derive(WebhookRouter)]
#[webhook(
    provider = Anthropic,
    handlers(unit, written_unit, outcome, text, static_text, boxed, any, any_outcome, own)
)]
struct App;

fn main() {
    let _ = Endpoint::builder(App);
}
