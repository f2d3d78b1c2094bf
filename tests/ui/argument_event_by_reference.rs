//! Event as a reference.

use webhook_runtime::anthropic::{Anthropic, SessionStatusIdled};
use webhook_runtime::{Event, WebhookRouter, on};

#[on("session.status_idled")]
async fn idled(_: &Event<SessionStatusIdled>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
