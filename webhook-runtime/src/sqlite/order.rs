//! Who is next among the rows of one endpoint with one serial.
//!
//! Of those that wait or run, all but one are behind, so that whoever takes rows finds, in one index, those that can be
//! taken alone: however many wait behind them.

use rusqlite::{Connection, OptionalExtension as _};

/// The first of them.
pub(super) const FIRST: &str = "SELECT row FROM webhook_inbox INDEXED BY webhook_inbox_serial
    WHERE endpoint = ?1 AND serial = ?2 AND ended_at IS NULL AND serial IS NOT NULL
    ORDER BY row LIMIT 1";

/// The one that is not behind.
pub(super) const HEAD: &str = "SELECT row, state = 'running' FROM webhook_inbox INDEXED BY webhook_inbox_head
    WHERE endpoint = ?1 AND serial = ?2 AND ended_at IS NULL AND is_behind = 0 AND serial IS NOT NULL";

/// Whether there are any.
pub(super) fn is_any(db: &Connection, endpoint: &str, serial: &str) -> rusqlite::Result<bool> {
    first(db, endpoint, serial).map(|first| first.is_some())
}

/// The first of them.
pub(super) fn first(
    db: &Connection,
    endpoint: &str,
    serial: &str,
) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(FIRST)?
        .query_row([endpoint, serial], |columns| columns.get(0))
        .optional()
}

/// Lets the first of them come before the others, unless one runs.
pub(super) fn hand_on(db: &Connection, endpoint: &str, serial: &str) -> rusqlite::Result<()> {
    let head = db
        .prepare_cached(HEAD)?
        .query_row([endpoint, serial], |columns| {
            Ok((columns.get(0)?, columns.get(1)?))
        })
        .optional()?;
    let head: Option<i64> = match head {
        Some((_, true)) => return Ok(()),
        Some((row, false)) => Some(row),
        None => None,
    };
    let first = first(db, endpoint, serial)?;
    if head == first {
        return Ok(());
    }
    // There is one that is not behind, at most, at any moment.
    for (row, is_behind) in [(head, true), (first, false)] {
        db.prepare_cached("UPDATE webhook_inbox SET is_behind = ?2 WHERE row = ?1")?
            .execute((row, is_behind))?;
    }
    Ok(())
}
