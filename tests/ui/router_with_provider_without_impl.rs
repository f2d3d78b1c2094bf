//! Provider type that does not implement `Provider`.

use webhook_runtime::{DeliveryId, WebhookRouter, on};

struct Acme;

#[on("session.status_idled")]
fn idled(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Acme, handlers(idled))]
struct App;

fn main() {}
