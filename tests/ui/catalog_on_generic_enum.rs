//! Catalog with a type parameter.

use serde::{Deserialize, Serialize};
use webhook_runtime::{EventCatalog, Profile, Provider, UnknownEvent};

struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent<Sent>;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(Debug, EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent<T> {
    #[event("parcel.sent")]
    Sent(Sent),
    #[event("parcel.lost")]
    Lost(T),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Debug, Serialize, Deserialize)]
struct Sent {
    parcel: String,
}

fn main() {}
