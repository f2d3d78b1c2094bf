//! Lanes: rows of one endpoint with one ordering key, which run one after another.
//!
//! Of the pending and running rows of a lane, all but one are marked as blocked; a unique index enforces that. Workers lease from
//! an index of unblocked rows alone, so a hundred thousand rows behind a slow one cost nothing.

use rusqlite::{Connection, OptionalExtension as _};

/// Selects the first open row (pending or running) of a lane.
pub(super) const FIRST: &str = "SELECT id FROM webhook_inbox INDEXED BY webhook_inbox_lane
    WHERE endpoint = ?1 AND ordering_key = ?2 AND ended_at IS NULL AND ordering_key IS NOT NULL
    ORDER BY id LIMIT 1";

/// Selects the unblocked row of a lane.
pub(super) const UNBLOCKED: &str =
    "SELECT id, state = 'running' FROM webhook_inbox INDEXED BY webhook_inbox_lane_unblocked
    WHERE endpoint = ?1 AND ordering_key = ?2 AND ended_at IS NULL AND is_blocked = 0 AND ordering_key IS NOT NULL";

/// Returns whether a lane has open rows: a new row is then blocked.
pub(super) fn is_blocked(
    db: &Connection,
    endpoint: &str,
    ordering_key: &str,
) -> rusqlite::Result<bool> {
    first(db, endpoint, ordering_key).map(|first| first.is_some())
}

/// Returns the id of the first open row of a lane.
pub(super) fn first(
    db: &Connection,
    endpoint: &str,
    ordering_key: &str,
) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(FIRST)?
        .query_row([endpoint, ordering_key], |columns| columns.get(0))
        .optional()
}

/// Makes the first open row of a lane its unblocked one, unless a row of the lane is running.
pub(super) fn promote_next(
    db: &Connection,
    endpoint: &str,
    ordering_key: &str,
) -> rusqlite::Result<()> {
    let unblocked = db
        .prepare_cached(UNBLOCKED)?
        .query_row([endpoint, ordering_key], |columns| {
            Ok((columns.get(0)?, columns.get(1)?))
        })
        .optional()?;
    let unblocked: Option<i64> = match unblocked {
        Some((_, true)) => return Ok(()),
        Some((id, false)) => Some(id),
        None => None,
    };
    let first = first(db, endpoint, ordering_key)?;
    if unblocked == first {
        return Ok(());
    }
    // Blocks before it unblocks: the unique index allows at most one unblocked row at any moment.
    for (id, is_blocked) in [(unblocked, true), (first, false)] {
        db.prepare_cached("UPDATE webhook_inbox SET is_blocked = ?2 WHERE id = ?1")?
            .execute((id, is_blocked))?;
    }
    Ok(())
}
