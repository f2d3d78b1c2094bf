//! The idempotency store.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::Connection;

use super::error::SqliteError;
use super::writer::{Commits, Writer};
use super::{claims, clock, connection, schema};
use crate::outcome::BoxError;
use crate::store::{ClaimResult, DeliveryKey, FencingToken, LeaseStatus, Store};

/// How many claims come between two times of forgetting, and how much is forgotten then at most: more than has come.
const CLAIMS_PER_SWEEP: u32 = 128;
const SWEEP: usize = 512;

/// Remembers deliveries in a file of SQLite, over restarts of the process.
///
/// Several processes of one machine can share it: a claim is one transaction. What is too old is deleted in small parts
/// along with new claims.
///
/// Clones share the file. It is closed when the last one is dropped.
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
/// Leases are counted by the machine's clock, the only one that its processes share. If it jumps forward, a lease ends
/// early, and a copy of a delivery that comes within that moment may run beside the first; if it jumps back, the claim of
/// a process that has died lasts once more for its whole lease at most.
#[derive(Clone)]
pub struct SqliteStore(Arc<Inner>);

struct Inner {
    writer: Writer,
    claims: AtomicU32,
    path: Arc<Path>,
}

impl SqliteStore {
    /// Opens a file; makes it if there is none. It may be that of a [`SqliteInbox`](crate::sqlite::SqliteInbox).
    ///
    /// Does its work before it returns, a few milliseconds: call it when the program starts.
    ///
    /// # Errors
    /// If it cannot be opened: the message says what to do.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        let path = connection::prepare(path.as_ref())?;
        let mut db = connection::open(&path)?;
        schema::migrate(&path, &mut db)?;
        Ok(Self(Arc::new(Inner {
            writer: Writer::spawn(&path, db, Commits::Grouped, || ())?,
            claims: AtomicU32::new(0),
            path,
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
    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> Result<ClaimResult, BoxError> {
        let claims = self.0.claims.fetch_add(1, Ordering::Relaxed);
        if claims.is_multiple_of(CLAIMS_PER_SWEEP) {
            let forget = |db: &Connection| claims::forget(db, SWEEP, clock::wall());
            self.0.writer.write_unasked(forget);
        }
        let claim = move |db: &Connection, key: &str| claims::claim(db, key, lease, clock::wall());
        self.write(key, claim).await
    }

    async fn renew(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        lease: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        let renew =
            move |db: &Connection, key: &str| claims::renew(db, key, fence, lease, clock::wall());
        self.write(key, renew).await
    }

    async fn complete(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        keep: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        let complete =
            move |db: &Connection, key: &str| claims::complete(db, key, fence, keep, clock::wall());
        self.write(key, complete).await
    }

    async fn release(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
    ) -> Result<LeaseStatus, BoxError> {
        let release = move |db: &Connection, key: &str| claims::release(db, key, fence);
        self.write(key, release).await
    }
}
