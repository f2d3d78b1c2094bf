//! Borrows from the body and the router, held across an `await`.

use serde::Deserialize;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{Endpoint, Event, Payload, WebhookRouter, on};

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.*"))]
struct Session<'body> {
    id: &'body str,
}

#[on("session.created")]
async fn named(event: Event<Session<'_>>, app: &App, names: &Vec<String>) {
    std::future::ready(()).await;
    assert!(names.iter().any(|name| name == event.data.id) || app.names.is_empty());
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(named))]
struct App {
    #[webhook(state)]
    names: Vec<String>,
}

fn main() {
    let _ = Endpoint::builder(App { names: Vec::new() });
}
