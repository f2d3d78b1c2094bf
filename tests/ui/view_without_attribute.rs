//! A view without its attribute.

use serde::Deserialize;
use webhook_runtime::Payload;

#[derive(Deserialize, Payload)]
struct Session {
    id: String,
}

fn main() {}
