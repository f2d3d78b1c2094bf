//! Misspelled option with a list in `#[webhook(…)]`.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::WebhookRouter;

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handler(idled))]
struct App;

fn main() {}
