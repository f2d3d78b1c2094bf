//! The rows of the inbox, for who looks in: what is asked of them, in SQL. Each function works in the transaction of its
//! caller.

use rusqlite::{Connection, OptionalExtension as _, params, params_from_iter};

use super::columns::{delivery, row, select_with_content, state};
use super::filter::Condition;
use super::{clock, order, rows};
use crate::inbox::{Failure, Filter, RowDetails, Row, StateSummary};

/// Reads an entry of an index for each row: for who looks in.
pub(super) const SUMMARY: &str =
    "SELECT endpoint, state, rows, (SELECT put_at FROM webhook_inbox WHERE row = first) FROM (
    SELECT endpoint, state, count(*) AS rows, min(row) AS first
    FROM webhook_inbox INDEXED BY webhook_inbox_state GROUP BY state, endpoint)";

pub(super) fn list(
    db: &Connection,
    filter: &Filter,
    after: Option<i64>,
    limit: usize,
) -> rusqlite::Result<Vec<Row>> {
    let mut condition = Condition::of(filter);
    condition.and_equal("row > ?", after);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = format!(
        "SELECT * FROM webhook_inbox {} ORDER BY row LIMIT {limit}",
        condition.to_sql()
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(condition.values()), row)?;
    rows.collect()
}

pub(super) fn count(db: &Connection, filter: &Filter) -> rusqlite::Result<u64> {
    let condition = Condition::of(filter);
    let sql = format!("SELECT count(*) FROM webhook_inbox {}", condition.to_sql());
    db.prepare_cached(&sql)?
        .query_row(params_from_iter(condition.values()), |columns| {
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
                oldest: clock::to_system(columns.get(3)?),
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    summaries.sort_by(|one, other| (&one.endpoint, one.state).cmp(&(&other.endpoint, other.state)));
    Ok(summaries)
}

pub(super) fn inspect(db: &Connection, number: i64) -> rusqlite::Result<Option<RowDetails>> {
    // One state of the database for all that is read.
    let db = db.unchecked_transaction()?;
    let found = db
        .prepare_cached(&select_with_content("row = ?1"))?
        .query_row([number], |columns| Ok((row(columns)?, delivery(columns)?)))
        .optional()?;
    let Some((row, delivery)) = found else {
        return Ok(None);
    };
    let failures = db
        .prepare_cached(
            "SELECT attempt, at, error FROM webhook_inbox_failure WHERE row = ?1 ORDER BY id",
        )?
        .query_map([number], |columns| {
            Ok(Failure {
                attempt: columns.get(0)?,
                at: clock::to_system(columns.get(1)?),
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

/// The rows that a replay is about.
pub(super) fn ended(db: &Connection, filter: &Filter, limit: usize) -> rusqlite::Result<Vec<i64>> {
    let mut condition = Condition::of(filter);
    condition.and("ended_at IS NOT NULL");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = format!(
        "SELECT row FROM webhook_inbox {} ORDER BY row LIMIT {limit}",
        condition.to_sql()
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(condition.values()), |columns| {
        columns.get(0)
    })?;
    rows.collect()
}

/// Makes these wait again, those that have ended. How many there were.
pub(super) fn replay(db: &Connection, rows: &[i64], now: i64) -> rusqlite::Result<usize> {
    // Not later than the newest row was put: the clock of the process that works the file may be behind this one's.
    let newest = rows::newest(db)?;
    let due_at = newest.map_or(now, |newest| newest.min(now));
    let mut replayed = 0;
    for row in rows {
        let order = db
            .prepare_cached(
                "UPDATE webhook_inbox SET state = 'pending', is_behind = serial IS NOT NULL, attempts = 0,
                     due_at = ?2, pause = 0, ended_at = NULL
                 WHERE row = ?1 AND ended_at IS NOT NULL RETURNING endpoint, serial",
            )?
            .query_row(params![row, due_at], |columns| {
                Ok((columns.get(0)?, columns.get(1)?))
            })
            .optional()?;
        let Some((endpoint, serial)) = order else {
            continue;
        };
        let (endpoint, serial): (String, Option<String>) = (endpoint, serial);
        if let Some(serial) = serial {
            order::hand_on(db, &endpoint, &serial)?;
        }
        replayed += 1;
    }
    Ok(replayed)
}
