//! [`SqliteInbox`]: the inbox.

use std::any::Any;
use std::fmt;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::Connection;
use tokio::sync::Notify;

use super::clock::MonotonicClock;
use super::error::SqliteError;
use super::lock::InboxLock;
use super::reader::Reader;
use super::transaction::SqliteEffects;
use super::writer::{CommitMode, Writer};
use super::{connection, queries, queue, schema};
use crate::BoxError;
use crate::inbox::{
    Backlog, Completion, Disposition, Effects, Enqueued, Filter, Inbox, LeaseToken, Leased, Row,
    RowDetails, StateSummary, StoredDelivery,
};
use crate::store::EndpointNames;

/// Inbox in a SQLite file.
///
/// One process owns a file. Its lock on the file ends with the process, even with `kill -9`; rows that were running then
/// are pending as soon as the file is opened again. Other processes can [inspect](Self::open_existing) the file at any time.
///
/// Clones share the file, which is closed when the last one is dropped.
///
/// ```no_run
/// # #[cfg(feature = "openai")] {
/// use webhook_runtime::openai::{BatchFailed, OpenAi};
/// use webhook_runtime::{Endpoint, Event, WebhookRouter, on, sqlite::SqliteInbox};
///
/// #[on("batch.failed")]
/// async fn failed(event: Event<BatchFailed>) {
///     println!("{} failed; its delivery was acknowledged before this runs", event.data.id);
/// }
///
/// #[derive(WebhookRouter)]
/// #[webhook(provider = OpenAi, handlers(failed))]
/// struct App;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let endpoint = Endpoint::builder(App)
///     .secret("the-secret-of-the-console")
///     .inbox(SqliteInbox::open("inbox.db")?)
///     .build()?;
/// # let _ = endpoint;
/// # Ok(())
/// # }
/// # }
/// ```
///
/// # Time
/// The process that owns the file counts time by a clock that does not jump when the machine's clock does. If the
/// machine's clock is behind when the file is opened, rows that would wait longer than intended are due at once.
#[derive(Clone)]
pub struct SqliteInbox(Arc<Inner>);

/// Fields are dropped in this order: the last connection to close cleans up, and the lock is released after that.
struct Inner {
    writer: Writer,
    /// Answers queries of workers.
    worker_reader: Reader,
    /// Answers queries of inspection, which may scan many rows and must not delay workers.
    inspection_reader: Reader,
    clock: MonotonicClock,
    /// Notified after each commit.
    committed: Arc<Notify>,
    path: Arc<Path>,
    /// `None` if the file was opened for inspection.
    lock: Option<InboxLock>,
    endpoint_names: EndpointNames,
}

impl SqliteInbox {
    /// Opens a file as its owner, and creates it if it is missing. Rows that were running in an earlier process are
    /// pending.
    ///
    /// Blocks the thread for a few milliseconds: call it when the program starts.
    ///
    /// # Errors
    /// [`SqliteError::InUse`] if the file has an owner already; other [`SqliteError`]s if it cannot be opened. The messages
    /// say how to fix that.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        Self::open_with(path.as_ref(), CommitMode::Grouped)
    }

    /// Opens a file like [`open`](Self::open), with a commit and an `fsync` for each change. Slower: use it to measure the
    /// benefit of group commit on a disk.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn open_without_group_commit(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        Self::open_with(path.as_ref(), CommitMode::Single)
    }

    /// Opens an existing file for inspection, even while another process owns it: list, count, summary, inspect and
    /// replay.
    /// The inbox cannot lease rows. Changes nothing in the file unless asked to.
    ///
    /// The process that owns the file finds replayed rows within its poll interval.
    ///
    /// # Errors
    /// [`SqliteError::Open`] if the file does not exist or cannot be opened, [`SqliteError::OlderSchema`] or
    /// [`SqliteError::NewerSchema`] if its tables are not those of this version.
    pub fn open_existing(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        let path = connection::resolve(path.as_ref())?;
        schema::check(&path, &connection::open_unchanged(&path)?)?;
        let db = connection::open(&path)?;
        Self::start(path, db, CommitMode::Grouped, MonotonicClock::start(), None)
    }

    fn open_with(path: &Path, commit_mode: CommitMode) -> Result<Self, SqliteError> {
        let path = connection::create(path)?;
        let lock = InboxLock::acquire(&path)?;
        let mut db = connection::open(&path)?;
        schema::migrate(&path, &mut db)?;
        let clock = MonotonicClock::start();
        let mut repair = || {
            let transaction = db.transaction()?;
            queue::repair(&transaction, clock.now())?;
            transaction.commit()
        };
        repair().map_err(|error| SqliteError::new(&path, error))?;
        Self::start(path, db, commit_mode, clock, Some(lock))
    }

    fn start(
        path: Arc<Path>,
        db: Connection,
        commit_mode: CommitMode,
        clock: MonotonicClock,
        lock: Option<InboxLock>,
    ) -> Result<Self, SqliteError> {
        let committed = Arc::new(Notify::new());
        let on_commit = {
            let committed = Arc::clone(&committed);
            move || committed.notify_waiters()
        };
        Ok(Self(Arc::new(Inner {
            worker_reader: Reader::open(&path)?,
            inspection_reader: Reader::open(&path)?,
            writer: Writer::spawn(&path, db, commit_mode, on_commit)?,
            clock,
            committed,
            path,
            lock,
            endpoint_names: EndpointNames::default(),
        })))
    }

    /// Runs a function with the connection that writes, to create, migrate and change the program's own tables in the file.
    ///
    /// All other writes wait meanwhile: use it when the program starts, or for short work. To read, open a connection of your
    /// own. A transaction that the function leaves open is rolled back.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), webhook_runtime::BoxError> {
    /// use webhook_runtime::sqlite::SqliteInbox;
    ///
    /// let inbox = SqliteInbox::open("inbox.db")?;
    /// inbox
    ///     .with_connection(|db| {
    ///         db.execute_batch("CREATE TABLE IF NOT EXISTS batch (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT")
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The error of the function; [`SqliteError::Panicked`] if it panicked.
    pub async fn with_connection<T: Send + 'static, E: Into<BoxError>>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, BoxError> {
        self.0
            .writer
            .with_connection(move |db| work(db).map_err(Into::into))
            .await
    }
}

impl fmt::Debug for SqliteInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteInbox")
            .field("path", &self.0.path)
            .field("can_lease", &self.0.lock.is_some())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Inbox for SqliteInbox {
    fn endpoint_names(&self) -> Option<&EndpointNames> {
        Some(&self.0.endpoint_names)
    }

    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<Enqueued, BoxError> {
        let (delivery, clock) = (delivery.clone(), self.0.clock);
        let enqueue = move |db: &Connection| queue::enqueue(db, &delivery, clock.now());
        Ok(self.0.writer.write(enqueue).await?)
    }

    async fn backlog(&self, endpoint: &str) -> Result<Backlog, BoxError> {
        let (endpoint, now) = (endpoint.to_owned(), self.0.clock.now());
        let backlog = move |db: &Connection| queue::backlog(db, &endpoint, now);
        Ok(self.0.worker_reader.query(backlog).await?)
    }

    async fn lease(
        &self,
        endpoint: &str,
        limit: usize,
        lease: Duration,
    ) -> Result<Vec<Leased>, BoxError> {
        if self.0.lock.is_none() {
            let path = Arc::clone(&self.0.path);
            return Err(SqliteError::InspectionOnly { path }.into());
        }
        let (endpoint, clock) = (endpoint.to_owned(), self.0.clock);
        let lease = move |db: &Connection| queue::lease(db, &endpoint, limit, lease, clock.now());
        Ok(self.0.writer.write(lease).await?)
    }

    async fn wait(&self, endpoint: &str, timeout: Duration) {
        let _ = tokio::time::timeout(timeout, self.wait_until_due(endpoint)).await;
    }

    async fn renew(
        &self,
        tokens: &[LeaseToken],
        lease: Duration,
    ) -> Result<Vec<LeaseToken>, BoxError> {
        let (tokens, clock) = (tokens.to_vec(), self.0.clock);
        let renew = move |db: &Connection| {
            let mut lost = Vec::new();
            for token in tokens {
                if !queue::renew(db, token, lease, clock.now())? {
                    lost.push(token);
                }
            }
            Ok(lost)
        };
        Ok(self.0.writer.write(renew).await?)
    }

    async fn complete(
        &self,
        token: LeaseToken,
        disposition: &Disposition,
        effects: Option<Box<dyn Effects>>,
    ) -> Result<Completion, BoxError> {
        let effects = match effects {
            None => None,
            Some(effects) => match (effects as Box<dyn Any>).downcast() {
                Ok(effects) => Some(*effects),
                Err(_) => {
                    return Err("these effects do not belong to a `SqliteInbox`: complete a row with the effects of its own inbox".into());
                }
            },
        };
        let (disposition, clock) = (disposition.clone(), self.0.clock);
        let complete =
            move |db: &Connection| queue::complete(db, token, &disposition, effects, clock.now());
        Ok(self.0.writer.write(complete).await?)
    }

    fn effects(&self) -> Option<Box<dyn Effects>> {
        Some(Box::new(SqliteEffects::default()))
    }

    async fn prune(&self, limit: usize) -> Result<usize, BoxError> {
        let clock = self.0.clock;
        let prune = move |db: &Connection| queue::prune(db, limit, clock.now());
        Ok(self.0.writer.write(prune).await?)
    }

    async fn list(
        &self,
        filter: &Filter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Row>, BoxError> {
        let filter = filter.clone();
        let list = move |db: &Connection| queries::list(db, &filter, after, limit);
        Ok(self.0.inspection_reader.query(list).await?)
    }

    async fn count(&self, filter: &Filter) -> Result<u64, BoxError> {
        let filter = filter.clone();
        let count = move |db: &Connection| queries::count(db, &filter);
        Ok(self.0.inspection_reader.query(count).await?)
    }

    async fn summary(&self) -> Result<Vec<StateSummary>, BoxError> {
        Ok(self.0.inspection_reader.query(queries::summary).await?)
    }

    async fn inspect(&self, row_id: i64) -> Result<Option<RowDetails>, BoxError> {
        let inspect = move |db: &Connection| queries::inspect(db, row_id);
        Ok(self.0.inspection_reader.query(inspect).await?)
    }

    async fn replay(&self, filter: &Filter, limit: usize) -> Result<usize, BoxError> {
        let (filter, clock) = (filter.clone(), self.0.clock);
        // The search may scan many rows; on a reader it does not delay writes.
        let ended = move |db: &Connection| queries::ended(db, &filter, limit);
        let ended = self.0.inspection_reader.query(ended).await?;
        let replay = move |db: &Connection| queries::replay(db, &ended, clock.now());
        Ok(self.0.writer.write(replay).await?)
    }
}

impl SqliteInbox {
    /// Waits until a row of the endpoint is due.
    async fn wait_until_due(&self, endpoint: &str) {
        loop {
            // Enabled before the query, so that no commit in between is missed.
            let mut committed = pin!(self.0.committed.notified());
            committed.as_mut().enable();
            let next_due = {
                let endpoint = endpoint.to_owned();
                let next_due = move |db: &Connection| queue::next_due(db, &endpoint);
                self.0.worker_reader.query(next_due).await
            };
            match next_due {
                Ok(Some(due_at)) => match due_at.saturating_sub(self.0.clock.now()) {
                    ..=0 => return,
                    wait @ 1.. => {
                        let wait = Duration::from_millis(wait.unsigned_abs());
                        let _ = tokio::time::timeout(wait, committed).await;
                    }
                },
                // On an error, the caller's timeout ends the wait, and its next call reports the error.
                Ok(None) | Err(_) => committed.await,
            }
        }
    }
}
