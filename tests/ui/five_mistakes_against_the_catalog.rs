//! Five mistakes against the catalog: four errors in one build.

use webhook_runtime::anthropic::{Anthropic, SessionCreated, SessionDeleted, SessionStatusIdled};
use webhook_runtime::openai::BatchFailed;
use webhook_runtime::{DeliveryId, Event, WebhookRouter, on};

#[on("session.status_ideld")]
async fn idled(_: Event<SessionStatusIdled>) {}

#[on("session.deleted")]
async fn deleted(_: Event<SessionCreated>) {}

#[on("session.deleted")]
async fn also_deleted(_: Event<SessionDeleted>) {}

#[on("batch.failed")]
async fn failed(_: Event<BatchFailed>) {}

#[on("sesion.*")]
async fn session(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled, deleted, also_deleted, failed, session))]
struct App;

fn main() {}
