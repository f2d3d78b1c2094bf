//! View with a const parameter.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.*"))]
struct Session<const N: usize> {
    id: String,
}

fn main() {}
