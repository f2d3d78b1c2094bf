//! Runtime through a module that re-exports it.

mod vendor {
    pub mod web {
        pub use webhook_runtime as hooks;
    }
}

mod app {
    use crate::vendor::web::hooks::anthropic::{Anthropic, SessionStatusIdled};
    use crate::vendor::web::hooks::{DeliveryId, Event, Payload, WebhookRouter, on};
    use serde::Deserialize;

    #[on("session.status_idled", crate = crate::vendor::web::hooks)]
    async fn idled(_: Event<SessionStatusIdled>, _: &App) {}

    #[on("session.created", crate = super::vendor::web::hooks)]
    async fn created(_: DeliveryId) {}

    #[on("session.*", crate = crate::vendor::web::hooks)]
    async fn session(_: Event<Session>) {}

    #[derive(Deserialize, Payload)]
    #[payload(provider = Anthropic, events("session.*"), crate = crate::vendor::web::hooks)]
    struct Session {}

    #[derive(WebhookRouter)]
    #[webhook(
        provider = Anthropic,
        handlers(idled, created, session),
        crate = crate::vendor::web::hooks
    )]
    struct App;

    pub fn run() {
        let _ = crate::vendor::web::hooks::Endpoint::builder(App);
    }
}

fn main() {
    app::run();
}
