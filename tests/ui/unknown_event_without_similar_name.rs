//! Event name without a similar one in the catalog.

use webhook_runtime::anthropic::AnthropicEvent;
use webhook_runtime::{Event, on};

#[on("pizza.delivered")]
async fn delivered(_: Event<AnthropicEvent>) {}

fn main() {}
