//! Handler with a foreign calling convention.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{RawBody, WebhookRouter, on};

#[on("session.status_idled")]
extern "C" fn idled(_: RawBody) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
