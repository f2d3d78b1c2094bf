//! Endpoint of a struct without `#[derive(WebhookRouter)]`.

use webhook_runtime::Endpoint;

struct App;

fn main() {
    let _ = Endpoint::builder(App);
}
