//! Statements of the queue: enqueue, lease, renew, complete, prune. Each function runs in the transaction of its caller.
//!
//! The time of a statement that runs while deliveries are handled does not grow with the number of rows that are done or
//! blocked. Such statements name their index, so that statistics (`ANALYZE`) cannot change SQLite's plan.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::clock::millis;
use super::row::{delivery, encode_fence, select_with_content, state};
use super::{SqliteEffects, headers, lanes};
use crate::inbox::{
    Backlog, Completion, Disposition, Enqueued, LeaseToken, Leased, State, StoredDelivery,
};
use crate::store::FencingToken;

const DUE: &str = "SELECT id, ordering_key, state FROM webhook_inbox INDEXED BY webhook_inbox_due
    WHERE endpoint = ?1 AND ended_at IS NULL AND is_blocked = 0 AND due_at <= ?2
    ORDER BY due_at, id LIMIT ?3";

const NEXT_DUE: &str = "SELECT min(due_at) FROM webhook_inbox INDEXED BY webhook_inbox_due
    WHERE endpoint = ?1 AND ended_at IS NULL AND is_blocked = 0";

const BACKLOG: &str = "SELECT rows, (SELECT enqueued_at FROM webhook_inbox WHERE id = first) FROM (
    SELECT count(*) AS rows, min(id) AS first FROM webhook_inbox INDEXED BY webhook_inbox_state
    WHERE state = ?1 AND endpoint = ?2)";

const PRUNE: &str = "DELETE FROM webhook_inbox WHERE id IN (
    SELECT id FROM webhook_inbox INDEXED BY webhook_inbox_expired
    WHERE state = 'done' AND due_at <= ?1 ORDER BY due_at LIMIT ?2)";

pub(super) fn enqueue(
    db: &Connection,
    delivery: &StoredDelivery,
    now: i64,
) -> rusqlite::Result<Enqueued> {
    let is_blocked = match &delivery.ordering_key {
        Some(key) => lanes::is_blocked(db, &delivery.endpoint, key)?,
        None => false,
    };
    let inserted = db
        .prepare_cached(
            "INSERT INTO webhook_inbox (key, endpoint, provider, tenant, delivery_id, event_type, timestamp,
                 is_timestamp_signed, ordering_key, state, is_blocked, attempts, fencing_token, enqueued_at, due_at, delay)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'pending', ?10, 0, 0, ?11, ?11, 0)
             ON CONFLICT (key) DO NOTHING",
        )?
        .execute(params![
            delivery.key.as_str(),
            delivery.endpoint,
            delivery.provider,
            delivery.tenant.as_str(),
            delivery.delivery_id,
            delivery.event_type,
            delivery.timestamp.as_second(),
            delivery.is_timestamp_signed,
            delivery.ordering_key,
            is_blocked,
            now,
        ])?;
    if inserted == 0 {
        return Ok(Enqueued::Duplicate);
    }
    db.prepare_cached("INSERT INTO webhook_inbox_content (id, headers, body) VALUES (?1, ?2, ?3)")?
        .execute(params![
            db.last_insert_rowid(),
            headers::to_bytes(&delivery.headers),
            &*delivery.body,
        ])?;
    Ok(Enqueued::Stored)
}

pub(super) fn backlog(db: &Connection, endpoint: &str, now: i64) -> rusqlite::Result<Backlog> {
    let (mut rows, mut oldest) = (0, None::<i64>);
    for state in [State::Pending, State::Running] {
        let (count, first): (u64, Option<i64>) = db
            .prepare_cached(BACKLOG)?
            .query_row([state.as_str(), endpoint], |columns| {
                Ok((columns.get(0)?, columns.get(1)?))
            })?;
        rows += count;
        oldest = oldest.into_iter().chain(first).min();
    }
    let age = oldest.map_or(0, |oldest| now.saturating_sub(oldest).max(0));
    Ok(Backlog {
        rows,
        age: Duration::from_millis(age.unsigned_abs()),
    })
}

pub(super) fn lease(
    db: &Connection,
    endpoint: &str,
    limit: usize,
    lease: Duration,
    now: i64,
) -> rusqlite::Result<Vec<Leased>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = loop {
        let due = db
            .prepare_cached(DUE)?
            .query_map(params![endpoint, now, limit], |columns| {
                Ok((columns.get(0)?, columns.get(1)?, state(columns, 2)?))
            })?
            .collect::<rusqlite::Result<Vec<(i64, Option<String>, State)>>>()?;
        let mut is_changed = false;
        for (id, ordering_key, state) in &due {
            // An earlier row of the lane may have been replayed since this one was leased; the earlier one then goes first.
            if let (State::Running, Some(ordering_key)) = (state, ordering_key)
                && lanes::first(db, endpoint, ordering_key)? != Some(*id)
            {
                db.prepare_cached(
                    "UPDATE webhook_inbox SET state = 'pending', fencing_token = fencing_token + 1 WHERE id = ?1",
                )?
                .execute([id])?;
                lanes::promote_next(db, endpoint, ordering_key)?;
                is_changed = true;
            }
        }
        if !is_changed {
            break due;
        }
    };
    let delay = millis(lease);
    rows.into_iter()
        .map(|(row_id, ..)| {
            let fencing_token = db
                .prepare_cached(
                    "UPDATE webhook_inbox SET state = 'running', fencing_token = fencing_token + 1,
                         attempts = attempts + 1, due_at = ?2, delay = ?3
                     WHERE id = ?1 RETURNING fencing_token",
                )?
                .query_row(
                    params![row_id, now.saturating_add(delay), delay],
                    |columns| columns.get(0).map(FencingToken::new),
                )?;
            db.prepare_cached(&select_with_content("id = ?1"))?
                .query_row([row_id], |columns| {
                    Ok(Leased {
                        token: LeaseToken {
                            row_id,
                            fencing_token,
                        },
                        attempts: columns.get::<_, u32>("attempts")?.saturating_sub(1),
                        delivery: delivery(columns)?,
                    })
                })
        })
        .collect()
}

/// Returns the time at which the next row of an endpoint can be leased, if nothing changes until then.
pub(super) fn next_due(db: &Connection, endpoint: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(NEXT_DUE)?
        .query_row([endpoint], |columns| columns.get(0))
}

/// Extends a lease. Returns whether the token was valid.
pub(super) fn renew(
    db: &Connection,
    token: LeaseToken,
    lease: Duration,
    now: i64,
) -> rusqlite::Result<bool> {
    let delay = millis(lease);
    let renewed = db
        .prepare_cached(
            "UPDATE webhook_inbox SET due_at = ?3, delay = ?4
             WHERE id = ?1 AND fencing_token = ?2 AND state = 'running'",
        )?
        .execute(params![
            token.row_id,
            encode_fence(token.fencing_token),
            now.saturating_add(delay),
            delay
        ])?;
    Ok(renewed > 0)
}

pub(super) fn complete(
    db: &Connection,
    token: LeaseToken,
    disposition: &Disposition,
    effects: Option<SqliteEffects>,
    now: i64,
) -> rusqlite::Result<Completion> {
    let leased = db
        .prepare_cached(
            "SELECT endpoint, ordering_key, attempts FROM webhook_inbox
             WHERE id = ?1 AND fencing_token = ?2 AND state = 'running'",
        )?
        .query_row(
            params![token.row_id, encode_fence(token.fencing_token)],
            |columns| Ok((columns.get(0)?, columns.get(1)?, columns.get(2)?)),
        )
        .optional()?;
    let Some((endpoint, ordering_key, attempt)) = leased else {
        return Ok(Completion::Lost);
    };
    let (endpoint, ordering_key, attempt): (String, Option<String>, u32) =
        (endpoint, ordering_key, attempt);
    if let (Disposition::Done { .. }, Some(effects)) = (disposition, effects)
        && let Err(error) = effects.apply(db)
    {
        return match error.downcast() {
            // SQLite has rolled back the whole transaction, not only the effects: all jobs in it fail with this error.
            Ok(error) if db.is_autocommit() => Err(*error),
            Ok(error) => Ok(Completion::EffectsFailed(error)),
            Err(error) => Ok(Completion::EffectsFailed(error)),
        };
    }
    let (state, delay, error) = match disposition {
        Disposition::Done { keep } => (State::Done, Some(millis(*keep)), None),
        Disposition::Retry { after, error } => (State::Pending, Some(millis(*after)), Some(error)),
        Disposition::Dead { error } => (State::Dead, None, Some(error)),
    };
    db.prepare_cached(
        "UPDATE webhook_inbox SET state = ?2, due_at = ?3, delay = ?4, ended_at = ?5,
             last_error = coalesce(?6, last_error)
         WHERE id = ?1",
    )?
    .execute(params![
        token.row_id,
        state.as_str(),
        delay.map(|delay| now.saturating_add(delay)),
        delay.unwrap_or(0),
        (state != State::Pending).then_some(now),
        error,
    ])?;
    if let Some(error) = error {
        db.prepare_cached(
            "INSERT INTO webhook_inbox_failure (row_id, attempt, at, error) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![token.row_id, attempt, now, error])?;
    }
    if let Some(ordering_key) = ordering_key {
        lanes::promote_next(db, &endpoint, &ordering_key)?;
    }
    Ok(Completion::Recorded)
}

pub(super) fn prune(db: &Connection, limit: usize, now: i64) -> rusqlite::Result<usize> {
    db.prepare_cached(PRUNE)?
        .execute(params![now, i64::try_from(limit).unwrap_or(i64::MAX)])
}

/// Repairs the rows of a process that ended: revokes its leases, and corrects times that are too far ahead because the clock
/// went back.
pub(super) fn repair(db: &Connection, now: i64) -> rusqlite::Result<()> {
    let lanes = db
        .prepare(
            "UPDATE webhook_inbox SET state = 'pending', fencing_token = fencing_token + 1, due_at = ?1, delay = 0
             WHERE state = 'running' RETURNING endpoint, ordering_key",
        )?
        .query_map([now], |columns| Ok((columns.get(0)?, columns.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(String, Option<String>)>>>()?;
    for (endpoint, ordering_key) in lanes {
        if let Some(ordering_key) = ordering_key {
            lanes::promote_next(db, &endpoint, &ordering_key)?;
        }
    }
    db.execute(
        "UPDATE webhook_inbox SET due_at = ?1, delay = 0
         WHERE state = 'pending' AND due_at > ?1 + delay",
        [now],
    )?;
    if newest_enqueued_at(db)?.is_some_and(|newest| newest > now) {
        db.execute(
            "UPDATE webhook_inbox SET due_at = ?1 + delay WHERE state = 'done' AND due_at > ?1 + delay",
            [now],
        )?;
    }
    Ok(())
}

/// Returns the time at which the newest row was enqueued.
pub(super) fn newest_enqueued_at(db: &Connection) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT enqueued_at FROM webhook_inbox ORDER BY id DESC LIMIT 1")?
        .query_row([], |columns| columns.get(0))
        .optional()
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::super::queries::SUMMARY;
    use super::super::{lanes, schema};
    use super::{BACKLOG, DUE, NEXT_DUE, PRUNE};

    /// Returns the steps of SQLite's query plan.
    fn plan(db: &Connection, sql: &str) -> Vec<String> {
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = statement.raw_query().mapped(|row| row.get("detail"));
        steps.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn statements_of_the_queue_are_answered_from_indexes() {
        let mut db = Connection::open_in_memory().unwrap();
        let path = std::path::Path::new("in memory").into();
        schema::migrate(&path, &mut db).unwrap();
        for (sql, index) in [
            (DUE, "INDEX webhook_inbox_due (endpoint=? AND due_at<?)"),
            (NEXT_DUE, "INDEX webhook_inbox_due (endpoint=?)"),
            (PRUNE, "INDEX webhook_inbox_expired (due_at<?)"),
            (
                BACKLOG,
                "COVERING INDEX webhook_inbox_state (state=? AND endpoint=?)",
            ),
            (
                lanes::FIRST,
                "INDEX webhook_inbox_lane (endpoint=? AND ordering_key=?)",
            ),
            (
                lanes::UNBLOCKED,
                "INDEX webhook_inbox_lane_unblocked (endpoint=? AND ordering_key=?)",
            ),
        ] {
            let steps = plan(&db, sql);
            let uses = steps.iter().any(|step| step.contains(index));
            // `SCAN` of a subquery with one row does not scan a table.
            let scans = steps.iter().any(|step| step.starts_with("SCAN webhook"));
            let sorts = steps.iter().any(|step| step.contains("TEMP B-TREE"));
            assert!(uses && !scans && !sorts, "{sql}\n{steps:#?}");
        }
        let steps = plan(&db, SUMMARY);
        let uses = |step: &String| step.contains("COVERING INDEX webhook_inbox_state");
        assert!(steps.iter().any(uses), "{steps:#?}");
    }
}
