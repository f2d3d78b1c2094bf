//! Idempotency store in a Redis server.
//!
//! - [`RedisStore`] remembers claims, for [`EndpointBuilder::idempotent`](crate::EndpointBuilder::idempotent).
//!
//! [`redis`] is the driver, re-exported in the version that this crate uses.
//!
//! # When to use it
//! For a service of any number of processes that has a Redis server, and whose handlers may run a second time after a crash
//! of that server. Where a second run must not happen, use a store or an inbox in a database.
//!
//! There is no inbox in Redis, because a crash may lose writes that Redis has acknowledged.
//!
//! # Requirements
//! - The feature `redis`, and a tokio runtime.
//! - Redis 5 or later.
//! - For `rediss://…` (TLS): a dependency on the crate `redis` with one of its TLS features.
//! - `maxmemory-policy noeviction`. With another policy, Redis evicts entries before they expire.
//!
//! # Guarantees
//! - **No delivery is lost**: a lost entry means that a redelivery runs its handler again.
//! - **Atomic steps**: each step is one script and one round trip, and takes effect as a whole.
//! - **Time** is that of the server's clock. If it is set forward, leases end early, and a redelivery may run while the
//!   first run is in progress; the first run can then no longer complete its claim. If it is set back, leases last longer.
//! - **Timeouts**: a server that does not answer within 3.5 seconds is an error, and the delivery is answered with 503.
//! - **Durability**: Redis writes entries to disk only if it is configured to, and up to a second late (`appendonly yes`,
//!   `appendfsync everysec`). A replica that becomes primary may lack the latest entries.
//!
//! # Storage
//! An entry is a hash with the key `webhook:` (see [`RedisStore::prefix`]) and the delivery's key. Its fields are `state`
//! (`held`, `done` or `released`), `fence`, and `until`, the end of the lease in milliseconds since the Unix epoch.
//!
//! A fence is the time in microseconds, and greater than the entry's previous fence: it also grows after Redis has lost
//! everything, or its clock was set back. An entry expires a day after its lease, so that a slow holder can still complete
//! its claim.
//!
//! # Example
//! ```no_run
//! # #[cfg(feature = "openai")] {
//! # use webhook_runtime::{Endpoint, Event, WebhookRouter, on, openai::{BatchFailed, OpenAi}};
//! # #[on("batch.failed")]
//! # async fn failed(_: Event<BatchFailed>) {}
//! # #[derive(WebhookRouter)]
//! # #[webhook(provider = OpenAi, handlers(failed))]
//! # struct App;
//! use webhook_runtime::redis::RedisStore;
//!
//! # fn program() -> Result<(), webhook_runtime::BoxError> {
//! let endpoint = Endpoint::builder(App)
//!     .secret("the-secret-of-the-console")
//!     .idempotent(RedisStore::new("redis://127.0.0.1:6379")?)
//!     .build()?;
//! # let _ = endpoint;
//! # Ok(())
//! # }
//! # }
//! ```

mod connection;
mod error;
mod store;

pub use self::error::RedisError;
pub use self::store::RedisStore;
pub use ::redis;
