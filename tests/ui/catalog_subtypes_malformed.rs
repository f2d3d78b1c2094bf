//! Sub-types with missing, duplicate and unknown options.

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
    #[event("parcel.sent", subtypes(at = "/by", "ship" = Parcel))]
    Sent(Parcel),
    #[event("parcel.moved", subtypes(key = "to", at = "/to"))]
    Moved(Parcel),
    #[event("parcel.lost", subtypes(key = "to", at = "to", "sea" = "Parcel"))]
    Lost(Parcel),
    #[event("parcel.found", subtypes(key = "by", at = "/by", "dog" = Parcel, "dog" = Parcel))]
    Found(Parcel),
    #[event("parcel.burnt", subtypes(kee = "by", at = "/by", "sun" = Parcel))]
    Burnt(Parcel),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Deserialize)]
struct Parcel {}

fn main() {}
