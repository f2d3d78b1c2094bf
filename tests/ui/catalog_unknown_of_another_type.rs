//! `unknown` variant without `UnknownEvent`.

use serde::Deserialize;
use webhook_runtime::{EventCatalog, Profile, Provider};

struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {
    #[event("parcel.sent")]
    Sent(Parcel),
    #[event(unknown)]
    Unknown(serde_json::Value),
}

#[derive(Deserialize)]
struct Parcel {}

fn main() {}
