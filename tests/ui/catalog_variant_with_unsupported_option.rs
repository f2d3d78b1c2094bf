//! Option of another attribute in `#[event(…)]`.

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
    #[event("parcel.sent", unlisted)]
    Sent(Sent),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Debug, Serialize, Deserialize)]
struct Sent {
    parcel: String,
}

fn main() {}
