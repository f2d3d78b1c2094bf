// The events of an invalid handler are unknown, so exhaustiveness is not checked.
use webhook_runtime::anthropic::{Anthropic, AnyVault};
use webhook_runtime::{Event, WebhookRouter, on};

#[on("vault.")]
async fn vault(_: Event<AnyVault>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(vault), exhaustive("vault.*"))]
struct App;

fn main() {}
