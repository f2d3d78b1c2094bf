//! Runtime under another name.

extern crate webhook_runtime as hooks;

use hooks::anthropic::{Anthropic, SessionStatusIdled};
use hooks::{Event, EventCatalog, Payload, Profile, Provider, UnknownEvent, WebhookRouter, on};
use serde::{Deserialize, Serialize};

#[on("session.status_idled", crate = hooks)]
async fn idled(_: Event<SessionStatusIdled>, _: &App) {}

#[on("session.*", crate = ::webhook_runtime)]
async fn session(_: Event<Session>) {}

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.*"), crate = hooks)]
struct Session {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled, session), crate = hooks)]
struct App;

struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(EventCatalog)]
#[catalog(provider = Acme, crate = hooks)]
enum AcmeEvent {
    #[event("parcel.sent")]
    Sent(Sent),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Serialize, Deserialize)]
struct Sent {}

fn main() {
    assert!(hooks::Endpoint::builder(App).build().is_err());
}
