//! Inbox and idempotency store in a SQLite file, compiled into the program.
//!
//! - [`SqliteInbox`] stores deliveries, for [`EndpointBuilder::inbox`](crate::EndpointBuilder::inbox). One process owns a
//!   file; others can inspect it.
//! - [`SqliteTransaction`] is the argument of handlers that write in the transaction that completes their delivery.
//! - [`SqliteStore`] remembers claims, for [`EndpointBuilder::idempotent`](crate::EndpointBuilder::idempotent).
//!
//! [`rusqlite`] is the driver, re-exported in the version that this crate uses.
//!
//! # When to use it
//! For a service on one machine: durable, and without a server to operate. Use `postgres` if several machines handle
//! deliveries.
//!
//! # Requirements
//! - The feature `sqlite`. SQLite itself is compiled in.
//! - A local disk: SQLite's write-ahead log does not work on network file systems.
//! - One version of SQLite in the program: it is linked once, by the crate `libsqlite3-sys`, and all crates that use it
//!   must agree on its version.
//!
//! # Guarantees
//! - **Durability**: what is acknowledged is on the disk. The file has a write-ahead log with `synchronous=FULL`, so each
//!   commit ends with an `fsync`.
//! - **Group commit**: one thread writes. Changes that arrive while a commit is in progress share the next one, so many
//!   concurrent senders share an `fsync`, and a single sender does not wait for others.
//! - **Exactly once** for what handlers write with [`SqliteTransaction`]; at least once for every other side effect.
//! - **Failover without a timeout**: the process that owns a file holds a lock that the operating system releases when
//!   the process ends, even with `kill -9`. Rows that were running are pending as soon as the file is opened again.
//!
//! # Storage
//! - The database contains the bodies of deliveries. A file created here is readable by its owner alone (on Unix).
//! - `…-wal` and `…-shm` belong to the database while it is open. Copy it with `VACUUM INTO` or SQLite's `.backup`, not with
//!   `cp`.
//! - `…-lock` is empty; it carries the lock of the process that owns the file.
//!
//! Names of tables begin with `webhook_`. Other tables and `user_version` are the program's own.
//!
//! # Example
//! ```no_run
//! # #[cfg(feature = "openai")] {
//! use webhook_runtime::openai::{BatchCompleted, OpenAi};
//! use webhook_runtime::sqlite::{SqliteInbox, SqliteTransaction};
//! use webhook_runtime::{Endpoint, Event, WebhookRouter, on};
//!
//! #[on("batch.completed")]
//! async fn completed(event: Event<BatchCompleted>, tx: SqliteTransaction<'_>) {
//!     tx.run(move |db| db.execute("INSERT INTO batch (id) VALUES (?1)", [event.data.id]));
//! }
//!
//! #[derive(WebhookRouter)]
//! #[webhook(provider = OpenAi, handlers(completed))]
//! struct App;
//!
//! # async fn program() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let inbox = SqliteInbox::open("inbox.db")?;
//! inbox
//!     .with_connection(|db| db.execute_batch("CREATE TABLE IF NOT EXISTS batch (id TEXT PRIMARY KEY) STRICT"))
//!     .await?;
//! let endpoint = Endpoint::builder(App).secret("the-secret-of-the-console").inbox(inbox).build()?;
//! # let _ = endpoint;
//! # Ok(())
//! # }
//! # }
//! ```

mod claims;
mod clock;
mod connection;
mod connection_thread;
mod error;
mod file_identity;
mod filter;
mod headers;
mod inbox;
mod lanes;
mod lock;
mod queries;
mod queue;
mod reader;
mod row;
mod schema;
mod store;
mod transaction;
mod writer;

/// The driver, for functions that are passed to [`SqliteTransaction::run`] and [`SqliteInbox::with_connection`].
pub use rusqlite;

pub use self::error::SqliteError;
pub use self::inbox::SqliteInbox;
pub use self::store::SqliteStore;
pub use self::transaction::{SqliteEffects, SqliteTransaction};
