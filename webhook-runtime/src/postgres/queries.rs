//! Queries of operators: list, count, summarize, inspect, replay.

use std::collections::HashSet;

use tokio_postgres::types::ToSql;

use super::connection::{Database, Values};
use super::error::PostgresError;
use super::row::{
    DELIVERY, DELIVERY_COLUMNS, ROW, ROW_COLUMNS, attempts, delivery, row, since_epoch, state, text,
};
use crate::inbox::{Failure, Filter, Row, RowDetails, State, StateSummary};

/// Number of rows that one transaction replays. Each lane among them needs one lock, and a server has some thousands.
const REPLAY_BATCH: usize = 500;

/// SQL condition of a filter, on the table `i`.
struct Condition {
    sql: String,
    values: Vec<Box<dyn ToSql + Send + Sync>>,
}

impl Condition {
    fn new(filter: &Filter) -> Self {
        let mut condition = Self {
            sql: "true".to_owned(),
            values: Vec::new(),
        };
        let Filter {
            rows,
            state,
            endpoint,
            tenant,
            delivery_id,
            event_type,
            since,
            before,
        } = filter;
        if let Some(rows) = rows {
            condition.and("i.id = ANY ({})", rows.clone());
        }
        if let Some(state) = state {
            // A literal, so that the planner can use the partial indexes of one state.
            condition.sql += &format!(" AND i.state = '{}'", state.as_str());
        }
        for (term, value) in [
            ("i.endpoint = {}", endpoint),
            ("i.tenant = {}", tenant),
            ("i.delivery_id = {}", delivery_id),
        ] {
            if let Some(value) = value {
                condition.and(term, text(value).into_owned());
            }
        }
        match event_type.as_deref() {
            None | Some("*") => {}
            Some(pattern) => match pattern.strip_suffix('*') {
                Some(prefix) if prefix.ends_with('.') => {
                    condition.and("starts_with(i.event_type, {})", text(prefix).into_owned());
                }
                _ => condition.and("i.event_type = {}", text(pattern).into_owned()),
            },
        }
        let time = "timestamptz 'epoch' + {}::bigint * interval '1 microsecond'";
        if let Some(since) = *since {
            condition.and(&format!("i.enqueued_at >= {time}"), since_epoch(since));
        }
        if let Some(before) = *before {
            condition.and(&format!("i.enqueued_at < {time}"), since_epoch(before));
        }
        condition
    }

    /// Adds a term, in which `{}` is the parameter of this value.
    fn and(&mut self, term: &str, value: impl ToSql + Send + Sync + 'static) {
        self.values.push(Box::new(value));
        let parameter = format!("${}", self.values.len());
        self.sql += &format!(" AND {}", term.replace("{}", &parameter));
    }

    fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.values
            .iter()
            .map(|value| &**value as &(dyn ToSql + Sync))
            .collect()
    }
}

/// Runs one statement with the time limit of operators' calls.
async fn query(
    database: &Database,
    sql: &str,
    values: &Values<'_>,
) -> Result<Vec<tokio_postgres::Row>, PostgresError> {
    let sql = database.schema.sql(sql);
    database
        .long_transaction(async |connection| Ok(connection.query(&sql, values).await?))
        .await
}

pub(super) async fn list(
    database: &Database,
    filter: &Filter,
    after: Option<i64>,
    limit: usize,
) -> Result<Vec<Row>, PostgresError> {
    let mut condition = Condition::new(filter);
    if let Some(after) = after {
        condition.and("i.id > {}", after);
    }
    let sql = format!(
        "SELECT {ROW} FROM {{schema}}.inbox i WHERE {} ORDER BY i.id LIMIT {limit}",
        condition.sql
    );
    let rows = query(database, &sql, &condition.values()).await?;
    rows.iter().map(row).collect()
}

pub(super) async fn count(database: &Database, filter: &Filter) -> Result<u64, PostgresError> {
    let condition = Condition::new(filter);
    let sql = format!(
        "SELECT count(*) FROM {{schema}}.inbox i WHERE {}",
        condition.sql
    );
    let rows = query(database, &sql, &condition.values()).await?;
    let count = rows.first().map(|row| row.try_get(0)).transpose()?;
    Ok(decode_count(count.unwrap_or_default()))
}

pub(super) async fn summary(database: &Database) -> Result<Vec<StateSummary>, PostgresError> {
    let sql =
        "SELECT endpoint, state, count(*), min(enqueued_at) FROM {schema}.inbox GROUP BY 1, 2";
    let rows = query(database, sql, &[]).await?;
    let mut summaries = rows
        .iter()
        .map(|row| {
            Ok(StateSummary {
                endpoint: row.try_get(0)?,
                state: state(row.try_get(1)?)?,
                rows: decode_count(row.try_get(2)?),
                oldest: row.try_get(3)?,
            })
        })
        .collect::<Result<Vec<_>, PostgresError>>()?;
    summaries.sort_by(|one, other| (&one.endpoint, one.state).cmp(&(&other.endpoint, other.state)));
    Ok(summaries)
}

pub(super) async fn inspect(
    database: &Database,
    id: i64,
) -> Result<Option<RowDetails>, PostgresError> {
    let select = database.schema.sql(&format!(
        "SELECT {ROW}, {DELIVERY} FROM {{schema}}.inbox i WHERE i.id = $1"
    ));
    let failures = database
        .schema
        .sql("SELECT attempt, at, error FROM {schema}.failures WHERE inbox_id = $1 ORDER BY id");
    database
        .long_transaction(async |connection| {
            let rows = connection.query(&select, &[&id]).await?;
            let Some(found) = rows.first() else {
                return Ok(None);
            };
            debug_assert_eq!(found.len(), ROW_COLUMNS + DELIVERY_COLUMNS);
            let failures = connection.query(&failures, &[&id]).await?;
            let failures = failures.iter().map(|row| {
                Ok(Failure {
                    attempt: attempts(row.try_get(0)?),
                    at: row.try_get(1)?,
                    error: row.try_get(2)?,
                })
            });
            Ok(Some(RowDetails {
                row: row(found)?,
                delivery: delivery(found, ROW_COLUMNS)?,
                failures: failures.collect::<Result<_, PostgresError>>()?,
            }))
        })
        .await
}

/// Makes done and dead rows pending again; returns their number and their endpoints.
pub(super) async fn replay(
    database: &Database,
    filter: &Filter,
    limit: usize,
) -> Result<(usize, HashSet<String>), PostgresError> {
    if let Some(State::Pending | State::Running) = filter.state {
        return Ok((0, HashSet::new()));
    }
    let (mut replayed, mut endpoints) = (0, HashSet::new());
    // Stops at the last row that exists now and never goes back: each row is replayed once, even if it ends again
    // meanwhile, and rows that arrive meanwhile are not replayed.
    let last = query(database, "SELECT max(id) FROM {schema}.inbox", &[]).await?;
    let last: Option<i64> = last
        .first()
        .map(|row| row.try_get(0))
        .transpose()?
        .flatten();
    let mut after = i64::MIN;
    while let Some(last) = last
        && replayed < limit
    {
        let batch = REPLAY_BATCH.min(limit - replayed);
        let mut condition = Condition::new(filter);
        condition.and("i.id > {}", after);
        condition.and("i.id <= {}", last);
        let select = database.schema.sql(&format!(
            "SELECT i.id, i.endpoint FROM {{schema}}.inbox i WHERE {} AND i.state IN ('done', 'dead')
                ORDER BY i.id LIMIT {batch} FOR UPDATE SKIP LOCKED",
            condition.sql
        ));
        let replay = database.schema.sql("SELECT {schema}.replay($1)");
        let ids = database
            .long_transaction(async |connection| {
                let rows = connection.query(&select, &condition.values()).await?;
                let mut ids: Vec<i64> = Vec::with_capacity(rows.len());
                for row in rows {
                    ids.push(row.try_get(0)?);
                    endpoints.insert(row.try_get(1)?);
                }
                if !ids.is_empty() {
                    connection.query(&replay, &[&ids]).await?;
                }
                Ok(ids)
            })
            .await?;
        replayed += ids.len();
        match ids.last() {
            Some(id) if ids.len() == batch => after = *id,
            _ => break,
        }
    }
    Ok((replayed, endpoints))
}

fn decode_count(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}
