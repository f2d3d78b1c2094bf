//! Payload type at two locations.

use serde::Deserialize;
use webhook_runtime::{EventCatalog, Profile, Provider, UnknownEvent};

struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {
    #[event("parcel.sent", within = "/object")]
    Sent(Parcel),
    #[event("parcel.lost")]
    Lost(Parcel),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Deserialize)]
struct Parcel {}

fn main() {}
