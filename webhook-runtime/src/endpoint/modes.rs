//! Modes of an endpoint: the steps between an authentic delivery and its handler. The stage `run` calls them.
//!
//! - **Plain**: none of these; the handler is called directly.
//! - **Idempotent**: the delivery is claimed in a store, then the handler is called.
//! - **Inbox**: the delivery is stored, and `workers` call the handler later.
//! - **Forward**: the delivery is passed to a queue, whose consumer calls the handler.
//!
//! Stored and forwarded deliveries are not verified again: they were verified before, so write access to the inbox or
//! queue is trusted. Credentials and signatures are not stored.

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
