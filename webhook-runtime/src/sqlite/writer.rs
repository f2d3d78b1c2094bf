//! The thread that writes, with group commit.
//!
//! While one commit waits for the disk, jobs gather for the next one; no job waits for others to arrive. Each job runs
//! under a savepoint, so that a failing job does not affect those that share its transaction. When SQLite itself gives up the
//! whole transaction, as on a full disk, all jobs in it fail and their callers try again.
//!
//! After a commit, before it is acknowledged, the thread checks that the files are still at their paths (two calls of
//! `stat`): SQLite keeps writing to a file that was moved or deleted, and all of that is lost when the process ends.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::connection_thread::ConnectionThread;
use super::error::SqliteError;
use super::file_identity::FileIdentity;
use crate::BoxError;

/// Maximum number of jobs that share a commit.
const MAX_GROUP: usize = 512;

/// How jobs are committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommitMode {
    /// All waiting jobs in one transaction.
    Grouped,
    /// Each job in a transaction of its own.
    Single,
}

/// Runs jobs on the one connection that writes.
pub(super) struct Writer {
    thread: ConnectionThread<Command>,
    path: Arc<Path>,
}

enum Command {
    /// Runs in a transaction that other jobs may share.
    Shared(Box<dyn Job>),
    /// Runs alone, outside of all transactions.
    Exclusive(Box<dyn FnOnce(&mut Connection) + Send>),
}

impl Writer {
    /// Starts the thread. `on_commit` is called after each transaction.
    pub(super) fn spawn(
        path: &Arc<Path>,
        db: Connection,
        commit_mode: CommitMode,
        on_commit: impl Fn() + Send + 'static,
    ) -> Result<Self, SqliteError> {
        let failed = |error: std::io::Error| SqliteError::Open {
            path: Arc::clone(path),
            problem: error.to_string(),
        };
        let mut thread = Thread {
            files: DatabaseFiles::read(path).map_err(failed)?,
            path: Arc::clone(path),
            db,
            commit_mode,
            on_commit: Box::new(on_commit),
        };
        let thread = ConnectionThread::spawn("webhook-sqlite-write", move |commands| {
            thread.run(&commands);
        });
        Ok(Self {
            thread: thread.map_err(failed)?,
            path: Arc::clone(path),
        })
    }

    /// Runs a function in a transaction, and returns its result once the transaction is durable. The function does not run if
    /// the caller drops the future before it has started.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, SqliteError> {
        let (reply, result) = oneshot::channel();
        let task = Task::new(&self.path, work, Some(reply));
        if !self.thread.send(Command::Shared(Box::new(task))) {
            return Err(self.closed());
        }
        result.await.map_err(|_| self.closed())?
    }

    /// Runs a function in a transaction, later, without reporting its result.
    pub(super) fn write_detached(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<()> + Send + 'static,
    ) {
        let task = Task::new(&self.path, work, None);
        // A thread that is ending may leave it out.
        let _ = self.thread.send(Command::Shared(Box::new(task)));
    }

    /// Runs a function with the connection, outside of all transactions.
    pub(super) async fn with_connection<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, BoxError> + Send + 'static,
    ) -> Result<T, BoxError> {
        let (reply, result) = oneshot::channel();
        let is_sent = self.thread.send(Command::Exclusive(Box::new(move |db| {
            if !reply.is_closed() {
                let result = catch_unwind(AssertUnwindSafe(|| work(db)));
                let _ = reply.send(result.unwrap_or_else(|_| Err(SqliteError::Panicked.into())));
            }
        })));
        if !is_sent {
            return Err(self.closed().into());
        }
        result.await.map_err(|_| self.closed())?
    }

    fn closed(&self) -> SqliteError {
        SqliteError::Closed {
            path: Arc::clone(&self.path),
        }
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// A [`Task`] of any type.
trait Job: Send {
    /// Returns whether the caller still waits for the result.
    fn is_wanted(&self) -> bool;

    /// Runs the job and keeps its result for [`reply`](Self::reply). Returns a copy of its error.
    fn run(&mut self, db: &Connection) -> Result<(), SqliteError>;

    /// Sends the result to the caller, or the error of the commit.
    fn reply(self: Box<Self>, commit_error: Option<&SqliteError>);
}

/// A function to run, and the channel for its result.
struct Task<W, T> {
    path: Arc<Path>,
    work: Option<W>,
    result: Option<Result<T, SqliteError>>,
    reply: Option<oneshot::Sender<Result<T, SqliteError>>>,
}

impl<W, T> Task<W, T> {
    fn new(
        path: &Arc<Path>,
        work: W,
        reply: Option<oneshot::Sender<Result<T, SqliteError>>>,
    ) -> Self {
        Self {
            path: Arc::clone(path),
            work: Some(work),
            result: None,
            reply,
        }
    }
}

impl<T: Send, W: FnOnce(&Connection) -> rusqlite::Result<T> + Send> Job for Task<W, T> {
    fn is_wanted(&self) -> bool {
        self.reply.as_ref().is_none_or(|reply| !reply.is_closed())
    }

    fn run(&mut self, db: &Connection) -> Result<(), SqliteError> {
        let Some(work) = self.work.take() else {
            return Ok(());
        };
        let result = work(db).map_err(|error| SqliteError::new(&self.path, error));
        let copy = result.as_ref().map(|_| ()).map_err(SqliteError::clone);
        self.result = Some(result);
        copy
    }

    fn reply(self: Box<Self>, commit_error: Option<&SqliteError>) {
        let Some(reply) = self.reply else { return };
        let result = match (self.result, commit_error) {
            (Some(Err(error)), _) => Err(error),
            (_, Some(error)) => Err(error.clone()),
            (Some(done), None) => done,
            (None, None) => return,
        };
        let _ = reply.send(result);
    }
}

/// State of the thread.
struct Thread {
    path: Arc<Path>,
    files: DatabaseFiles,
    db: Connection,
    commit_mode: CommitMode,
    on_commit: Box<dyn Fn() + Send>,
}

impl Thread {
    fn run(&mut self, commands: &mpsc::Receiver<Command>) {
        let mut next = None;
        while let Some(first) = next.take().or_else(|| commands.recv().ok()) {
            let first = match first {
                Command::Shared(job) => job,
                Command::Exclusive(work) => {
                    self.run_exclusive(work);
                    continue;
                }
            };
            // Takes the jobs that have arrived, and waits for no further ones.
            let mut jobs = VecDeque::from([first]);
            while jobs.len() < MAX_GROUP {
                match commands.try_recv() {
                    Ok(Command::Shared(job)) => jobs.push_back(job),
                    Ok(exclusive) => {
                        next = Some(exclusive);
                        break;
                    }
                    Err(_) => break,
                }
            }
            self.run_shared(jobs);
        }
    }

    fn run_exclusive(&mut self, work: Box<dyn FnOnce(&mut Connection) + Send>) {
        work(&mut self.db);
        if !self.db.is_autocommit() {
            let _ = self.db.execute_batch("ROLLBACK");
        }
        (self.on_commit)();
    }

    fn run_shared(&self, mut jobs: VecDeque<Box<dyn Job>>) {
        while !jobs.is_empty() {
            let mut ran = Vec::with_capacity(jobs.len());
            let committed = self.transact(&mut jobs, &mut ran);
            for job in ran {
                job.reply(committed.as_ref().err());
            }
            (self.on_commit)();
        }
    }

    /// Runs jobs in one transaction, until one of them makes SQLite give up the transaction.
    fn transact(
        &self,
        jobs: &mut VecDeque<Box<dyn Job>>,
        ran: &mut Vec<Box<dyn Job>>,
    ) -> Result<(), SqliteError> {
        // IMMEDIATE takes the write lock first: a transaction that starts with a read fails if another process writes then.
        if let Err(error) = self.execute("BEGIN IMMEDIATE") {
            ran.extend(jobs.drain(..));
            return Err(error);
        }
        while let Some(mut job) = jobs.pop_front() {
            if !job.is_wanted() {
                continue;
            }
            let done = self.run_job(&mut *job);
            ran.push(job);
            if let Err(error) = done {
                let _ = self.execute("ROLLBACK");
                return Err(error);
            }
            if self.commit_mode == CommitMode::Single {
                break;
            }
        }
        self.commit()
    }

    /// Runs a job under a savepoint; a job that fails has no effect. Returns an error only if SQLite gave up the transaction.
    fn run_job(&self, job: &mut dyn Job) -> Result<(), SqliteError> {
        self.execute("SAVEPOINT webhook_job")?;
        let result = job.run(&self.db);
        if self.db.is_autocommit() {
            // No transaction is open any more: SQLite rolled it back because of a disk error, or the job ended it.
            return result.and(Err(SqliteError::TransactionEnded));
        }
        if result.is_err() {
            self.execute("ROLLBACK TO webhook_job")?;
        }
        self.execute("RELEASE webhook_job")
    }

    fn commit(&self) -> Result<(), SqliteError> {
        self.execute("COMMIT").inspect_err(|_| {
            if !self.db.is_autocommit() {
                let _ = self.execute("ROLLBACK");
            }
        })?;
        match self.files.are_in_place() {
            true => Ok(()),
            false => Err(SqliteError::Moved {
                path: Arc::clone(&self.path),
            }),
        }
    }

    fn execute(&self, statement: &str) -> Result<(), SqliteError> {
        let mut statement = self
            .db
            .prepare_cached(statement)
            .map_err(|error| SqliteError::new(&self.path, error))?;
        match statement.execute([]) {
            Ok(_) => Ok(()),
            Err(error) => Err(SqliteError::new(&self.path, error)),
        }
    }
}

/// The database and its write-ahead log, as they were when they were opened.
struct DatabaseFiles([(PathBuf, FileIdentity); 2]);

impl DatabaseFiles {
    fn read(path: &Path) -> std::io::Result<Self> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let file = |path: PathBuf| FileIdentity::read(&path).map(|identity| (path, identity));
        Ok(Self([file(path.to_owned())?, file(log.into())?]))
    }

    /// Returns whether both are still at their paths.
    fn are_in_place(&self) -> bool {
        let is_in_place = |(path, identity): &(PathBuf, FileIdentity)| {
            FileIdentity::read(path).is_ok_and(|found| found == *identity)
        };
        self.0.iter().all(is_in_place)
    }
}
