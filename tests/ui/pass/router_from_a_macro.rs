//! Routers from `macro_rules`.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Endpoint, WebhookRouter, on};

mod sessions {
    use super::*;

    #[on("session.created")]
    pub async fn created(_: DeliveryId, _: &u8) {}
}

#[on("session.deleted")]
async fn deleted(_: DeliveryId, _: &u8) {}

macro_rules! router {
    ($name:ident, $provider:ident, [$($handler:path),*], $state:ty) => {
        #[derive(WebhookRouter)]
        #[webhook(provider = $provider, handlers($($handler),*))]
        struct $name {
            #[webhook(state)]
            state: $state,
        }
    };
}

router!(First, Anthropic, [sessions::created, deleted], u8);

macro_rules! whole {
    ($name:ident, $($handler:tt)*) => {
        #[derive(WebhookRouter)]
        #[webhook(provider = webhook_runtime::anthropic::Anthropic, handlers($($handler)*))]
        struct $name(#[webhook(state)] u8);
    };
}

whole!(Second, deleted, sessions::created);

macro_rules! all {
    ($provider:ty) => {
        #[on("session.archived")]
        fn archived(_: DeliveryId, _: &Third) {}

        #[derive(WebhookRouter)]
        #[webhook(provider = $provider, handlers(archived))]
        struct Third;

        fn third() {
            let _ = Endpoint::builder(Third);
        }
    };
}

all!(Anthropic);

fn main() {
    let _ = Endpoint::builder(First { state: 0 });
    let _ = Endpoint::builder(Second(0));
    third();
}
