//! A router without its attribute.

use webhook_runtime::WebhookRouter;

#[derive(WebhookRouter)]
struct App;

fn main() {}
