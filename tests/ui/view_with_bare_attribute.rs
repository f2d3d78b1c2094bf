//! A view whose attribute has no parentheses.

use serde::Deserialize;
use webhook_runtime::Payload;

#[derive(Deserialize, Payload)]
#[payload]
struct Session {
    id: String,
}

fn main() {}
