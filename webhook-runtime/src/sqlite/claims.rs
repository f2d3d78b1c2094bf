//! The claims of the idempotency store: what is asked of them, in SQL. Each function works in the transaction of its
//! caller.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::clock::span;
use crate::store::{ClaimResult, FencingToken, LeaseStatus};

/// For how long a claim whose lease has run out can still be completed, if nobody else has claimed its key.
const GRACE: i64 = 24 * 60 * 60 * 1_000;

pub(super) fn claim(
    db: &Connection,
    key: &str,
    lease: Duration,
    now: i64,
) -> rusqlite::Result<ClaimResult> {
    let entry: Option<(bool, i64, i64)> = db
        .prepare_cached("SELECT is_done, until, pause FROM webhook_store WHERE key = ?1")?
        .query_row([key], |columns| {
            Ok((columns.get(0)?, columns.get(1)?, columns.get(2)?))
        })
        .optional()?;
    if let Some((is_done, until, pause)) = entry
        && until > now
    {
        if until > now.saturating_add(pause) {
            // The clock has gone back since: it counts for its time from now on, not for longer.
            db.prepare_cached(
                "UPDATE webhook_store SET until = ?2 + pause, forget_at = ?2 + pause + iif(is_done, 0, ?3)
                 WHERE key = ?1",
            )?
            .execute(params![key, now, GRACE])?;
        }
        return Ok(match is_done {
            true => ClaimResult::Done,
            false => ClaimResult::InProgress,
        });
    }
    let fence: u64 = db
        .prepare_cached("UPDATE webhook_store_fence SET last = last + 1 RETURNING last")?
        .query_row([], |columns| columns.get(0))?;
    let pause = span(lease);
    let until = now.saturating_add(pause);
    db.prepare_cached(
        "INSERT OR REPLACE INTO webhook_store (key, fence, is_done, until, pause, forget_at)
         VALUES (?1, ?2, FALSE, ?3, ?4, ?5)",
    )?
    .execute(params![
        key,
        fence,
        until,
        pause,
        until.saturating_add(GRACE)
    ])?;
    Ok(ClaimResult::New(FencingToken::new(fence)))
}

pub(super) fn renew(
    db: &Connection,
    key: &str,
    fence: FencingToken,
    lease: Duration,
    now: i64,
) -> rusqlite::Result<LeaseStatus> {
    let pause = span(lease);
    let until = now.saturating_add(pause);
    let renewed = db
        .prepare_cached(
            "UPDATE webhook_store SET until = ?3, pause = ?4, forget_at = ?5
             WHERE key = ?1 AND fence = ?2 AND NOT is_done",
        )?
        .execute(params![
            key,
            kept(fence),
            until,
            pause,
            until.saturating_add(GRACE)
        ])?;
    Ok(held_if(renewed > 0))
}

pub(super) fn complete(
    db: &Connection,
    key: &str,
    fence: FencingToken,
    keep: Duration,
    now: i64,
) -> rusqlite::Result<LeaseStatus> {
    let pause = span(keep);
    let completed = db
        .prepare_cached(
            "UPDATE webhook_store SET is_done = TRUE, until = ?3, pause = ?4, forget_at = ?3
             WHERE key = ?1 AND fence = ?2 AND NOT is_done",
        )?
        .execute(params![key, kept(fence), now.saturating_add(pause), pause])?;
    if completed > 0 {
        return Ok(LeaseStatus::Held);
    }
    // It may be said again.
    let is_done = db
        .prepare_cached("SELECT 1 FROM webhook_store WHERE key = ?1 AND fence = ?2")?
        .exists(params![key, kept(fence)])?;
    Ok(held_if(is_done))
}

pub(super) fn release(
    db: &Connection,
    key: &str,
    fence: FencingToken,
) -> rusqlite::Result<LeaseStatus> {
    let released = db
        .prepare_cached("DELETE FROM webhook_store WHERE key = ?1 AND fence = ?2 AND NOT is_done")?
        .execute(params![key, kept(fence)])?;
    Ok(held_if(released > 0))
}

/// Deletes what does not count any more, at most this much.
pub(super) fn forget(db: &Connection, limit: usize, now: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "DELETE FROM webhook_store WHERE key IN (
             SELECT key FROM webhook_store WHERE forget_at <= ?1 ORDER BY forget_at LIMIT ?2)",
    )?
    .execute(params![now, i64::try_from(limit).unwrap_or(i64::MAX)])?;
    Ok(())
}

const fn held_if(is_held: bool) -> LeaseStatus {
    match is_held {
        true => LeaseStatus::Held,
        false => LeaseStatus::Lost,
    }
}

/// As it is kept; one that never was is no claim's.
fn kept(fence: FencingToken) -> i64 {
    i64::try_from(fence.get()).unwrap_or(-1)
}
