//! Struct in `handlers(…)`.

use webhook_runtime::WebhookRouter;
use webhook_runtime::anthropic::Anthropic;

struct Idled;

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(Idled))]
struct App;

fn main() {}
