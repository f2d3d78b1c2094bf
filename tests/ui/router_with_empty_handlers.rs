//! `handlers()`.

use webhook_runtime::WebhookRouter;
use webhook_runtime::anthropic::Anthropic;

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers())]
struct App;

fn main() {}
