//! Two handlers for one event.

use webhook_runtime::anthropic::{Anthropic, SessionStatusIdled};
use webhook_runtime::{DeliveryId, Event, WebhookRouter, on};

#[on("session.status_idled")]
async fn idled(_: Event<SessionStatusIdled>) {}

#[on("session.created", "session.status_idled")]
async fn also_idled(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled, also_idled))]
struct App;

fn main() {}
