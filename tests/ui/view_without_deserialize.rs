//! View without `Deserialize`.

use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Payload)]
#[payload(provider = Anthropic, events("session.*"))]
struct Session {
    id: String,
}

fn main() {}
