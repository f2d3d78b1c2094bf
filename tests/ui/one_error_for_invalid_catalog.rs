//! Invalid catalog that is used: one error.

use serde::{Deserialize, Serialize};
use webhook_runtime::{Endpoint, Event, EventCatalog, Profile, Provider, UnknownEvent};
use webhook_runtime::{Payload, WebhookRouter, on};

struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(Debug, EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {
    #[event("parcel.sent")]
    Sent(Sent),
    #[event("parcel.*")]
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
async fn sent(_: Event<Sent>) {}

#[on("parcel.*")]
async fn parcel(_: Event<AnyParcel>) {}

#[on("*")]
async fn everything(_: Event<AcmeEvent>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Acme, handlers(sent, parcel, everything))]
struct App;

fn main() {
    let _ = Endpoint::builder(App).build();
}
