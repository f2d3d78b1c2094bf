//! Raw identifiers as names of handlers, modules, fields and routers.

use webhook_runtime::anthropic::{Anthropic, SessionCreated};
use webhook_runtime::testing::Driver;
use webhook_runtime::{DeliveryId, Event, WebhookRouter, on};

mod r#mod {
    #[webhook_runtime::on("session.deleted")]
    pub async fn r#fn(_: webhook_runtime::DeliveryId) {}
}

#[on("session.created")]
async fn r#type(r#in: Event<SessionCreated>, r#as: &r#struct) {
    drop((r#in, r#as));
}

#[on("session.archived")]
async fn r#async(_: DeliveryId) {}

#[allow(non_camel_case_types)]
#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(r#type, r#mod::r#fn, r#async))]
struct r#struct {
    #[webhook(state)]
    r#let: u8,
}

fn main() {
    let _ = Driver::new(r#struct { r#let: 0 });
}
