//! View with two lifetimes.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.*"))]
struct Session<'a, 'b> {
    id: &'a str,
    organization_id: &'b str,
}

fn main() {}
