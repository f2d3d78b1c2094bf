//! Method in `handlers(…)`.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter};

impl App {
    fn idled(_: DeliveryId) {}
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(App::idled))]
struct App;

fn main() {}
