//! A listed struct.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::WebhookRouter;

struct Idled;

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(Idled))]
struct App;

fn main() {}
