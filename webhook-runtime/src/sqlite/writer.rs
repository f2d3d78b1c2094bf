//! The thread that writes: what comes while one commit is on its way to the disk goes into the next one together.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::error::SqliteError;
use super::owner::Owner;
use super::place::Identity;
use crate::outcome::BoxError;

/// How many jobs share a commit at most.
const MOST: usize = 512;

/// How jobs are committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Commits {
    /// All that wait, at once.
    Grouped,
    /// Each on its own: to measure against.
    Single,
}

/// Writes through the one connection that writes.
pub(super) struct Writer {
    owner: Owner<Command>,
    path: Arc<Path>,
}

enum Command {
    /// In a transaction that others may share.
    Shared(Box<dyn Job>),
    /// With the connection for itself.
    Alone(Box<dyn FnOnce(&mut Connection) + Send>),
}

impl Writer {
    /// `on_commit` is called after each commit.
    pub(super) fn spawn(
        path: &Arc<Path>,
        db: Connection,
        commits: Commits,
        on_commit: impl Fn() + Send + 'static,
    ) -> Result<Self, SqliteError> {
        let failed = |error: std::io::Error| SqliteError::Open {
            path: Arc::clone(path),
            problem: error.to_string(),
        };
        let mut thread = Thread {
            files: Files::find(path).map_err(failed)?,
            path: Arc::clone(path),
            db,
            commits,
            on_commit: Box::new(on_commit),
        };
        let owner = Owner::spawn("webhook-sqlite-write", move |commands| {
            thread.run(&commands);
        });
        Ok(Self {
            owner: owner.map_err(failed)?,
            path: Arc::clone(path),
        })
    }

    /// Does this in a transaction. Its result comes when that is on the disk. Not begun, it is left out if nobody waits
    /// for it any more.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, SqliteError> {
        let (reply, answer) = oneshot::channel();
        let task = Task::new(&self.path, work, Some(reply));
        if !self.owner.send(Command::Shared(Box::new(task))) {
            return Err(self.closed());
        }
        answer.await.map_err(|_| self.closed())?
    }

    /// Does this in a transaction, sooner or later.
    pub(super) fn write_unasked(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<()> + Send + 'static,
    ) {
        let task = Task::new(&self.path, work, None);
        // If the thread is ending, it need not be done.
        let _ = self.owner.send(Command::Shared(Box::new(task)));
    }

    /// Lends the connection itself, outside of all transactions.
    pub(super) async fn lend<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, BoxError> + Send + 'static,
    ) -> Result<T, BoxError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.owner.send(Command::Alone(Box::new(move |db| {
            if !reply.is_closed() {
                let result = catch_unwind(AssertUnwindSafe(|| work(db)));
                let _ = reply.send(result.unwrap_or_else(|_| Err(SqliteError::Panicked.into())));
            }
        })));
        if !sent {
            return Err(self.closed().into());
        }
        answer.await.map_err(|_| self.closed())?
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

/// Something to write, and who waits for it.
trait Job: Send {
    fn is_wanted(&self) -> bool;

    /// Writes it, and keeps the result for the answer. An error is a copy of what is kept.
    fn run(&mut self, db: &Connection) -> Result<(), SqliteError>;

    /// Answers: with what was kept, or with why that could not be committed.
    fn answer(self: Box<Self>, not_committed: Option<&SqliteError>);
}

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
        let result = work(db).map_err(|error| SqliteError::of(&self.path, error));
        let copy = result.as_ref().map(|_| ()).map_err(SqliteError::clone);
        self.result = Some(result);
        copy
    }

    fn answer(self: Box<Self>, not_committed: Option<&SqliteError>) {
        let Some(reply) = self.reply else { return };
        let result = match (self.result, not_committed) {
            (Some(Err(error)), _) => Err(error),
            (_, Some(error)) => Err(error.clone()),
            (Some(done), None) => done,
            (None, None) => return,
        };
        let _ = reply.send(result);
    }
}

/// What the thread owns.
struct Thread {
    path: Arc<Path>,
    files: Files,
    db: Connection,
    commits: Commits,
    on_commit: Box<dyn Fn() + Send>,
}

impl Thread {
    fn run(&mut self, commands: &mpsc::Receiver<Command>) {
        let mut next = None;
        while let Some(first) = next.take().or_else(|| commands.recv().ok()) {
            let first = match first {
                Command::Shared(job) => job,
                Command::Alone(work) => {
                    self.run_alone(work);
                    continue;
                }
            };
            // What has come meanwhile; nobody is waited for.
            let mut jobs = VecDeque::from([first]);
            while jobs.len() < MOST {
                match commands.try_recv() {
                    Ok(Command::Shared(job)) => jobs.push_back(job),
                    Ok(alone) => {
                        next = Some(alone);
                        break;
                    }
                    Err(_) => break,
                }
            }
            self.run_shared(jobs);
        }
    }

    fn run_alone(&mut self, work: Box<dyn FnOnce(&mut Connection) + Send>) {
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
                job.answer(committed.as_ref().err());
            }
            (self.on_commit)();
        }
    }

    /// Runs jobs in one transaction, up to one that breaks it.
    fn transact(
        &self,
        jobs: &mut VecDeque<Box<dyn Job>>,
        ran: &mut Vec<Box<dyn Job>>,
    ) -> Result<(), SqliteError> {
        // Immediate: a transaction that has read first cannot write after another process has.
        if let Err(error) = self.say("BEGIN IMMEDIATE") {
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
                let _ = self.say("ROLLBACK");
                return Err(error);
            }
            if self.commits == Commits::Single {
                break;
            }
        }
        self.commit()
    }

    /// Runs a job so that it leaves nothing if it fails. An error has broken the transaction.
    fn run_job(&self, job: &mut dyn Job) -> Result<(), SqliteError> {
        self.say("SAVEPOINT webhook_job")?;
        let result = job.run(&self.db);
        if self.db.is_autocommit() {
            // SQLite itself rolls back everything when the disk is full or fails.
            return result.and(Err(SqliteError::TransactionEnded));
        }
        if result.is_err() {
            self.say("ROLLBACK TO webhook_job")?;
        }
        self.say("RELEASE webhook_job")
    }

    fn commit(&self) -> Result<(), SqliteError> {
        self.say("COMMIT").inspect_err(|_| {
            if !self.db.is_autocommit() {
                let _ = self.say("ROLLBACK");
            }
        })?;
        // A file that has no name any more is written to as any other, and gone with this process.
        match self.files.are_there() {
            true => Ok(()),
            false => Err(SqliteError::Moved {
                path: Arc::clone(&self.path),
            }),
        }
    }

    fn say(&self, statement: &str) -> Result<(), SqliteError> {
        let mut statement = self
            .db
            .prepare_cached(statement)
            .map_err(|error| SqliteError::of(&self.path, error))?;
        match statement.execute([]) {
            Ok(_) => Ok(()),
            Err(error) => Err(SqliteError::of(&self.path, error)),
        }
    }
}

/// The files that are written: the database, and the log beside it.
struct Files([(PathBuf, Identity); 2]);

impl Files {
    fn find(path: &Path) -> std::io::Result<Self> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let file = |path: PathBuf| Identity::of(&path).map(|identity| (path, identity));
        Ok(Self([file(path.to_owned())?, file(log.into())?]))
    }

    fn are_there(&self) -> bool {
        let is_there = |(path, identity): &(PathBuf, Identity)| {
            Identity::of(path).is_ok_and(|found| found == *identity)
        };
        self.0.iter().all(is_there)
    }
}
