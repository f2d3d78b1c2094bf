//! Union as a view.

use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Payload)]
#[payload(provider = Anthropic, events("session.*"))]
union Session {
    a: u8,
    b: u8,
}

fn main() {}
