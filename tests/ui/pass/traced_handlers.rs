//! `#[tracing::instrument]` above and below `#[on]`, and lints allowed for the handler.

#![deny(warnings)]

use serde::Deserialize;
use webhook_runtime::anthropic::{Anthropic, SessionCreated, SessionDeleted};
use webhook_runtime::{DeliveryId, Endpoint, Event, EventCatalog, Outcome, Profile, Provider};
use webhook_runtime::{UnknownEvent, WebhookRouter, on};

#[tracing::instrument(skip_all)]
#[on("session.created")]
async fn created(event: Event<SessionCreated>, app: &App) -> Result<(), String> {
    app.log(&event.data.id);
    Ok(())
}

#[on("session.deleted")]
#[tracing::instrument(skip_all, fields(delivery = %id), err)]
async fn deleted(id: DeliveryId, _: Event<SessionDeleted>) -> anyhow::Result<()> {
    Ok(())
}

#[tracing::instrument(level = "debug", skip(_id))]
#[on("session.archived")]
fn archived(_id: DeliveryId) {}

#[on("session.running")]
#[tracing::instrument(ret)]
fn running(id: DeliveryId) -> Outcome {
    Outcome::Done
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic)]
#[cfg_attr(any(), webhook(handlers(nothing)))]
#[cfg_attr(not(any()), webhook(handlers(created, deleted, archived, running)))]
struct App;

impl App {
    fn log(&self, _: &str) {}
}

struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {
    #[event("parcel.sent", deprecated)]
    Sent(Parcel),
    #[event("parcel.lost", deprecated)]
    Lost(Parcel),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Deserialize)]
struct Parcel {}

#[allow(deprecated)]
#[on("parcel.sent")]
fn sent(_: Event<Parcel>) {}

#[on("parcel.lost")]
#[allow(deprecated, dead_code)]
fn drop(_: Event<Parcel>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Acme, handlers(sent, self::drop))]
struct Parcels;

fn main() {
    let _ = Endpoint::builder(App);
    let _ = Endpoint::builder(Parcels);
}
