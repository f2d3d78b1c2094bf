//! Catalog and view without a prelude.

#![no_implicit_prelude]

use ::serde::{Deserialize, Serialize};
use ::webhook_runtime::{Endpoint, Event, EventCatalog, Payload, Profile, Provider, UnknownEvent};
use ::webhook_runtime::{WebhookRouter, on};

struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(Debug, EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {
    #[event("parcel.sent", within = "/object")]
    Sent(Sent),
    #[event("parcel.lost")]
    Lost(Lost),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Debug, Serialize, Deserialize)]
struct Sent {}

#[derive(Debug, Serialize, Deserialize)]
struct Lost {}

#[derive(Deserialize, Payload)]
#[payload(provider = Acme, events("parcel.*"))]
struct AnyParcel {}

#[on("parcel.sent")]
async fn sent(_: Event<Sent>, _: &App, _: &u8) {}

#[on("parcel.*")]
async fn parcel(_: Event<AnyParcel>) {}

#[on("*", unlisted)]
fn everything(_: Event<AcmeEvent>) {}

#[on("parcel.burnt", unlisted)]
fn burnt() {}

#[derive(WebhookRouter)]
#[webhook(provider = Acme, handlers(sent, parcel, everything, burnt))]
struct App {
    #[webhook(state)]
    count: u8,
}

fn main() {
    let endpoint = Endpoint::builder(App { count: 0 }).build();
    ::std::assert!(endpoint.is_err());
}
