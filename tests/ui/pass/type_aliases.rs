//! Aliases for every type that a handler names.

#![allow(unused_parens)]

use webhook_runtime::anthropic::{Anthropic, SessionStatusIdled};
use webhook_runtime::{DeliveryId, Endpoint, Event, WebhookRouter, on};

type Idled = Event<SessionStatusIdled>;
type Payload = SessionStatusIdled;
type In<T> = Event<T>;
type Id = DeliveryId;
type Router = App;
type Done<E = String> = Result<(), E>;
type Provider = Anthropic;

#[on("session.status_idled")]
async fn idled(_: Idled, _: &Router, _: Id) -> Done {
    Ok(())
}

#[on("session.status_idled")]
async fn by_payload(_: Event<Payload>) -> Done<std::io::Error> {
    Ok(())
}

#[on("session.status_idled")]
async fn by_generic(_: In<Payload>) {}

#[on("session.status_idled")]
async fn by_path(_: webhook_runtime::Event<webhook_runtime::anthropic::SessionStatusIdled>) {}

#[on("session.status_idled")]
async fn in_parentheses(_: (Event<SessionStatusIdled>), _: &(App)) {}

#[derive(WebhookRouter)]
#[webhook(provider = Provider, handlers(idled))]
struct App;

#[derive(WebhookRouter)]
#[webhook(provider = Provider, handlers(by_payload))]
struct ByPayload;

#[derive(WebhookRouter)]
#[webhook(provider = webhook_runtime::anthropic::Anthropic, handlers(by_generic))]
struct ByGeneric;

#[derive(WebhookRouter)]
#[webhook(provider = ::webhook_runtime::anthropic::Anthropic, handlers(by_path))]
struct ByPath;

fn main() {
    let _ = Endpoint::builder(App);
    let _ = Endpoint::builder(ByPayload);
    let _ = Endpoint::builder(ByGeneric);
    let _ = Endpoint::builder(ByPath);
}
