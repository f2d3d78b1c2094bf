//! `Rc` held across an `await`.

use std::rc::Rc;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.status_idled")]
async fn idled(_: DeliveryId) {
    let count = Rc::new(1);
    std::future::ready(()).await;
    drop(count);
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
