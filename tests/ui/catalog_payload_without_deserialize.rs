//! Payload without `Deserialize`.

use webhook_runtime::{EventCatalog, Profile, Provider, UnknownEvent};

struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(Debug, EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {
    #[event("parcel.lost")]
    Lost(Lost),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Debug)]
struct Lost {
    parcel: String,
}

fn main() {}
