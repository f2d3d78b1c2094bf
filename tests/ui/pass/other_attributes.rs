//! Doc comments and other attributes above and below `#[on]`.

#![deny(warnings)]

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Endpoint, WebhookRouter, on};

/// Documentation above `#[on]`.
#[allow(unused_variables)]
#[inline]
#[on("session.status_idled")]
/// Documentation below `#[on]`.
#[must_use = "a reason"]
async fn idled(id: DeliveryId) -> Result<(), String> {
    Ok(())
}

#[on("session.created")]
#[expect(unused_variables, reason = "proves that the attribute reaches the function")]
#[doc(alias = "new")]
#[cold]
fn created(id: DeliveryId, #[allow(unused)] app: &App) {}

#[must_use]
#[on("session.deleted")]
#[track_caller]
fn deleted(#[allow(unused_mut)] mut _id: DeliveryId) -> webhook_runtime::Outcome {
    webhook_runtime::Outcome::Done
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled, created, deleted))]
struct App;

fn main() {
    let _ = Endpoint::builder(App);
}
