//! Functions that are `const`, have an explicit Rust ABI, or have no arguments.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{Endpoint, WebhookRouter, on};

#[on("session.created")]
const fn constant() {}

#[on("session.deleted")]
pub async fn nothing() {}

#[on("session.archived")]
async fn diverges(app: &App) -> Result<(), String> {
    loop {
        if app.0 {
            return Ok(());
        }
        std::future::ready(()).await;
    }
}

#[on("session.running")]
async fn block() {
    async { Some(()) }.await;
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(constant, nothing, diverges, block))]
struct App(bool);

fn main() {
    constant();
    let _ = nothing();
    let _ = Endpoint::builder(App(true));
}
