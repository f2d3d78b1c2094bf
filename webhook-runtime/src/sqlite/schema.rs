//! Creation and migration of the tables.
//!
//! The version is stored in a table: `user_version` exists once for each file, and belongs to the program, whose tables may be
//! in the file too.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

use super::error::SqliteError;

/// Migrations: each leads from the version that is its index to the next one. A published one never changes, because files
/// have been migrated with it.
const MIGRATIONS: [&str; 1] = [include_str!("schema/1.sql")];

/// Version of the current schema.
const CURRENT: i64 = MIGRATIONS.len() as i64;

/// Creates the tables, or migrates them to the current version.
pub(super) fn migrate(path: &Arc<Path>, db: &mut Connection) -> Result<(), SqliteError> {
    let to_error = |error| SqliteError::new(path, error);
    let found = version(db).map_err(to_error)?;
    if found == CURRENT {
        return Ok(());
    }
    // Another process may migrate at the same time: reads the version again once this one has the write lock.
    let transaction = db
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(to_error)?;
    let found = version(&transaction).map_err(to_error)?;
    if found > CURRENT {
        return Err(newer_schema(path, found));
    }
    let migrate = || {
        for migration in MIGRATIONS
            .iter()
            .skip(usize::try_from(found).unwrap_or_default())
        {
            transaction.execute_batch(migration)?;
        }
        transaction.execute("UPDATE webhook_schema SET version = ?1", [CURRENT])
    };
    migrate().map_err(to_error)?;
    transaction.commit().map_err(to_error)
}

/// Rejects a file whose schema is not of the current version. Changes nothing.
pub(super) fn check(path: &Arc<Path>, db: &Connection) -> Result<(), SqliteError> {
    let found = version(db).map_err(|error| SqliteError::new(path, error))?;
    match found {
        CURRENT => Ok(()),
        found if found > CURRENT => Err(newer_schema(path, found)),
        found => Err(SqliteError::OlderSchema {
            path: Arc::clone(path),
            found,
            known: CURRENT,
        }),
    }
}

fn newer_schema(path: &Arc<Path>, found: i64) -> SqliteError {
    SqliteError::NewerSchema {
        path: Arc::clone(path),
        found,
        known: CURRENT,
    }
}

/// Returns the version of the file's schema; 0 without tables of this crate.
fn version(db: &Connection) -> rusqlite::Result<i64> {
    // Queries the schema table, because the connection's cached schema may be outdated.
    let exists = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'webhook_schema'";
    if !db.prepare(exists)?.exists([])? {
        return Ok(0);
    }
    let version = db.query_row("SELECT version FROM webhook_schema", [], |row| row.get(0));
    Ok(version.optional()?.unwrap_or(0))
}
