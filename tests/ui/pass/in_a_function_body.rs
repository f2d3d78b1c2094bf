//! Handlers and router inside a function.

use webhook_runtime::Endpoint;

fn main() {
    use webhook_runtime::anthropic::{Anthropic, AnySession, SessionStatusIdled};
    use webhook_runtime::{Event, WebhookRouter, on};

    #[on("session.status_idled")]
    async fn idled(_: Event<SessionStatusIdled>, _: &App, _: &Db) {}

    #[on("session.*")]
    async fn session(_: Event<AnySession>) {}

    struct Db;

    #[derive(WebhookRouter)]
    #[webhook(provider = Anthropic, handlers(idled, session))]
    struct App {
        #[webhook(state)]
        db: Db,
    }

    let _ = Endpoint::builder(App { db: Db });
}
