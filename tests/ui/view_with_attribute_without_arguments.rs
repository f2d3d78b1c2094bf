//! `#[payload]`.

use serde::Deserialize;
use webhook_runtime::Payload;

#[derive(Deserialize, Payload)]
#[payload]
struct Session {
    id: String,
}

fn main() {}
