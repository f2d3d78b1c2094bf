//! Unit, tuple and named-field routers, and a handler that several of them list.

use std::sync::Arc;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Endpoint, WebhookRouter, on};

#[on("session.created")]
fn created(_: DeliveryId) {}

#[on("session.deleted")]
async fn deleted(_: &Arc<str>, _: DeliveryId, _: &u8) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created))]
struct Unit;

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic)]
#[webhook(handlers(created, deleted))]
struct Tuple(#[webhook(state)] Arc<str>, u16, #[webhook(state)] u8);

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created, deleted))]
struct Named {
    #[webhook(state)]
    name: Arc<str>,
    #[webhook(state)]
    r#type: u8,
    other: u8,
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created))]
struct Empty {}

fn main() {
    let _ = Endpoint::builder(Unit);
    let _ = Endpoint::builder(Tuple("a".into(), 1, 2));
    let (name, other) = ("a".into(), 2);
    let _ = Endpoint::builder(Named {
        name,
        r#type: 1,
        other,
    });
    let _ = Endpoint::builder(Empty {});
}
