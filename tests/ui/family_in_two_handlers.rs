//! Two handlers for one family.

use webhook_runtime::anthropic::{Anthropic, AnySession};
use webhook_runtime::{DeliveryId, Event, WebhookRouter, on};

#[on("session.*")]
async fn session(_: Event<AnySession>) {}

#[on("session.*")]
async fn also_session(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(session, also_session))]
struct App;

fn main() {}
