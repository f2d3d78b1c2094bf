//! Trait object as state.

use std::sync::Arc;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Endpoint, WebhookRouter, on};

trait Db: Send + Sync {
    fn save(&self, id: &str);
}

struct InMemory;

impl Db for InMemory {
    fn save(&self, _: &str) {}
}

#[on("session.created")]
async fn created(id: DeliveryId, db: &Box<dyn Db>) {
    db.save(id.as_str());
}

#[on("session.deleted")]
async fn deleted(id: DeliveryId, db: &Arc<dyn Db + Send + Sync>) {
    db.save(id.as_str());
}

#[on("session.archived")]
fn archived(id: DeliveryId, save: &fn(&str), all: &[&'static str; 2]) {
    save(id.as_str());
    save(all[0]);
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created, deleted, archived))]
struct App {
    #[webhook(state)]
    boxed: Box<dyn Db>,
    #[webhook(state)]
    shared: Arc<dyn Db + Send + Sync>,
    #[webhook(state)]
    save: fn(&str),
    #[webhook(state)]
    all: [&'static str; 2],
}

fn main() {
    let _ = Endpoint::builder(App {
        boxed: Box::new(InMemory),
        shared: Arc::new(InMemory),
        save: |_| {},
        all: ["a", "b"],
    });
}
