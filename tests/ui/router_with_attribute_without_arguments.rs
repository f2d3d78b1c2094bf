//! `#[webhook]`.

use webhook_runtime::WebhookRouter;

#[derive(WebhookRouter)]
#[webhook]
struct App;

fn main() {}
