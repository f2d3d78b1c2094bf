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

pub use self::catalog::{Catalog, UnknownEvent};
pub use self::delivery::{
    Clock, DeliveryId, EventId, EventType, Headers, RawBody, SystemClock, Timestamp,
};
pub use self::endpoint::{
    BuildError, DeliveryOutcome, Endpoint, EndpointBuilder, Handshake, OnTimeout, ShutdownReport,
};
pub use self::event::{DecodeError, Event};
pub use self::handler::{Delivery, FromDelivery, HasState};
pub use self::observe::{health, observability};
pub use self::outcome::{BoxError, IntoOutcome, Outcome};
pub use self::payload::Payload;
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
pub use self::retry::Retry;
pub use self::router::Router;
pub use self::scheme::Scheme;
pub use self::secret::{Secret, SecretSource};
pub use self::store::MemoryStore;
pub use self::tenant::Tenant;
pub use self::verifier::Verifier;
pub use self::verify::{Verified, VerifyError};
