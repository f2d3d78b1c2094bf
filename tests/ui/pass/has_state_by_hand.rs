//! State through an `impl HasState` of one's own.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Endpoint, HasState, WebhookRouter, on};

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

impl HasState<dyn Db> for App {
    fn state(&self) -> &(dyn Db + 'static) {
        &self.db
    }
}

impl HasState<str> for App {
    fn state(&self) -> &str {
        &self.name
    }
}

impl HasState<[u8]> for App {
    fn state(&self) -> &[u8] {
        self.name.as_bytes()
    }
}

fn main() {
    let (db, name) = (InMemory, String::new());
    let _ = Endpoint::builder(App { db, name });
}
