//! Same event in two variants.

use serde::{Deserialize, Serialize};
use webhook_runtime::{EventCatalog, Profile, Provider, UnknownEvent};

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
    #[event("parcel.sent")]
    Lost(Lost),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Debug, Serialize, Deserialize)]
struct Sent {
    parcel: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Lost {
    parcel: String,
}

fn main() {}
