//! Who is next among the rows of one endpoint with one serial.
//!
//! Of those that wait or run, all but one are behind, so that whoever takes rows finds, in one index, those that can be
//! taken alone: however many wait behind them.

use rusqlite::{Connection, OptionalExtension as _};

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
    db.prepare_cached(
        "SELECT row FROM webhook_inbox WHERE endpoint = ?1 AND serial = ?2 AND ended_at IS NULL AND serial IS NOT NULL
         ORDER BY row LIMIT 1",
    )?
    .query_row([endpoint, serial], |columns| columns.get(0))
    .optional()
}

/// Lets the first of them come before the others, unless one runs.
pub(super) fn hand_on(db: &Connection, endpoint: &str, serial: &str) -> rusqlite::Result<()> {
    let head: Option<(i64, bool)> = db
        .prepare_cached(
            "SELECT row, state = 'running' FROM webhook_inbox
             WHERE endpoint = ?1 AND serial = ?2 AND ended_at IS NULL AND is_behind = 0 AND serial IS NOT NULL",
        )?
        .query_row([endpoint, serial], |columns| {
            Ok((columns.get(0)?, columns.get(1)?))
        })
        .optional()?;
    let first = first(db, endpoint, serial)?;
    let move_to = |row: i64, is_behind: bool| {
        db.prepare_cached("UPDATE webhook_inbox SET is_behind = ?2 WHERE row = ?1")?
            .execute((row, is_behind))
    };
    match (head, first) {
        (Some((_, true)), _) | (_, None) => return Ok(()),
        (Some((head, _)), Some(first)) if head == first => return Ok(()),
        (Some((head, _)), Some(_)) => move_to(head, true)?,
        (None, Some(_)) => 0,
    };
    if let Some(first) = first {
        move_to(first, false)?;
    }
    Ok(())
}
