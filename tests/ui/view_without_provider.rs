//! View without a provider.

use serde::Deserialize;
use webhook_runtime::Payload;

#[derive(Deserialize, Payload)]
#[payload(events("session.*"))]
struct Session {
    id: String,
}

fn main() {}
