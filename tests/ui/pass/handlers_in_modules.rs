//! Handlers of every visibility in nested modules, listed by path.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{Endpoint, WebhookRouter, on};

mod sessions {
    use webhook_runtime::anthropic::{SessionCreated, SessionDeleted};
    use webhook_runtime::{Event, on};

    #[on("session.created")]
    pub async fn created(_: Event<SessionCreated>, _: &crate::App) {}

    #[on("session.deleted")]
    pub(crate) async fn deleted(_: Event<SessionDeleted>, _: &super::App) {}

    pub mod deep {
        use webhook_runtime::anthropic::SessionArchived;

        #[webhook_runtime::on("session.archived")]
        pub(crate) async fn archived(_: webhook_runtime::Event<SessionArchived>) {}

        #[webhook_runtime::on("session.running")]
        pub fn running(_: webhook_runtime::RawBody) {}
    }
}

use self::sessions::deleted as removed;

#[on("session.updated")]
async fn updated() {}

#[derive(WebhookRouter)]
#[webhook(
    provider = Anthropic,
    handlers(sessions::created, removed, self::updated, crate::sessions::deep::archived,),
)]
struct App;

fn main() {
    let secret = "whsec_dGhlIHNlY3JldCBvZiB0aGUgdGVzdHMsIG5vYm9keSdz";
    Endpoint::builder(App).secret(secret).build().unwrap();
}
