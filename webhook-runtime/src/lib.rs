#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

// The derives name this crate by its name; here it is this crate itself.
extern crate self as webhook_runtime;

pub mod adapters;
pub mod catalog;
#[doc(hidden)]
pub mod check;
mod delivery;
pub mod endpoint;
mod envelope;
mod event;
pub mod handler;
pub mod health;
pub mod inbox;
#[cfg(feature = "metrics")]
mod metrics;
#[cfg(not(feature = "metrics"))]
#[path = "metrics_off.rs"]
mod metrics;
pub mod observability;
mod outcome;
mod pattern;
pub mod payload;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod prelude;
#[doc(hidden)]
pub mod private;
mod provider;
pub mod queue;
#[cfg(feature = "redis")]
pub mod redis;
mod retry;
pub mod router;
pub mod scheme;
pub mod secret;
mod secret_source;
mod short_text;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub mod store;
mod tenant;
#[cfg(feature = "testing")]
pub mod testing;
mod trace;
mod unhandled;
pub mod verify;

pub use async_trait::async_trait;
pub use webhook_macros::{EventCatalog, Payload, WebhookRouter, on};

pub use self::catalog::{Catalog, UnknownEvent};
pub use self::delivery::{Clock, DeliveryId, Headers, RawBody, SystemClock, Timestamp};
pub use self::endpoint::{
    BuildError, DeliveryOutcome, Endpoint, EndpointBuilder, Handshake, OnTimeout, ShutdownReport,
};
pub use self::event::{DecodeError, Event, EventId, EventType};
pub use self::handler::{Delivery, FromDelivery, HasState};
pub use self::outcome::{BoxError, IntoOutcome, Outcome};
pub use self::payload::Payload;
#[cfg(feature = "anthropic")]
pub use self::provider::anthropic;
#[cfg(feature = "cadenya")]
pub use self::provider::cadenya;
#[cfg(feature = "openai")]
pub use self::provider::openai;
#[cfg(feature = "wacht")]
pub use self::provider::wacht;
pub use self::provider::{Profile, Provider};
pub use self::retry::Retry;
pub use self::router::Router;
pub use self::scheme::Scheme;
pub use self::secret::Secret;
pub use self::secret_source::SecretSource;
pub use self::store::MemoryStore;
pub use self::tenant::Tenant;
pub use self::verify::{Verified, Verifier, VerifyError};
