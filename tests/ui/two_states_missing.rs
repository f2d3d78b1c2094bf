//! Two types of state that the router does not have.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{WebhookRouter, on};

struct Db;
struct Mail;

#[on("session.status_idled")]
async fn idled(_: &Db, _: &Mail) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
