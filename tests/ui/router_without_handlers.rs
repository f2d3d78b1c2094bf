//! Router without `handlers(…)`.

use webhook_runtime::WebhookRouter;
use webhook_runtime::anthropic::Anthropic;

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic)]
struct App;

fn main() {}
