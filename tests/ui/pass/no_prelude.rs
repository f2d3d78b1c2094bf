//! Handlers and routers without a prelude.

#![no_implicit_prelude]

use ::webhook_runtime::anthropic::{Anthropic, AnySession, SessionStatusIdled};
use ::webhook_runtime::{DeliveryId, Endpoint, Event, WebhookRouter, on};

#[on("session.status_idled", retry(max = 5, backoff = "1s..1m"), ordered_by = "/data/id")]
async fn idled(_: Event<SessionStatusIdled>, _: &App, _: &u8) {}

#[on("session.*")]
fn session(_: Event<AnySession>) {}

#[on("session.new", unlisted)]
async fn new(_: DeliveryId) -> ::std::result::Result<(), ::std::string::String> {
    ::std::result::Result::Ok(())
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled, session, new))]
struct App {
    #[webhook(state)]
    count: u8,
}

fn main() {
    let endpoint = Endpoint::builder(App { count: 0 }).build();
    ::std::assert!(endpoint.is_err());
}
