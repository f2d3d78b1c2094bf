//! The life of the rows of the inbox: what is asked of them, in SQL. Each function works in the transaction of its caller.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::clock::span;
use super::columns::{delivery, select_with_content, state};
use super::{SqliteEffects, headers, order};
use crate::inbox::{
    Backlog, Completion, Disposition, Enqueued, LeaseToken, Leased, State, StoredDelivery,
};
use crate::store::FencingToken;

// What is asked while deliveries come takes a time that does not grow with the rows that are done or behind. The indexes
// are named, so that no statistics that somebody makes (`ANALYZE`) lead SQLite elsewhere.

const DUE: &str = "SELECT row, serial, state FROM webhook_inbox INDEXED BY webhook_inbox_due
    WHERE endpoint = ?1 AND ended_at IS NULL AND is_behind = 0 AND due_at <= ?2
    ORDER BY due_at, row LIMIT ?3";

const NEXT_DUE: &str = "SELECT min(due_at) FROM webhook_inbox INDEXED BY webhook_inbox_due
    WHERE endpoint = ?1 AND ended_at IS NULL AND is_behind = 0";

const BACKLOG: &str = "SELECT rows, (SELECT put_at FROM webhook_inbox WHERE row = first) FROM (
    SELECT count(*) AS rows, min(row) AS first FROM webhook_inbox INDEXED BY webhook_inbox_state
    WHERE state = ?1 AND endpoint = ?2)";

const FORGET: &str = "DELETE FROM webhook_inbox WHERE row IN (
    SELECT row FROM webhook_inbox INDEXED BY webhook_inbox_old
    WHERE state = 'done' AND due_at <= ?1 ORDER BY due_at LIMIT ?2)";

pub(super) fn put(
    db: &Connection,
    delivery: &StoredDelivery,
    now: i64,
) -> rusqlite::Result<Enqueued> {
    let is_behind = match &delivery.ordering_key {
        Some(serial) => order::is_any(db, &delivery.endpoint, serial)?,
        None => false,
    };
    let inserted = db
        .prepare_cached(
            "INSERT INTO webhook_inbox (key, endpoint, provider, tenant, delivery_id, event_type, timestamp,
                 is_timestamp_signed, serial, state, is_behind, attempts, fence, put_at, due_at, pause)
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
            is_behind,
            now,
        ])?;
    if inserted == 0 {
        return Ok(Enqueued::Duplicate);
    }
    db.prepare_cached(
        "INSERT INTO webhook_inbox_content (row, headers, body) VALUES (?1, ?2, ?3)",
    )?
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

pub(super) fn take(
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
        for (row, serial, state) in &due {
            // One whose lease has run out may not be the first any more: an earlier one may have been replayed.
            if let (State::Running, Some(serial)) = (state, serial)
                && order::first(db, endpoint, serial)? != Some(*row)
            {
                db.prepare_cached(
                    "UPDATE webhook_inbox SET state = 'pending', fence = fence + 1 WHERE row = ?1",
                )?
                .execute([row])?;
                order::hand_on(db, endpoint, serial)?;
                is_changed = true;
            }
        }
        if !is_changed {
            break due;
        }
    };
    let pause = span(lease);
    rows.into_iter()
        .map(|(row, ..)| {
            let fence = db
                .prepare_cached(
                    "UPDATE webhook_inbox SET state = 'running', fence = fence + 1, attempts = attempts + 1,
                         due_at = ?2, pause = ?3
                     WHERE row = ?1 RETURNING fence",
                )?
                .query_row(params![row, now.saturating_add(pause), pause], |columns| {
                    columns.get(0).map(FencingToken::new)
                })?;
            db.prepare_cached(&select_with_content("row = ?1"))?
                .query_row([row], |columns| {
                    Ok(Leased {
                        token: LeaseToken { row_id: row, fencing_token: fence },
                        attempts: columns.get::<_, u32>("attempts")?.saturating_sub(1),
                        delivery: delivery(columns)?,
                    })
                })
        })
        .collect()
}

/// When there is something to take, if nothing else happens.
pub(super) fn next_due(db: &Connection, endpoint: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(NEXT_DUE)?
        .query_row([endpoint], |columns| columns.get(0))
}

/// Whether it was this token's.
pub(super) fn renew(
    db: &Connection,
    token: LeaseToken,
    lease: Duration,
    now: i64,
) -> rusqlite::Result<bool> {
    let pause = span(lease);
    let renewed = db
        .prepare_cached(
            "UPDATE webhook_inbox SET due_at = ?3, pause = ?4
             WHERE row = ?1 AND fence = ?2 AND state = 'running'",
        )?
        .execute(params![
            token.row_id,
            kept(token.fencing_token),
            now.saturating_add(pause),
            pause
        ])?;
    Ok(renewed > 0)
}

pub(super) fn complete(
    db: &Connection,
    token: LeaseToken,
    end: &Disposition,
    effects: Option<SqliteEffects>,
    now: i64,
) -> rusqlite::Result<Completion> {
    let held = db
        .prepare_cached(
            "SELECT endpoint, serial, attempts FROM webhook_inbox
             WHERE row = ?1 AND fence = ?2 AND state = 'running'",
        )?
        .query_row(
            params![token.row_id, kept(token.fencing_token)],
            |columns| Ok((columns.get(0)?, columns.get(1)?, columns.get(2)?)),
        )
        .optional()?;
    let Some((endpoint, serial, attempt)) = held else {
        return Ok(Completion::Lost);
    };
    let (endpoint, serial, attempt): (String, Option<String>, u32) = (endpoint, serial, attempt);
    if let (Disposition::Done { .. }, Some(effects)) = (end, effects)
        && let Err(error) = effects.apply(db)
    {
        return match error.downcast() {
            // It is not the effect's fault alone.
            Ok(error) if db.is_autocommit() => Err(*error),
            Ok(error) => Ok(Completion::EffectsFailed(error)),
            Err(error) => Ok(Completion::EffectsFailed(error)),
        };
    }
    let (state, pause, error) = match end {
        Disposition::Done { keep } => (State::Done, Some(span(*keep)), None),
        Disposition::Retry { after, error } => (State::Pending, Some(span(*after)), Some(error)),
        Disposition::Dead { error } => (State::Dead, None, Some(error)),
    };
    db.prepare_cached(
        "UPDATE webhook_inbox SET state = ?2, due_at = ?3, pause = ?4, ended_at = ?5,
             last_error = coalesce(?6, last_error)
         WHERE row = ?1",
    )?
    .execute(params![
        token.row_id,
        state.as_str(),
        pause.map(|pause| now.saturating_add(pause)),
        pause.unwrap_or(0),
        (state != State::Pending).then_some(now),
        error,
    ])?;
    if let Some(error) = error {
        db.prepare_cached(
            "INSERT INTO webhook_inbox_failure (row, attempt, at, error) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![token.row_id, attempt, now, error])?;
    }
    if let Some(serial) = serial {
        order::hand_on(db, &endpoint, &serial)?;
    }
    Ok(Completion::Recorded)
}

pub(super) fn prune(db: &Connection, limit: usize, now: i64) -> rusqlite::Result<usize> {
    db.prepare_cached(FORGET)?
        .execute(params![now, i64::try_from(limit).unwrap_or(i64::MAX)])
}

/// Frees what the process that died has left running, and brings times into reach of a clock that went back since.
pub(super) fn recover(db: &Connection, now: i64) -> rusqlite::Result<()> {
    let orders = db
        .prepare(
            "UPDATE webhook_inbox SET state = 'pending', fence = fence + 1, due_at = ?1, pause = 0
             WHERE state = 'running' RETURNING endpoint, serial",
        )?
        .query_map([now], |columns| Ok((columns.get(0)?, columns.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(String, Option<String>)>>>()?;
    for (endpoint, serial) in orders {
        if let Some(serial) = serial {
            order::hand_on(db, &endpoint, &serial)?;
        }
    }
    db.execute(
        "UPDATE webhook_inbox SET due_at = ?1, pause = 0
         WHERE state = 'pending' AND due_at > ?1 + pause",
        [now],
    )?;
    if newest(db)?.is_some_and(|newest| newest > now) {
        db.execute(
            "UPDATE webhook_inbox SET due_at = ?1 + pause WHERE state = 'done' AND due_at > ?1 + pause",
            [now],
        )?;
    }
    Ok(())
}

/// When the newest row was put.
pub(super) fn newest(db: &Connection) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT put_at FROM webhook_inbox ORDER BY row DESC LIMIT 1")?
        .query_row([], |columns| columns.get(0))
        .optional()
}

/// As it is kept; one that never was is no row's.
fn kept(fence: FencingToken) -> i64 {
    i64::try_from(fence.get()).unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::super::looks::SUMMARY;
    use super::super::{order, schema};
    use super::{BACKLOG, DUE, FORGET, NEXT_DUE};

    /// What SQLite says of how it does this: each step.
    fn plan(db: &Connection, sql: &str) -> Vec<String> {
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = statement.raw_query().mapped(|row| row.get("detail"));
        steps.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn what_is_asked_while_deliveries_come_is_found_by_indexes() {
        let mut db = Connection::open_in_memory().unwrap();
        let path = std::path::Path::new("in memory").into();
        schema::migrate(&path, &mut db).unwrap();
        for (sql, index) in [
            (DUE, "INDEX webhook_inbox_due (endpoint=? AND due_at<?)"),
            (NEXT_DUE, "INDEX webhook_inbox_due (endpoint=?)"),
            (FORGET, "INDEX webhook_inbox_old (due_at<?)"),
            (
                BACKLOG,
                "COVERING INDEX webhook_inbox_state (state=? AND endpoint=?)",
            ),
            (
                order::FIRST,
                "INDEX webhook_inbox_serial (endpoint=? AND serial=?)",
            ),
            (
                order::HEAD,
                "INDEX webhook_inbox_head (endpoint=? AND serial=?)",
            ),
        ] {
            let steps = plan(&db, sql);
            let uses = steps.iter().any(|step| step.contains(index));
            // A step of `SCAN` over the one row of a subquery is none over a table.
            let scans = steps.iter().any(|step| step.starts_with("SCAN webhook"));
            let sorts = steps.iter().any(|step| step.contains("TEMP B-TREE"));
            assert!(uses && !scans && !sorts, "{sql}\n{steps:#?}");
        }
        let steps = plan(&db, SUMMARY);
        let uses = |step: &String| step.contains("COVERING INDEX webhook_inbox_state");
        assert!(steps.iter().any(uses), "{steps:#?}");
    }
}
