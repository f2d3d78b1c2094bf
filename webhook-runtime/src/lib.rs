#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

// The derives name this crate by its name; here it is this crate itself.
extern crate self as webhook_runtime;

mod adapter;
pub mod catalog;
#[doc(hidden)]
pub mod check;
mod delivery;
mod effects;
mod endpoint;
mod envelope;
mod event;
mod hand_off;
mod handler;
mod health;
pub mod inbox;
#[cfg(feature = "metrics")]
mod metrics;
#[cfg(not(feature = "metrics"))]
#[path = "metrics_off.rs"]
mod metrics;
pub mod observability;
mod outcome;
mod pattern;
mod payload;
#[cfg(feature = "postgres")]
mod postgres;
#[doc(hidden)]
pub mod private;
mod provider;
#[cfg(feature = "redis")]
mod redis;
mod retry;
mod router;
mod scheme;
mod secret;
mod secret_source;
mod short_text;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod store;
mod stored;
mod tenant;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "tracing")]
mod trace;
#[cfg(not(feature = "tracing"))]
#[path = "trace_off.rs"]
mod trace;
mod unhandled;
mod verify;

pub use async_trait::async_trait;
/// The client of PostgreSQL, for handlers that take a [`PostgresTransaction`], and for TLS.
#[cfg(feature = "postgres")]
pub use tokio_postgres;
pub use webhook_macros::{EventCatalog, Payload, WebhookRouter, on};

#[cfg(feature = "axum")]
pub use self::adapter::axum;
#[cfg(feature = "rocket")]
pub use self::adapter::rocket;
pub use self::catalog::{Catalog, UnknownEvent};
pub use self::delivery::{
    Clock, DeliveryId, HeaderSource, Headers, RawBody, SystemClock, Timestamp,
};
pub use self::endpoint::{
    BuildError, Challenge, DeliveryOutcome, Endpoint, EndpointBuilder, Handshake, ResponseBody,
    ResponseFuture,
};
#[cfg(feature = "tokio")]
pub use self::endpoint::{OnTimeout, RunSummary, ShutdownReport};
pub use self::event::{DecodeError, Event, EventId, EventType};
pub use self::hand_off::DeliveryQueue;
pub use self::handler::{Delivery, FromDelivery, HandlerInfo, HasState, SourceLocation};
pub use self::health::{Failure, Health, Refusal};
pub use self::outcome::{BoxError, IntoOutcome, Outcome};
pub use self::pattern::Pattern;
pub use self::payload::{DateTime, Decode, JsonObject, Payload, Sensitive};
#[cfg(feature = "postgres")]
pub use self::postgres::{
    Postgres, PostgresEffects, PostgresError, PostgresInbox, PostgresStore, PostgresTransaction,
};
#[cfg(feature = "anthropic")]
pub use self::provider::anthropic;
#[cfg(feature = "cadenya")]
pub use self::provider::cadenya;
#[cfg(feature = "openai")]
pub use self::provider::openai;
#[cfg(feature = "wacht")]
pub use self::provider::wacht;
pub use self::provider::{Profile, Provider};
#[cfg(feature = "redis")]
pub use self::redis::RedisStore;
pub use self::retry::Retry;
pub use self::router::{Route, Router};
pub use self::scheme::{Algorithm, Encoding, FieldLocation, Scheme, SignedPart, TimestampUnit};
pub use self::secret::{Secret, SecretEncoding, SecretError};
pub use self::secret_source::{SecretSource, SecretSourceError};
#[cfg(feature = "sqlite")]
pub use self::sqlite::{SqliteInbox, SqliteStore, SqliteTransaction};
pub use self::store::{ClaimResult, DeliveryKey, FencingToken, LeaseStatus, MemoryStore, Store};
pub use self::stored::{StoredDelivery, StoredDeliveryError};
pub use self::tenant::Tenant;
pub use self::verify::{
    SchemeError, SchemeVerifier, StandardWebhooks, Verified, Verifier, VerifyAndDecodeError,
    VerifyError, dangerously_parse_unverified, dangerously_parse_unverified_with,
};
