//! Queries for inspection, and replay. Each function runs in the transaction of its caller.

use rusqlite::{Connection, OptionalExtension as _, params, params_from_iter};

use super::filter::Condition;
use super::row::{delivery, row, select_with_content, state};
use super::{clock, lanes, queue};
use crate::inbox::{Failure, Filter, Row, RowDetails, StateSummary};

/// Counts rows by state and endpoint. Reads an index entry for each row, so it is for inspection alone.
pub(super) const SUMMARY: &str =
    "SELECT endpoint, state, rows, (SELECT enqueued_at FROM webhook_inbox WHERE id = first) FROM (
    SELECT endpoint, state, count(*) AS rows, min(id) AS first
    FROM webhook_inbox INDEXED BY webhook_inbox_state GROUP BY state, endpoint)";

pub(super) fn list(
    db: &Connection,
    filter: &Filter,
    after: Option<i64>,
    limit: usize,
) -> rusqlite::Result<Vec<Row>> {
    let mut condition = Condition::new(filter);
    condition.and_with("id > ?", after);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = format!(
        "SELECT * FROM webhook_inbox {} ORDER BY id LIMIT {limit}",
        condition.to_sql()
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(condition.parameters()), row)?;
    rows.collect()
}

pub(super) fn count(db: &Connection, filter: &Filter) -> rusqlite::Result<u64> {
    let condition = Condition::new(filter);
    let sql = format!("SELECT count(*) FROM webhook_inbox {}", condition.to_sql());
    db.prepare_cached(&sql)?
        .query_row(params_from_iter(condition.parameters()), |columns| {
            columns.get(0)
        })
}

pub(super) fn summary(db: &Connection) -> rusqlite::Result<Vec<StateSummary>> {
    let mut summaries = db
        .prepare_cached(SUMMARY)?
        .query_map([], |columns| {
            Ok(StateSummary {
                endpoint: columns.get(0)?,
                state: state(columns, 1)?,
                rows: columns.get(2)?,
                oldest: clock::to_system_time(columns.get(3)?),
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    summaries.sort_by(|one, other| (&one.endpoint, one.state).cmp(&(&other.endpoint, other.state)));
    Ok(summaries)
}

pub(super) fn inspect(db: &Connection, id: i64) -> rusqlite::Result<Option<RowDetails>> {
    // Both queries read one snapshot of the database.
    let db = db.unchecked_transaction()?;
    let found = db
        .prepare_cached(&select_with_content("id = ?1"))?
        .query_row([id], |columns| Ok((row(columns)?, delivery(columns)?)))
        .optional()?;
    let Some((row, delivery)) = found else {
        return Ok(None);
    };
    let failures = db
        .prepare_cached(
            "SELECT attempt, at, error FROM webhook_inbox_failure WHERE row_id = ?1 ORDER BY id",
        )?
        .query_map([id], |columns| {
            Ok(Failure {
                attempt: columns.get(0)?,
                at: clock::to_system_time(columns.get(1)?),
                error: columns.get(2)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(RowDetails {
        row,
        delivery,
        failures,
    }))
}

/// Returns the ids of done and dead rows that match a filter.
pub(super) fn ended(db: &Connection, filter: &Filter, limit: usize) -> rusqlite::Result<Vec<i64>> {
    let mut condition = Condition::new(filter);
    condition.and("ended_at IS NOT NULL");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = format!(
        "SELECT id FROM webhook_inbox {} ORDER BY id LIMIT {limit}",
        condition.to_sql()
    );
    let mut statement = db.prepare_cached(&sql)?;
    let ids = statement.query_map(params_from_iter(condition.parameters()), |columns| {
        columns.get(0)
    })?;
    ids.collect()
}

/// Makes those of the rows that are done or dead pending. Returns their number.
pub(super) fn replay(db: &Connection, ids: &[i64], now: i64) -> rusqlite::Result<usize> {
    // The clock of the process that owns the file may be behind this one. A row is therefore due no later than the time
    // at which the newest row was enqueued, and no two clocks are compared.
    let newest = queue::newest_enqueued_at(db)?;
    let due_at = newest.map_or(now, |newest| newest.min(now));
    let mut replayed = 0;
    for id in ids {
        let lane = db
            .prepare_cached(
                "UPDATE webhook_inbox SET state = 'pending', is_blocked = ordering_key IS NOT NULL, attempts = 0,
                     due_at = ?2, delay = 0, ended_at = NULL
                 WHERE id = ?1 AND ended_at IS NOT NULL RETURNING endpoint, ordering_key",
            )?
            .query_row(params![id, due_at], |columns| {
                Ok((columns.get(0)?, columns.get(1)?))
            })
            .optional()?;
        let Some((endpoint, ordering_key)) = lane else {
            continue;
        };
        let (endpoint, ordering_key): (String, Option<String>) = (endpoint, ordering_key);
        if let Some(ordering_key) = ordering_key {
            lanes::promote_next(db, &endpoint, &ordering_key)?;
        }
        replayed += 1;
    }
    Ok(replayed)
}
