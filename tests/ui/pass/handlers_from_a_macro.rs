//! Handlers from `macro_rules`: names, literals and types as fragments, and the whole function.

use webhook_runtime::anthropic::{Anthropic, SessionCreated, SessionDeleted, SessionStatusIdled};
use webhook_runtime::{DeliveryId, Endpoint, Event, WebhookRouter, on};

macro_rules! handler {
    ($name:ident, $event:literal, $payload:ty) => {
        #[on($event)]
        async fn $name(event: Event<$payload>, app: &App) -> Result<(), String> {
            drop(event.data);
            app.log(stringify!($name));
            Ok(())
        }
    };
}

handler!(created, "session.created", SessionCreated);
handler!(deleted, "session.deleted", SessionDeleted);

macro_rules! whole {
    ($($function:tt)*) => {
        #[webhook_runtime::on("session.status_idled")]
        $($function)*
    };
}

whole! {
    /// Documentation.
    pub(crate) async fn idled(_: Event<SessionStatusIdled>, _: &App) {}
}

macro_rules! item {
    ($function:item) => {
        #[on("session.archived")]
        $function
    };
}

item! {
    async fn archived(_: DeliveryId) {}
}

macro_rules! everything {
    () => {
        #[on("*")]
        fn everything(id: DeliveryId, app: &App) {
            app.log(id.as_str());
        }
    };
}

everything!();

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created, deleted, idled, archived, everything))]
struct App;

impl App {
    fn log(&self, _: &str) {}
}

fn main() {
    let _ = Endpoint::builder(App);
}
