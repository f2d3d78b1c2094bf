//! View without `#[payload(…)]`.

use serde::Deserialize;
use webhook_runtime::Payload;

#[derive(Deserialize, Payload)]
struct Session {
    id: String,
}

fn main() {}
