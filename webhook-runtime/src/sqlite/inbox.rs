//! The inbox.

use std::any::Any;
use std::fmt;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::Connection;
use tokio::sync::Notify;

use super::clock::Clock;
use super::error::SqliteError;
use super::lock::WorkingLock;
use super::reader::Reader;
use super::transaction::SqliteEffects;
use super::writer::{Commits, Writer};
use super::{connection, looks, rows, schema};
use crate::inbox::{
    Backlog, Completion, Disposition, Effects, Enqueued, Filter, Inbox, RowDetails, LeaseToken,
    Leased, Row, StoredDelivery, StateSummary,
};
use crate::outcome::BoxError;

/// Keeps deliveries in a file of SQLite until they are handled.
///
/// One process works a file; the lock that it has ends with it, also with `kill -9`. What it was handling when it died is
/// handled again as soon as the file is opened again. Others [look in](Self::open_existing), also while it runs.
///
/// Clones share the file. It is closed, and free, when the last one is dropped.
///
/// ```no_run
/// # #[cfg(feature = "openai")] {
/// use webhook_runtime::openai::{BatchFailed, OpenAi};
/// use webhook_runtime::{Endpoint, Event, WebhookRouter, on, sqlite::SqliteInbox};
///
/// #[on("batch.failed")]
/// async fn failed(event: Event<BatchFailed>) {
///     println!("{} failed; the sender knows long since that it is stored", event.data.id);
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
/// While a process runs, it counts time by a clock that only goes forward, whatever happens to the machine's. When the
/// file is opened with a clock that stands earlier than when it was closed, what would wait longer than it was to is due
/// at once.
#[derive(Clone)]
pub struct SqliteInbox(Arc<Inner>);

/// Closed in this order: the last connection tidies up, and only then is the file free.
struct Inner {
    writer: Writer,
    /// Answers those who handle deliveries.
    asked: Reader,
    /// Answers those who look in: a search through many rows is in nobody's way.
    looking: Reader,
    clock: Clock,
    /// Told of each commit.
    changed: Arc<Notify>,
    path: Arc<Path>,
    /// None if it only looks in.
    lock: Option<WorkingLock>,
}

impl SqliteInbox {
    /// Opens a file to work it; makes it if there is none. What its last process was handling waits again.
    ///
    /// Does its work before it returns, a few milliseconds: call it when the program starts.
    ///
    /// # Errors
    /// If somebody works it already, or it cannot be opened: the message says what to do.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        Self::work(path.as_ref(), Commits::Grouped)
    }

    /// Opens a file with one commit for each change, to measure what sharing them is worth.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    #[doc(hidden)]
    pub fn open_with_single_commits(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        Self::work(path.as_ref(), Commits::Single)
    }

    /// Opens a file that another process may be working, to look in: to list, count, inspect, sum up and replay. It
    /// takes no deliveries.
    ///
    /// What is replayed is found by the process that works the file the next time it looks, within seconds.
    ///
    /// # Errors
    /// If there is no such file, it has no tables of this version, or cannot be opened.
    pub fn open_existing(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        let path = connection::find(path.as_ref())?;
        schema::check(&path, &connection::open_as_it_is(&path)?)?;
        let db = connection::open(&path)?;
        Self::with(path, db, Commits::Grouped, Clock::start(), None)
    }

    fn work(path: &Path, commits: Commits) -> Result<Self, SqliteError> {
        let path = connection::prepare(path)?;
        let lock = WorkingLock::take(&path)?;
        let mut db = connection::open(&path)?;
        schema::migrate(&path, &mut db)?;
        let clock = Clock::start();
        let mut recover = || {
            let transaction = db.transaction()?;
            rows::recover(&transaction, clock.now())?;
            transaction.commit()
        };
        recover().map_err(|error| SqliteError::of(&path, error))?;
        Self::with(path, db, commits, clock, Some(lock))
    }

    fn with(
        path: Arc<Path>,
        db: Connection,
        commits: Commits,
        clock: Clock,
        lock: Option<WorkingLock>,
    ) -> Result<Self, SqliteError> {
        let changed = Arc::new(Notify::new());
        let on_commit = {
            let changed = Arc::clone(&changed);
            move || changed.notify_waiters()
        };
        Ok(Self(Arc::new(Inner {
            asked: Reader::open(&path)?,
            looking: Reader::open(&path)?,
            writer: Writer::spawn(&path, db, commits, on_commit)?,
            clock,
            changed,
            path,
            lock,
        })))
    }

    /// Lends the connection that writes: to make and change the program's own tables in the same file.
    ///
    /// Nothing else is written meanwhile, so it is for when the program starts, or for short work. To read, the program
    /// opens a connection of its own. A transaction that is left open is rolled back.
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
    /// That of the function; or if it panicked.
    pub async fn with_connection<T: Send + 'static, E: Into<BoxError>>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, BoxError> {
        self.0
            .writer
            .lend(move |db| work(db).map_err(Into::into))
            .await
    }
}

impl fmt::Debug for SqliteInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteInbox")
            .field("path", &self.0.path)
            .field("is_working", &self.0.lock.is_some())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Inbox for SqliteInbox {
    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<Enqueued, BoxError> {
        let (delivery, clock) = (delivery.clone(), self.0.clock);
        let put = move |db: &Connection| rows::put(db, &delivery, clock.now());
        Ok(self.0.writer.write(put).await?)
    }

    async fn backlog(&self, endpoint: &str) -> Result<Backlog, BoxError> {
        let (endpoint, now) = (endpoint.to_owned(), self.0.clock.now());
        let backlog = move |db: &Connection| rows::backlog(db, &endpoint, now);
        Ok(self.0.asked.ask(backlog).await?)
    }

    async fn lease(
        &self,
        endpoint: &str,
        limit: usize,
        lease: Duration,
    ) -> Result<Vec<Leased>, BoxError> {
        if self.0.lock.is_none() {
            let path = Arc::clone(&self.0.path);
            return Err(SqliteError::OnlyLooking { path }.into());
        }
        let (endpoint, clock) = (endpoint.to_owned(), self.0.clock);
        let take = move |db: &Connection| rows::take(db, &endpoint, limit, lease, clock.now());
        Ok(self.0.writer.write(take).await?)
    }

    async fn wait(&self, endpoint: &str, timeout: Duration) {
        let _ = tokio::time::timeout(timeout, self.due(endpoint)).await;
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
                if !rows::renew(db, token, lease, clock.now())? {
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
        end: &Disposition,
        effects: Option<Box<dyn Effects>>,
    ) -> Result<Completion, BoxError> {
        let effects = match effects {
            None => None,
            Some(effects) => match (effects as Box<dyn Any>).downcast() {
                Ok(effects) => Some(*effects),
                Err(_) => return Err("these effects are those of another inbox".into()),
            },
        };
        let (end, clock) = (end.clone(), self.0.clock);
        let complete = move |db: &Connection| rows::complete(db, token, &end, effects, clock.now());
        Ok(self.0.writer.write(complete).await?)
    }

    fn effects(&self) -> Option<Box<dyn Effects>> {
        Some(Box::new(SqliteEffects::default()))
    }

    async fn prune(&self, limit: usize) -> Result<usize, BoxError> {
        let clock = self.0.clock;
        let prune = move |db: &Connection| rows::prune(db, limit, clock.now());
        Ok(self.0.writer.write(prune).await?)
    }

    async fn list(
        &self,
        filter: &Filter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Row>, BoxError> {
        let filter = filter.clone();
        let list = move |db: &Connection| looks::list(db, &filter, after, limit);
        Ok(self.0.looking.ask(list).await?)
    }

    async fn count(&self, filter: &Filter) -> Result<u64, BoxError> {
        let filter = filter.clone();
        let count = move |db: &Connection| looks::count(db, &filter);
        Ok(self.0.looking.ask(count).await?)
    }

    async fn summary(&self) -> Result<Vec<StateSummary>, BoxError> {
        Ok(self.0.looking.ask(looks::summary).await?)
    }

    async fn inspect(&self, row: i64) -> Result<Option<RowDetails>, BoxError> {
        let inspect = move |db: &Connection| looks::inspect(db, row);
        Ok(self.0.looking.ask(inspect).await?)
    }

    async fn replay(&self, filter: &Filter, limit: usize) -> Result<usize, BoxError> {
        let (filter, clock) = (filter.clone(), self.0.clock);
        // They are looked for where nobody is stalled by it.
        let ended = move |db: &Connection| looks::ended(db, &filter, limit);
        let ended = self.0.looking.ask(ended).await?;
        let replay = move |db: &Connection| looks::replay(db, &ended, clock.now());
        Ok(self.0.writer.write(replay).await?)
    }
}

impl SqliteInbox {
    /// Waits until there is something to take.
    async fn due(&self, endpoint: &str) {
        loop {
            // From here on no commit is missed.
            let mut changed = pin!(self.0.changed.notified());
            changed.as_mut().enable();
            let next_due = {
                let endpoint = endpoint.to_owned();
                let next_due = move |db: &Connection| rows::next_due(db, &endpoint);
                self.0.asked.ask(next_due).await
            };
            match next_due {
                Ok(Some(due_at)) => match due_at.saturating_sub(self.0.clock.now()) {
                    ..=0 => return,
                    wait @ 1.. => {
                        let wait = Duration::from_millis(wait.unsigned_abs());
                        let _ = tokio::time::timeout(wait, changed).await;
                    }
                },
                // Whoever waits looks by itself after a time, and hears of what is wrong.
                Ok(None) | Err(_) => changed.await,
            }
        }
    }
}
