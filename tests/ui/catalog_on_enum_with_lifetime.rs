//! Catalog with a lifetime: one error, not one for each payload.

use serde::Deserialize;
use webhook_runtime::{EventCatalog, Profile, Provider, UnknownEvent};

struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent<'static>;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent<'a> {
    #[event("parcel.sent")]
    Sent(Parcel<'a>),
    #[event("parcel.lost")]
    Lost(Lost),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Deserialize)]
struct Parcel<'a> {
    name: &'a str,
}

#[derive(Deserialize)]
struct Lost {}

fn main() {}
