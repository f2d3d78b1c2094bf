//! Entries of `handlers(…)` that are not paths.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.created")]
async fn created(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created(), &created))]
struct Called;

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers[created])]
struct InBrackets;

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(#[cfg(feature = "audit")] created))]
struct UnderCfg;

fn main() {}
