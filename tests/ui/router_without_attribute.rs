//! Router without `#[webhook(…)]`.

use webhook_runtime::WebhookRouter;

#[derive(WebhookRouter)]
struct App;

fn main() {}
