//! Four different mistakes: four errors in one build.

use webhook_runtime::anthropic::{Anthropic, SessionCreated, SessionStatusIdled};
use webhook_runtime::{DeliveryId, Event, WebhookRouter, on};

#[on("session.status_ideld")]
async fn idled(_: Event<SessionStatusIdled>) {}

#[on("session.deleted")]
async fn deleted(_: Event<SessionCreated>) {}

#[on("session.archived")]
async fn archived(_: DeliveryId) -> u32 {
    200
}

#[on("session..running")]
async fn running(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled, deleted, archived, running))]
struct App;

fn main() {}
