//! Handlers through glob imports and re-exports.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{Endpoint, WebhookRouter};

mod handlers {
    mod sessions {
        use webhook_runtime::{DeliveryId, on};

        #[on("session.created")]
        pub fn created(_: DeliveryId) {}

        #[on("session.deleted")]
        pub fn deleted(_: DeliveryId) {}
    }

    pub use self::sessions::deleted as removed;
    pub use self::sessions::*;
}

use handlers::*;

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created, handlers::removed))]
struct App;

fn main() {
    let _ = Endpoint::builder(App);
}
