//! State that the router does not have.

use webhook_runtime::anthropic::{Anthropic, SessionStatusIdled};
use webhook_runtime::{Event, WebhookRouter, on};

struct Db;

#[on("session.status_idled")]
async fn idled(_: Event<SessionStatusIdled>, _: &Db) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
