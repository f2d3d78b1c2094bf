//! An unknown key with a list in a router's attribute.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::WebhookRouter;

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handler(idled))]
struct App;

fn main() {}
