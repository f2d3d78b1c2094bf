//! Statements of the idempotency store. Each function runs in the transaction of its caller.
//!
//! Expiry is counted by the wall clock, the only clock that the processes of a store share. An entry that expires further
//! in the future than it was made to was written before the clock went back; it then expires its full lifetime from now.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::clock::millis;
use super::row::encode_fence;
use crate::store::{ClaimResult, FencingToken, LeaseStatus};

/// Time for which an expired claim can still be completed if its key is not claimed again, in milliseconds.
const GRACE: i64 = 24 * 60 * 60 * 1_000;

pub(super) fn claim(
    db: &Connection,
    key: &str,
    lease: Duration,
    now: i64,
) -> rusqlite::Result<ClaimResult> {
    let entry: Option<(bool, i64, i64)> = db
        .prepare_cached("SELECT is_done, expires_at, lifetime FROM webhook_store WHERE key = ?1")?
        .query_row([key], |columns| {
            Ok((columns.get(0)?, columns.get(1)?, columns.get(2)?))
        })
        .optional()?;
    if let Some((is_done, expires_at, lifetime)) = entry
        && expires_at > now
    {
        if expires_at > now.saturating_add(lifetime) {
            // The clock went back after the entry was written.
            db.prepare_cached(
                "UPDATE webhook_store
                 SET expires_at = ?2 + lifetime, delete_after = ?2 + lifetime + iif(is_done, 0, ?3)
                 WHERE key = ?1",
            )?
            .execute(params![key, now, GRACE])?;
        }
        return Ok(match is_done {
            true => ClaimResult::Done,
            false => ClaimResult::InProgress,
        });
    }
    let token: u64 = db
        .prepare_cached("UPDATE webhook_store_fencing_token SET last = last + 1 RETURNING last")?
        .query_row([], |columns| columns.get(0))?;
    let lifetime = millis(lease);
    let expires_at = now.saturating_add(lifetime);
    db.prepare_cached(
        "INSERT OR REPLACE INTO webhook_store (key, fencing_token, is_done, expires_at, lifetime, delete_after)
         VALUES (?1, ?2, FALSE, ?3, ?4, ?5)",
    )?
    .execute(params![
        key,
        token,
        expires_at,
        lifetime,
        expires_at.saturating_add(GRACE)
    ])?;
    Ok(ClaimResult::New(FencingToken::new(token)))
}

pub(super) fn renew(
    db: &Connection,
    key: &str,
    token: FencingToken,
    lease: Duration,
    now: i64,
) -> rusqlite::Result<LeaseStatus> {
    let lifetime = millis(lease);
    let expires_at = now.saturating_add(lifetime);
    let renewed = db
        .prepare_cached(
            "UPDATE webhook_store SET expires_at = ?3, lifetime = ?4, delete_after = ?5
             WHERE key = ?1 AND fencing_token = ?2 AND NOT is_done",
        )?
        .execute(params![
            key,
            encode_fence(token),
            expires_at,
            lifetime,
            expires_at.saturating_add(GRACE)
        ])?;
    Ok(held_if(renewed > 0))
}

pub(super) fn complete(
    db: &Connection,
    key: &str,
    token: FencingToken,
    keep: Duration,
    now: i64,
) -> rusqlite::Result<LeaseStatus> {
    let lifetime = millis(keep);
    let completed = db
        .prepare_cached(
            "UPDATE webhook_store SET is_done = TRUE, expires_at = ?3, lifetime = ?4, delete_after = ?3
             WHERE key = ?1 AND fencing_token = ?2 AND NOT is_done",
        )?
        .execute(params![
            key,
            encode_fence(token),
            now.saturating_add(lifetime),
            lifetime
        ])?;
    if completed > 0 {
        return Ok(LeaseStatus::Held);
    }
    // Completing is idempotent: the caller may not have received the first answer.
    let is_done = db
        .prepare_cached("SELECT 1 FROM webhook_store WHERE key = ?1 AND fencing_token = ?2")?
        .exists(params![key, encode_fence(token)])?;
    Ok(held_if(is_done))
}

pub(super) fn release(
    db: &Connection,
    key: &str,
    token: FencingToken,
) -> rusqlite::Result<LeaseStatus> {
    let released = db
        .prepare_cached(
            "DELETE FROM webhook_store WHERE key = ?1 AND fencing_token = ?2 AND NOT is_done",
        )?
        .execute(params![key, encode_fence(token)])?;
    Ok(held_if(released > 0))
}

/// Deletes at most `limit` expired entries.
pub(super) fn prune(db: &Connection, limit: usize, now: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "DELETE FROM webhook_store WHERE key IN (
             SELECT key FROM webhook_store WHERE delete_after <= ?1 ORDER BY delete_after LIMIT ?2)",
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
