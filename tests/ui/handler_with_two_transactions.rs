//! An endpoint has one inbox, so a handler takes the transaction of one.

use webhook_runtime::catalog::AnyCatalog;
use webhook_runtime::openai::{BatchFailed, OpenAi};
use webhook_runtime::{BoxError, Delivery, Event, FromDelivery, WebhookRouter, on};

struct Ledger;
struct Archive;

impl<'d> FromDelivery<'d> for Ledger {
    type Catalog = AnyCatalog;
    const REQUIRES: Option<&'static str> = Some("Ledger");

    fn from_delivery(_: &'d Delivery<'d>) -> Result<Self, BoxError> {
        Ok(Self)
    }
}

impl<'d> FromDelivery<'d> for Archive {
    type Catalog = AnyCatalog;
    const REQUIRES: Option<&'static str> = Some("Archive");

    fn from_delivery(_: &'d Delivery<'d>) -> Result<Self, BoxError> {
        Ok(Self)
    }
}

#[on("batch.failed")]
async fn failed(_: Event<BatchFailed>, _: Ledger, _: Archive) {}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(failed))]
struct App;

fn main() {}
