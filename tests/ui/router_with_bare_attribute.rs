//! A router whose attribute has no parentheses.

use webhook_runtime::WebhookRouter;

#[derive(WebhookRouter)]
#[webhook]
struct App;

fn main() {}
