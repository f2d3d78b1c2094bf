//! Opening the file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::SqliteError;
use super::place;

/// How long a write waits for one of another process.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// How large the write-ahead log may stay once its content is in the database.
const LARGEST_LOG: i64 = 64 << 20;

/// Statements that are kept compiled.
const STATEMENTS: usize = 64;

/// The path under which all users of a file find the same locks beside it; the file is made if there is none.
pub(super) fn prepare(path: &Path) -> Result<Arc<Path>, SqliteError> {
    let failed = |problem: String| SqliteError::Open {
        path: Arc::from(path),
        problem,
    };
    if path == Path::new(":memory:") {
        let problem = "it is to outlive the process: give the path of a file";
        return Err(failed(problem.to_owned()));
    }
    place::create(path).map_err(|error| failed(error.to_string()))?;
    find(path)
}

/// The path of a file that is there.
pub(super) fn find(path: &Path) -> Result<Arc<Path>, SqliteError> {
    let found: PathBuf = path.canonicalize().map_err(|error| SqliteError::Open {
        path: Arc::from(path),
        problem: error.to_string(),
    })?;
    Ok(Arc::from(found))
}

/// A connection whose commits are on the disk when they return.
pub(super) fn open(path: &Arc<Path>) -> Result<Connection, SqliteError> {
    connect(path).map_err(|error| match SqliteError::of(path, error) {
        SqliteError::Failed { path, source } => SqliteError::Open {
            path,
            problem: source.to_string(),
        },
        error => error,
    })
}

/// A connection that writes nothing.
pub(super) fn open_for_reading(path: &Arc<Path>) -> Result<Connection, SqliteError> {
    let db = open(path)?;
    db.pragma_update(None, "query_only", true)
        .map_err(|error| SqliteError::of(path, error))?;
    Ok(db)
}

/// A connection that has changed nothing: the file may be anybody's.
pub(super) fn open_as_it_is(path: &Arc<Path>) -> Result<Connection, SqliteError> {
    raw(path).map_err(|error| SqliteError::of(path, error))
}

fn raw(path: &Arc<Path>) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY)?;
    Ok(db)
}

fn connect(path: &Arc<Path>) -> rusqlite::Result<Connection> {
    let db = raw(path)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    // Answers with the mode that it is in: a file system without shared memory has no such log.
    db.pragma_update_and_check(None, "journal_mode", "wal", |row| {
        let mode: String = row.get(0)?;
        match mode.as_str() {
            "wal" => Ok(()),
            mode => {
                let problem = format!(
                    "its journal_mode is {mode} and cannot become WAL: is it on a network file system?"
                );
                Err(rusqlite::Error::ToSqlConversionFailure(problem.into()))
            }
        }
    })?;
    db.pragma_update(None, "synchronous", "FULL")?;
    // What it takes on Apple's systems; nothing elsewhere.
    db.pragma_update(None, "fullfsync", true)?;
    db.pragma_update(None, "checkpoint_fullfsync", true)?;
    db.pragma_update_and_check(None, "journal_size_limit", LARGEST_LOG, |_| Ok(()))?;
    Ok(db)
}
