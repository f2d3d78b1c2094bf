// What the handler was meant for is not known, so nothing is said to be left out.
use webhook_runtime::anthropic::{Anthropic, AnyVault};
use webhook_runtime::{Event, WebhookRouter, on};

#[on("vault.")]
async fn vault(_: Event<AnyVault>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(vault), exhaustive("vault.*"))]
struct App;

fn main() {}
