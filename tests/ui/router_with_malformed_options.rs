//! Options without values, with values of another form, and tokens that are no option.

use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.created")]
async fn created(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider, handlers, ignore)]
struct WithoutValues;

#[derive(WebhookRouter)]
#[webhook(provider: Anthropic, handlers(created), exhaustive = true)]
struct WithOthers;

#[derive(WebhookRouter)]
#[webhook(provider(Anthropic), handlers(created), 5)]
struct WithNumber;

fn main() {}
