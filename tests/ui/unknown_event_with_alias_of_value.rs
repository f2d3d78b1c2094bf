// The alias hides that the payload is of no catalog; the router reports the event.
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{Event, WebhookRouter, on};

type Anything = serde_json::Value;

#[on("session.status_ideld")]
async fn idled(_: Event<Anything>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
