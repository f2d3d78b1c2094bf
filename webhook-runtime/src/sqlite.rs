//! The inbox and the idempotency store in a file of SQLite, which is compiled into the program: for a service on one
//! machine, without a server to run.
//!
//! - [`SqliteInbox`] keeps deliveries for [`EndpointBuilder::inbox`](crate::EndpointBuilder::inbox). One process works a
//!   file; others look in.
//! - [`SqliteTransaction`] is what handlers write with in the transaction that marks their delivery as done.
//! - [`SqliteStore`] remembers deliveries for [`EndpointBuilder::idempotent`](crate::EndpointBuilder::idempotent).
//!
//! # Durable
//! What is acknowledged is on the disk: the file has a write-ahead log with `synchronous=FULL`, so each commit ends with
//! an `fsync`. One thread writes. What comes while one commit is on its way to the disk shares the next one, so many
//! senders share an `fsync`, and a single one does not wait for others.
//!
//! # The file
//! It holds the bodies of deliveries. If it is made here, its owner alone can read it (on Unix). Beside it stand `…-wal`
//! and `…-shm`, which are parts of it as long as it is open: copy it with `VACUUM INTO` or SQLite's `.backup`, not with
//! `cp`. `…-lock` is empty; the process that works the file holds a lock on it, which ends with the process, however that
//! ends.
//!
//! The names of its tables begin with `webhook_`. All others, and `user_version`, are the program's own. It belongs on a
//! local disk: SQLite's log does not work across a network.
//!
//! # One SQLite in a program
//! It is linked once, by the crate `libsqlite3-sys`, so all crates of a program that use it have to agree on its version.
//! [`rusqlite`] is exported here in the version that this crate uses.

mod claims;
mod clock;
mod columns;
mod connection;
mod error;
mod filter;
mod headers;
mod inbox;
mod lock;
mod looks;
mod order;
mod owner;
#[cfg(unix)]
mod place;
#[cfg(not(unix))]
#[path = "sqlite/place_other.rs"]
mod place;
mod reader;
mod rows;
mod schema;
mod store;
mod transaction;
mod writer;

pub use rusqlite;

pub use self::error::SqliteError;
pub use self::inbox::SqliteInbox;
pub use self::store::SqliteStore;
pub use self::transaction::{SqliteEffects, SqliteTransaction};
