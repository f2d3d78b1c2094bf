//! A router without provider and handlers.

use webhook_runtime::WebhookRouter;

#[derive(WebhookRouter)]
#[webhook()]
struct App;

fn main() {}
