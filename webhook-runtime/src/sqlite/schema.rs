//! The tables, and how older ones become those of today.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

use super::error::SqliteError;

/// Each brings the tables from the version that is its index to the next one. None is ever changed: there are files that
/// have it.
///
/// The version stands in a table of its own: `user_version` is left to the program, whose tables may be in the file too.
const STEPS: [&str; 1] = [include_str!("schema/1.sql")];

/// The version of today.
const KNOWN: i64 = STEPS.len() as i64;

/// Makes the tables, or brings them up to date.
pub(super) fn migrate(path: &Arc<Path>, db: &mut Connection) -> Result<(), SqliteError> {
    let of = |error| SqliteError::of(path, error);
    let found = version(db).map_err(of)?;
    if found == KNOWN {
        return Ok(());
    }
    // Whoever comes second finds the work done.
    let transaction = db
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(of)?;
    let found = version(&transaction).map_err(of)?;
    if found > KNOWN {
        return Err(newer(path, found));
    }
    let work = || {
        for step in STEPS
            .iter()
            .skip(usize::try_from(found).unwrap_or_default())
        {
            transaction.execute_batch(step)?;
        }
        transaction.execute("UPDATE webhook_schema SET version = ?1", [KNOWN])
    };
    work().map_err(of)?;
    transaction.commit().map_err(of)
}

/// Refuses other tables than those of today, and changes nothing.
pub(super) fn check(path: &Arc<Path>, db: &Connection) -> Result<(), SqliteError> {
    let found = version(db).map_err(|error| SqliteError::of(path, error))?;
    match found {
        KNOWN => Ok(()),
        found if found > KNOWN => Err(newer(path, found)),
        found => Err(SqliteError::Older {
            path: Arc::clone(path),
            found,
            known: KNOWN,
        }),
    }
}

fn newer(path: &Arc<Path>, found: i64) -> SqliteError {
    SqliteError::Newer {
        path: Arc::clone(path),
        found,
        known: KNOWN,
    }
}

/// 0 if there are no tables yet.
fn version(db: &Connection) -> rusqlite::Result<i64> {
    // Asked, not looked up: what a connection knows of the tables may be old.
    let there = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'webhook_schema'";
    if !db.prepare(there)?.exists([])? {
        return Ok(0);
    }
    let version = db.query_row("SELECT version FROM webhook_schema", [], |row| row.get(0));
    Ok(version.optional()?.unwrap_or(0))
}
