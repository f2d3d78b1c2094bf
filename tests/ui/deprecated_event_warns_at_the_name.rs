//! Deprecated event in a handler with a payload; the warning is an error here.

#![deny(warnings)]

use serde::Deserialize;
use webhook_runtime::{Event, EventCatalog, Profile, Provider, UnknownEvent, on};

pub struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(EventCatalog)]
#[catalog(provider = Acme)]
pub enum AcmeEvent {
    #[event("parcel.sent", deprecated)]
    ParcelSent(Parcel),
    #[event("parcel.lost")]
    ParcelLost(Parcel),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Deserialize)]
pub struct Parcel {
    pub parcel: String,
}

#[on("parcel.sent", "parcel.lost")]
pub async fn sent(_: Event<Parcel>) {}

fn main() {}
