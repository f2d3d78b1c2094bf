//! The mode of an endpoint: what is between a verified delivery and its handler. No mode: the handler is called directly.

mod call;
mod delivery_key;
pub(super) mod forward;
pub(super) mod idempotent;
pub(super) mod inbox;
mod store_config;

pub(super) use self::call::{backoff_delays, call};
pub(super) use self::delivery_key::KeyNamespace;
pub(super) use self::forward::ForwardMode;
pub(super) use self::idempotent::IdempotentMode;
pub(super) use self::inbox::InboxMode;
pub(super) use self::store_config::StoreConfig;

/// The mode of an endpoint that does more than call its handlers.
pub(super) enum Mode {
    Idempotent(IdempotentMode),
    Inbox(InboxMode),
    Forward(ForwardMode),
}

impl Mode {
    pub(super) const fn as_str(&self) -> &'static str {
        match self {
            Self::Idempotent(_) => "idempotent",
            Self::Inbox(_) => "inbox",
            Self::Forward(_) => "forward",
        }
    }
}
