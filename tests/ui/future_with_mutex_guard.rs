//! `MutexGuard` held across an `await`.

use std::sync::Mutex;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{WebhookRouter, on};

#[on("session.status_idled")]
async fn idled(app: &App) {
    let mut count = app.count.lock().unwrap();
    std::future::ready(()).await;
    *count += 1;
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App {
    count: Mutex<u32>,
}

fn main() {}
