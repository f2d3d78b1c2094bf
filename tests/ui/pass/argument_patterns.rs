//! Patterns as arguments.

use webhook_runtime::anthropic::{Anthropic, SessionCreated, SessionDeleted, SessionStatusIdled};
use webhook_runtime::{DeliveryId, Endpoint, Event, EventId, WebhookRouter, on};
use webhook_runtime::{EventType, Headers, RawBody, Timestamp};

#[on("session.created")]
async fn created(Event { data, .. }: Event<SessionCreated>, App(name): &App) {
    assert!(data.id != *name);
}

#[on("session.deleted")]
async fn deleted(_: Event<SessionDeleted>, _: &App, _: DeliveryId, _: EventId) {}

#[on("session.status_idled")]
async fn idled(mut event: Event<SessionStatusIdled>, app @ App(_): &App) {
    event.data.id.clear();
    drop((event, &app.0));
}

#[on("session.archived")]
fn archived(
    Event {
        id,
        data: SessionId { id: session, .. },
        ..
    }: Event<SessionId>,
    &App(_): &App,
    _: EventType,
    _: Timestamp,
    _: Headers,
    _: RawBody,
) {
    drop((id, session));
}

#[derive(serde::Deserialize, webhook_runtime::Payload)]
#[payload(provider = Anthropic, events("session.*"))]
struct SessionId {
    id: String,
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created, deleted, idled, archived))]
struct App(String);

fn main() {
    let _ = Endpoint::builder(App(String::new()));
}
