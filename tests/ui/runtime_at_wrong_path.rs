use webhook_runtime::anthropic::{Anthropic, SessionStatusIdled};
use webhook_runtime::{Event, WebhookRouter, on};

#[on("session.status_idled", crate = hooks)]
async fn idled(_: Event<SessionStatusIdled>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled), crate = crate::hooks)]
struct App;

fn main() {}
