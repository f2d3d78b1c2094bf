//! Misspelled event name of a catalog of one's own.

use serde::{Deserialize, Serialize};
use webhook_runtime::{Event, EventCatalog, Profile, Provider, UnknownEvent, on};

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
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Debug, Serialize, Deserialize)]
struct Sent {
    parcel: String,
}

#[on("parcel.snet")]
async fn sent(_: Event<Sent>) {}

fn main() {}
