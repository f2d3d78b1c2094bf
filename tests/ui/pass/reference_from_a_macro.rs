//! Borrowed argument from a `ty` fragment of `macro_rules`.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Endpoint, WebhookRouter, on};

macro_rules! typed {
    ($name:ident($($argument:ident: $ty:ty),*) -> $returns:ty $body:block) => {
        #[on("session.running")]
        fn $name($($argument: $ty),*) -> $returns $body
    };
}

typed!(running(id: DeliveryId, app: &App) -> Result<(), String> {
    drop((id, app));
    Ok(())
});

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(running))]
struct App;

fn main() {
    let _ = Endpoint::builder(App);
}
