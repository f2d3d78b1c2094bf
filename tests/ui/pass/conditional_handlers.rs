//! `#[cfg]` above and below `#[on]`, and on fields of the router.

use webhook_runtime::anthropic::{Anthropic, SessionStatusIdled};
use webhook_runtime::{DeliveryId, Endpoint, Event, WebhookRouter, on};

#[cfg(all())]
#[on("session.status_idled")]
async fn idled(_: Event<SessionStatusIdled>) {}

#[on("session.created")]
#[cfg(all())]
async fn created(_: DeliveryId, _: &u8) {}

#[cfg(any())]
#[on("session.nonsense")]
async fn above(_: Nothing) {}

#[on("session.archived")]
#[cfg(any())]
async fn below(_: DeliveryId) {}

#[on("session.archived")]
#[cfg_attr(all(), doc = "Text.")]
#[cfg_attr(any(), cfg(any()))]
async fn attributed(_: DeliveryId) {}

// Two functions of one name, one of which exists.
#[cfg(any())]
#[on("session.deleted")]
async fn deleted(_: DeliveryId) {}

#[cfg(not(any()))]
#[on("session.deleted")]
async fn deleted(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled, created, attributed, deleted))]
struct App {
    #[webhook(state)]
    count: u8,
    #[cfg(any())]
    #[webhook(state)]
    nothing: Nothing,
}

fn main() {
    let _ = Endpoint::builder(App { count: 0 });
}
