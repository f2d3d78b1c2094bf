//! Struct as a catalog.

use serde::{Deserialize, Serialize};
use webhook_runtime::{EventCatalog, Profile, Provider};

struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(Debug, EventCatalog)]
#[catalog(provider = Acme)]
struct AcmeEvent {
    sent: Sent,
}

#[derive(Debug, Serialize, Deserialize)]
struct Sent {
    parcel: String,
}

fn main() {}
