#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

// The macros refer to this crate as `webhook_runtime`, also in the shipped catalogs.
extern crate self as webhook_runtime;

pub mod adapters;
pub mod catalog;
#[doc(hidden)]
pub mod check;
mod delivery;
pub mod endpoint;
mod endpoint_names;
mod envelope;
mod event;
pub mod guide;
pub mod handler;
pub mod inbox;
mod json;
mod observe;
mod outcome;
mod pattern;
pub mod payload;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod prelude;
#[doc(hidden)]
pub mod private;
mod profile;
mod provider;
pub mod queue;
#[cfg(feature = "redis")]
pub mod redis;
mod retry;
pub mod router;
pub mod scheme;
pub mod secret;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub mod store;
mod tenant;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
pub mod verifier;
pub mod verify;

pub use async_trait::async_trait;
pub use webhook_macros::{EventCatalog, Payload, WebhookRouter, on};

#[doc(inline)]
pub use self::catalog::{Catalog, UnknownEvent};
#[doc(inline)]
pub use self::delivery::{
    Clock, DeliveryId, EventId, EventType, Headers, RawBody, SystemClock, Timestamp,
};
#[doc(inline)]
pub use self::endpoint::{
    BuildError, DeliveryOutcome, Endpoint, EndpointBuilder, Handshake, OnTimeout, ShutdownReport,
};
#[doc(inline)]
pub use self::event::{DecodeError, Event};
#[doc(inline)]
pub use self::handler::{Delivery, FromDelivery, HasState};
#[doc(inline)]
pub use self::observe::{health, observability};
#[doc(inline)]
pub use self::outcome::{BoxError, IntoOutcome, Outcome};
#[doc(inline)]
pub use self::payload::Payload;
#[doc(inline)]
pub use self::profile::Profile;
pub use self::provider::Provider;
#[cfg(feature = "anthropic")]
pub use self::provider::anthropic;
#[cfg(feature = "cadenya")]
pub use self::provider::cadenya;
#[cfg(feature = "openai")]
pub use self::provider::openai;
#[cfg(feature = "wacht")]
pub use self::provider::wacht;
#[doc(inline)]
pub use self::retry::Retry;
#[doc(inline)]
pub use self::router::Router;
#[doc(inline)]
pub use self::scheme::Scheme;
#[doc(inline)]
pub use self::secret::{Secret, SecretSource};
#[doc(inline)]
pub use self::store::MemoryStore;
#[doc(inline)]
pub use self::tenant::Tenant;
#[doc(inline)]
pub use self::verifier::Verifier;
#[doc(inline)]
pub use self::verify::{Verified, VerifyError};
