// The catalog is the router's, so the warning is at the router's list.
#![deny(deprecated)]

use webhook_runtime::{EventCatalog, Profile, Provider, UnknownEvent, WebhookRouter, on};

struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {
    #[event("parcel.sent", deprecated)]
    ParcelSent(ParcelSent),
    #[event("parcel.lost")]
    ParcelLost(ParcelLost),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(serde::Deserialize)]
struct ParcelSent {}

#[derive(serde::Deserialize)]
struct ParcelLost {}

#[on("parcel.sent")]
async fn sent() {}

#[on("parcel.lost")]
async fn lost() {}

#[derive(WebhookRouter)]
#[webhook(provider = Acme, handlers(lost, sent))]
struct App;

fn main() {}
