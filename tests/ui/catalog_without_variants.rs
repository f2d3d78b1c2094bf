//! Catalog without variants.

use serde::{Deserialize, Serialize};
use webhook_runtime::{EventCatalog, Profile, Provider};

struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(Debug, EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {}

#[derive(Debug, Serialize, Deserialize)]
struct Sent {
    parcel: String,
}

fn main() {}
