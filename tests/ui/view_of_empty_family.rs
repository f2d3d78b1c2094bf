//! A view of a family that takes no event.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("sessions.*"))]
struct Session {
    id: String,
}

fn main() {}
