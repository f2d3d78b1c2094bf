//! State that a router lends by an `impl` of its own.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Endpoint, Lend, WebhookRouter, on};

trait Db: Send + Sync {}

struct InMemory;

impl Db for InMemory {}

#[on("session.created")]
async fn created(_: DeliveryId, _: &dyn Db, _: &str, _: &[u8]) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created))]
struct App {
    db: InMemory,
    name: String,
}

impl Lend<dyn Db> for App {
    fn lend(&self) -> &(dyn Db + 'static) {
        &self.db
    }
}

impl Lend<str> for App {
    fn lend(&self) -> &str {
        &self.name
    }
}

impl Lend<[u8]> for App {
    fn lend(&self) -> &[u8] {
        self.name.as_bytes()
    }
}

fn main() {
    let (db, name) = (InMemory, String::new());
    let _ = Endpoint::builder(App { db, name });
}
