//! View of a type that does not implement `Provider`.

use serde::Deserialize;
use webhook_runtime::Payload;

#[derive(Deserialize, Payload)]
#[payload(provider = Acme, events("session.*"))]
struct Session {
    id: String,
}

struct Acme;

fn main() {}
