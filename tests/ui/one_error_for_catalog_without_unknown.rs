//! Catalog without `unknown`, and handlers that use it: one error.

use serde::{Deserialize, Serialize};
use webhook_runtime::{DeliveryId, Event, EventCatalog, Profile, Provider, WebhookRouter, on};

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
}

#[derive(Debug, Serialize, Deserialize)]
struct Sent {
    parcel: String,
}

#[on("parcel.sent")]
async fn sent(_: Event<Sent>) {}

#[on("*")]
async fn everything(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Acme, handlers(sent, everything))]
struct App;

fn main() {}
