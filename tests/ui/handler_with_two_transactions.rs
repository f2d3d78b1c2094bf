//! An endpoint has one inbox, so a handler takes the transaction of one.

use webhook_runtime::catalog::AnyCatalog;
use webhook_runtime::openai::BatchFailed;
use webhook_runtime::{BoxError, Delivery, Event, FromDelivery, on};

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
async fn failed(event: Event<BatchFailed>, ledger: Ledger, archive: Archive) {}

fn main() {}
