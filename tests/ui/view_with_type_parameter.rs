//! View with a type parameter.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.*"))]
struct Session<T> {
    id: T,
}

fn main() {}
