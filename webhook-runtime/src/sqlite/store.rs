//! [`SqliteStore`]: the idempotency store.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::Connection;

use super::error::SqliteError;
use super::writer::{CommitMode, Writer};
use super::{claims, clock, connection, schema};
use crate::BoxError;
use crate::store::{ClaimResult, DeliveryKey, EndpointNames, FencingToken, LeaseStatus, Store};

/// Number of claims between two deletions of expired entries.
const PRUNE_INTERVAL: u32 = 128;
/// Maximum number of entries deleted at a time: more than are added between two deletions.
const PRUNE_LIMIT: usize = 512;

/// Idempotency store in a SQLite file. Its entries survive restarts.
///
/// Several processes of one machine can share a file: a claim is one transaction. Expired entries are deleted in small
/// batches along with new claims.
///
/// Clones share the file, which is closed when the last one is dropped.
///
/// ```no_run
/// # #[cfg(feature = "openai")] {
/// # use webhook_runtime::{Endpoint, Event, WebhookRouter, on, openai::{BatchFailed, OpenAi}};
/// # #[on("batch.failed")]
/// # async fn failed(_: Event<BatchFailed>) {}
/// # #[derive(WebhookRouter)]
/// # #[webhook(provider = OpenAi, handlers(failed))]
/// # struct App;
/// use webhook_runtime::sqlite::SqliteStore;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let endpoint = Endpoint::builder(App)
///     .secret("the-secret-of-the-console")
///     .idempotent(SqliteStore::open("deliveries.db")?)
///     .build()?;
/// # let _ = endpoint;
/// # Ok(())
/// # }
/// # }
/// ```
///
/// # Time
/// Leases are counted by the wall clock, the only clock that the processes share. If it jumps forward, a lease may expire
/// early, and a redelivery at that moment may run beside the first delivery. If it jumps back, the claim of a crashed process
/// lasts its full lease once more at most.
#[derive(Clone)]
pub struct SqliteStore(Arc<Inner>);

struct Inner {
    writer: Writer,
    claims: AtomicU32,
    path: Arc<Path>,
    endpoint_names: EndpointNames,
}

impl SqliteStore {
    /// Opens a file, and creates it if it is missing. It may be the file of a [`SqliteInbox`](crate::sqlite::SqliteInbox).
    ///
    /// Blocks the thread for a few milliseconds: call it when the program starts.
    ///
    /// # Errors
    /// [`SqliteError`] if the file cannot be opened; its message says how to fix that.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        let path = connection::create(path.as_ref())?;
        let mut db = connection::open(&path)?;
        schema::migrate(&path, &mut db)?;
        Ok(Self(Arc::new(Inner {
            writer: Writer::spawn(&path, db, CommitMode::Grouped, || ())?,
            claims: AtomicU32::new(0),
            path,
            endpoint_names: EndpointNames::default(),
        })))
    }

    async fn write<T: Send + 'static>(
        &self,
        key: &DeliveryKey,
        work: impl FnOnce(&Connection, &str) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, BoxError> {
        let key = key.clone();
        let work = move |db: &Connection| work(db, key.as_str());
        Ok(self.0.writer.write(work).await?)
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.0.path)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn endpoint_names(&self) -> Option<&EndpointNames> {
        Some(&self.0.endpoint_names)
    }

    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> Result<ClaimResult, BoxError> {
        let claims = self.0.claims.fetch_add(1, Ordering::Relaxed);
        if claims.is_multiple_of(PRUNE_INTERVAL) {
            let prune = |db: &Connection| claims::prune(db, PRUNE_LIMIT, clock::wall_clock());
            self.0.writer.write_detached(prune);
        }
        let claim =
            move |db: &Connection, key: &str| claims::claim(db, key, lease, clock::wall_clock());
        self.write(key, claim).await
    }

    async fn renew(
        &self,
        key: &DeliveryKey,
        token: FencingToken,
        lease: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        let renew = move |db: &Connection, key: &str| {
            claims::renew(db, key, token, lease, clock::wall_clock())
        };
        self.write(key, renew).await
    }

    async fn complete(
        &self,
        key: &DeliveryKey,
        token: FencingToken,
        keep: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        let complete = move |db: &Connection, key: &str| {
            claims::complete(db, key, token, keep, clock::wall_clock())
        };
        self.write(key, complete).await
    }

    async fn release(
        &self,
        key: &DeliveryKey,
        token: FencingToken,
    ) -> Result<LeaseStatus, BoxError> {
        let release = move |db: &Connection, key: &str| claims::release(db, key, token);
        self.write(key, release).await
    }
}
