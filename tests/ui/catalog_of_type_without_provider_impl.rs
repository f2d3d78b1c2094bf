//! Catalog of a type that does not implement `Provider`.

use serde::{Deserialize, Serialize};
use webhook_runtime::{EventCatalog, UnknownEvent};

struct Acme;

#[derive(Debug, EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {
    #[event("parcel.sent")]
    Sent(Sent),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Debug, Serialize, Deserialize)]
struct Sent {
    parcel: String,
}

fn main() {}
