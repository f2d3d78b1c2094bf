//! The inbox: storing, leasing and completing rows.
//!
//! Ordered rows are in lanes: a lane is a hash of endpoint and ordering key. At most one unfinished row of a lane is not
//! blocked, which a unique index guarantees, so a worker that leases rows reads only the index of due rows:
//! 100,000 rows behind a slow one cost nothing. A transaction that adds a row to a lane, or completes or replays one, holds
//! the lane's advisory lock until its commit. Rows therefore become visible in the order of their ids, and no decision is
//! based on stale data. These steps are functions in the schema (`schema/1.sql`), because each statement in a function
//! sees what was committed before the lock was acquired.

use std::any::Any;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use super::connection::Database;
use super::error::PostgresError;
use super::notifier::Notifier;
use super::row::{
    DELIVERY, attempts, decode_fence, delivery, encode_fence, hash, header_names, header_values,
    interval, lane, text,
};
use super::{Postgres, PostgresEffects, queries};
use crate::BoxError;
use crate::inbox::{
    Backlog, Completion, Disposition, Effects, Enqueued, Filter, Inbox, LeaseToken, Leased, Row,
    RowDetails, State, StateSummary, StoredDelivery,
};
use crate::store::EndpointNames;

/// Durable inbox in PostgreSQL, for services of one process or several.
///
/// Any number of processes enqueue and lease; waiting workers are woken by `NOTIFY`. Handlers that take a
/// [`PostgresTransaction`](crate::postgres::PostgresTransaction) have their effect in the same database exactly once.
/// Clones share their connections.
///
/// ```no_run
/// # #[cfg(feature = "openai")] {
/// # use webhook_runtime::{Endpoint, Event, WebhookRouter, on, openai::{BatchFailed, OpenAi}};
/// # #[on("batch.failed")]
/// # async fn failed(_: Event<BatchFailed>) {}
/// # #[derive(WebhookRouter)]
/// # #[webhook(provider = OpenAi, handlers(failed))]
/// # struct App;
/// use webhook_runtime::postgres::PostgresInbox;
///
/// # async fn program() -> Result<(), webhook_runtime::BoxError> {
/// let endpoint = Endpoint::builder(App)
///     .secret("the-secret-of-the-console")
///     .inbox(PostgresInbox::connect("postgres://app@127.0.0.1/app").await?)
///     .build()?;
/// # let _ = endpoint;
/// # Ok(())
/// # }
/// # }
/// ```
///
/// # Order
/// Deliveries with the same ordering key are enqueued one after another, each in a commit of its own: their rate is limited
/// by how fast the server's disk completes single writes. Deliveries with different ordering keys, or without one, share
/// writes.
#[derive(Clone)]
pub struct PostgresInbox {
    inner: Arc<Inner>,
}

struct Inner {
    endpoint_names: EndpointNames,
    database: Arc<Database>,
    sql: Sql,
    notifier: Arc<Notifier>,
}

struct Sql {
    enqueue: String,
    backlog: String,
    lease: String,
    next_due: String,
    renew: String,
    complete: String,
    prune: String,
    repair: String,
}

impl PostgresInbox {
    /// Opens an inbox by the URL of its database, in the schema `webhook`. Creates or migrates the schema.
    ///
    /// # Errors
    /// If the URL is invalid, or the database is unreachable or rejects a statement.
    pub async fn connect(url: &str) -> Result<Self, PostgresError> {
        Self::open(&Postgres::new(url)?).await
    }

    /// Opens an inbox in a database. Creates or migrates the schema.
    ///
    /// # Errors
    /// If the database is unreachable or rejects a statement, or if a newer version of this crate has created the schema.
    pub async fn open(database: &Postgres) -> Result<Self, PostgresError> {
        Ok(Self::new(database.open_migrated().await?))
    }

    /// Opens an existing inbox, for operators' programs: to list, count, inspect, summarize and replay rows. Neither
    /// creates nor migrates the schema.
    ///
    /// # Errors
    /// If the schema does not exist or has another version, or the database is unreachable or rejects a statement.
    pub async fn open_existing(database: &Postgres) -> Result<Self, PostgresError> {
        Ok(Self::new(database.open_existing().await?))
    }

    fn new(database: Arc<Database>) -> Self {
        Self {
            inner: Arc::new(Inner {
                endpoint_names: EndpointNames::default(),
                sql: Sql::new(&database),
                notifier: Arc::new(Notifier::new(&database)),
                database,
            }),
        }
    }

    /// Returns the seconds until the next row is due: `Some(None)` without any row, `None` after an error.
    async fn next_due(&self, endpoint: &str) -> Option<Option<f64>> {
        let Inner { database, sql, .. } = &*self.inner;
        let rows = database.query(&sql.next_due, &[&text(endpoint)]).await;
        rows.ok()?.first()?.try_get(0).ok()
    }

    /// Records the outcome of an attempt without effects.
    async fn record(
        &self,
        token: LeaseToken,
        disposition: &Disposition,
    ) -> Result<Completion, BoxError> {
        let (state, after, error) = match disposition {
            Disposition::Done { keep } => (State::Done, *keep, None),
            Disposition::Retry { after, error } => (State::Pending, *after, Some(text(error))),
            Disposition::Dead { error } => (State::Dead, Duration::ZERO, Some(text(error))),
        };
        let Inner { database, sql, .. } = &*self.inner;
        let rows = database
            .query(
                &sql.complete,
                &[
                    &token.row_id,
                    &encode_fence(token.fencing_token),
                    &state.as_str(),
                    &interval(after),
                    &error,
                ],
            )
            .await?;
        let Some(row) = rows.first() else {
            return Ok(Completion::Lost);
        };
        if !row.try_get::<_, bool>(0)? {
            return Ok(Completion::Lost);
        }
        self.notify(row, matches!(disposition, Disposition::Retry { .. }))?;
        Ok(Completion::Recorded)
    }

    /// Notifies the workers if another row may be due: the completed row has a lane, or is pending again.
    fn notify(
        &self,
        row: &tokio_postgres::Row,
        is_pending: bool,
    ) -> Result<(), tokio_postgres::Error> {
        let (endpoint, has_lane): (&str, bool) = (row.try_get(1)?, row.try_get(2)?);
        if has_lane || is_pending {
            self.inner.notifier.notify(endpoint);
        }
        Ok(())
    }
}

impl fmt::Debug for PostgresInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresInbox").finish_non_exhaustive()
    }
}

impl Sql {
    fn new(database: &Database) -> Self {
        let sql = |template: &str| database.schema.sql(template);
        Self {
            // The lane is locked before the row gets its id, so rows of a lane become visible in the order of their ids.
            enqueue: sql("INSERT INTO {schema}.inbox (key_hash, key, endpoint, provider, tenant, delivery_id, event_type,
                    timestamp, is_timestamp_signed, header_names, header_values, body, ordering_key, lane, is_blocked)
                SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, joined.is_blocked
                FROM (SELECT {schema}.join_lane($14) AS is_blocked) AS joined
                ON CONFLICT (key_hash) DO NOTHING"),
            backlog: sql("SELECT count(*), extract(epoch FROM clock_timestamp() - min(enqueued_at))::float8
                FROM {schema}.inbox WHERE endpoint = $1 AND state IN ('pending', 'running')"),
            lease: sql(&format!(
                "WITH due AS MATERIALIZED (
                    SELECT id, due_at FROM {{schema}}.inbox
                    WHERE endpoint = $1 AND NOT is_blocked AND state IN ('pending', 'running')
                        AND due_at <= statement_timestamp()
                    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
                UPDATE {{schema}}.inbox AS i
                SET state = 'running', fence = DEFAULT, attempts = i.attempts + 1,
                    due_at = clock_timestamp() + $3::bigint * interval '1 microsecond'
                FROM due WHERE i.id = due.id
                RETURNING i.id, i.fence, i.attempts - 1, due.due_at, {DELIVERY}"
            )),
            next_due: sql("SELECT extract(epoch FROM min(due_at) - clock_timestamp())::float8 FROM {schema}.inbox
                WHERE endpoint = $1 AND NOT is_blocked AND state IN ('pending', 'running')"),
            // Skips locked rows: they are just being completed, with this token or a later one.
            renew: sql("WITH tokens AS (SELECT * FROM unnest($1::bigint[], $2::bigint[]) AS t (id, fence)),
                unlocked AS MATERIALIZED (
                    SELECT i.id FROM {schema}.inbox i JOIN tokens t ON i.id = t.id AND i.fence = t.fence
                    WHERE i.state = 'running' FOR UPDATE OF i SKIP LOCKED),
                renewed AS (
                    UPDATE {schema}.inbox i SET due_at = clock_timestamp() + $3::bigint * interval '1 microsecond'
                    FROM unlocked u WHERE i.id = u.id)
                SELECT i.id, i.fence FROM {schema}.inbox i JOIN tokens t ON i.id = t.id AND i.fence = t.fence
                WHERE i.state = 'running'"),
            complete: sql("SELECT {schema}.complete($1, $2, $3, $4::bigint * interval '1 microsecond', $5), endpoint,
                    lane IS NOT NULL
                FROM {schema}.inbox WHERE id = $1"),
            prune: sql("DELETE FROM {schema}.inbox WHERE id IN (
                SELECT id FROM {schema}.inbox WHERE state = 'done' AND due_at <= statement_timestamp()
                ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)"),
            repair: sql("SELECT {schema}.repair()"),
        }
    }
}

#[async_trait]
impl Inbox for PostgresInbox {
    fn endpoint_names(&self) -> Option<&EndpointNames> {
        Some(&self.inner.endpoint_names)
    }

    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<Enqueued, BoxError> {
        let Inner {
            database,
            sql,
            notifier,
            ..
        } = &*self.inner;
        let ordering_key = delivery.ordering_key.as_deref();
        let lane = ordering_key.map(|ordering_key| lane(&delivery.endpoint, ordering_key));
        let (names, values) = (
            header_names(&delivery.headers),
            header_values(&delivery.headers),
        );
        let inserted = database
            .execute(
                &sql.enqueue,
                &[
                    &hash(&delivery.key),
                    &text(delivery.key.as_str()),
                    &text(&delivery.endpoint),
                    &text(&delivery.provider),
                    &text(delivery.tenant.as_str()),
                    &text(&delivery.delivery_id),
                    &text(&delivery.event_type),
                    &delivery.timestamp.as_second(),
                    &delivery.is_timestamp_signed,
                    &names,
                    &values,
                    &&*delivery.body,
                    &ordering_key.map(text),
                    &lane,
                ],
            )
            .await?;
        Ok(match inserted {
            0 => Enqueued::Duplicate,
            _ => {
                notifier.notify(&delivery.endpoint);
                Enqueued::Stored
            }
        })
    }

    async fn backlog(&self, endpoint: &str) -> Result<Backlog, BoxError> {
        let Inner { database, sql, .. } = &*self.inner;
        let rows = database.query(&sql.backlog, &[&text(endpoint)]).await?;
        let Some(row) = rows.first() else {
            return Ok(Backlog::default());
        };
        let seconds: Option<f64> = row.try_get(1)?;
        Ok(Backlog {
            rows: u64::try_from(row.try_get::<_, i64>(0)?)?,
            // Negative after the server's clock was set back; counts as zero.
            age: Duration::try_from_secs_f64(seconds.unwrap_or_default()).unwrap_or_default(),
        })
    }

    async fn lease(
        &self,
        endpoint: &str,
        limit: usize,
        lease: Duration,
    ) -> Result<Vec<Leased>, BoxError> {
        let Inner { database, sql, .. } = &*self.inner;
        let limit = i64::try_from(limit)?;
        let values = (text(endpoint), limit, interval(lease));
        let rows = database
            .query(&sql.lease, &[&values.0, &values.1, &values.2])
            .await?;
        let mut leased = Vec::new();
        for row in rows {
            let token = LeaseToken {
                row_id: row.try_get(0)?,
                fencing_token: decode_fence(row.try_get(1)?),
            };
            match delivery(&row, 4) {
                Ok(delivery) => {
                    let due: SystemTime = row.try_get(3)?;
                    let attempts = attempts(row.try_get(2)?);
                    let one = Leased {
                        token,
                        attempts,
                        delivery,
                    };
                    leased.push((due, one));
                }
                // The row was changed by hand. It becomes a dead letter, so that the others can still be leased.
                Err(error) => {
                    let error = error.to_string();
                    self.record(token, &Disposition::Dead { error }).await?;
                }
            }
        }
        leased.sort_by_key(|(due, leased)| (*due, leased.token.row_id));
        Ok(leased.into_iter().map(|(_, leased)| leased).collect())
    }

    async fn wait(&self, endpoint: &str, timeout: Duration) {
        let next_due = self.next_due(endpoint);
        self.inner.notifier.wait(endpoint, timeout, next_due).await;
    }

    async fn renew(
        &self,
        tokens: &[LeaseToken],
        lease: Duration,
    ) -> Result<Vec<LeaseToken>, BoxError> {
        let Inner { database, sql, .. } = &*self.inner;
        let rows: Vec<i64> = tokens.iter().map(|token| token.row_id).collect();
        let fences: Vec<i64> = tokens
            .iter()
            .map(|token| encode_fence(token.fencing_token))
            .collect();
        let mut held = HashSet::new();
        for row in database
            .query(&sql.renew, &[&rows, &fences, &interval(lease)])
            .await?
        {
            held.insert(LeaseToken {
                row_id: row.try_get(0)?,
                fencing_token: decode_fence(row.try_get(1)?),
            });
        }
        let lost = tokens.iter().filter(|token| !held.contains(token));
        Ok(lost.copied().collect())
    }

    async fn complete(
        &self,
        token: LeaseToken,
        disposition: &Disposition,
        effects: Option<Box<dyn Effects>>,
    ) -> Result<Completion, BoxError> {
        if let Some(effects) = effects {
            let effects: Box<dyn Any> = effects;
            let effects = effects.downcast::<PostgresEffects>();
            let effects = effects.map_err(|_| PostgresError::ForeignEffects)?;
            match disposition {
                Disposition::Done { keep } => {
                    let Inner { database, .. } = &*self.inner;
                    let completion = effects.complete(database, token, interval(*keep)).await?;
                    if let Some(completion) = completion {
                        return Ok(completion);
                    }
                }
                _ => {
                    // After an error, the connection is closed and the server rolls back.
                    let _ = effects.roll_back().await;
                }
            }
        }
        self.record(token, disposition).await
    }

    fn effects(&self) -> Option<Box<dyn Effects>> {
        let effects = PostgresEffects::on(&self.inner.database.connections);
        Some(Box::new(effects))
    }

    async fn prune(&self, limit: usize) -> Result<usize, BoxError> {
        let Inner { database, sql, .. } = &*self.inner;
        let batch = i64::try_from(limit)?;
        let deleted = usize::try_from(database.execute(&sql.prune, &[&batch]).await?)?;
        if deleted < limit {
            // Endpoints prune once a minute.
            database.query(&sql.repair, &[]).await?;
        }
        Ok(deleted)
    }

    async fn list(
        &self,
        filter: &Filter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Row>, BoxError> {
        Ok(queries::list(&self.inner.database, filter, after, limit).await?)
    }

    async fn count(&self, filter: &Filter) -> Result<u64, BoxError> {
        Ok(queries::count(&self.inner.database, filter).await?)
    }

    async fn summary(&self) -> Result<Vec<StateSummary>, BoxError> {
        Ok(queries::summary(&self.inner.database).await?)
    }

    async fn inspect(&self, row_id: i64) -> Result<Option<RowDetails>, BoxError> {
        Ok(queries::inspect(&self.inner.database, row_id).await?)
    }

    async fn replay(&self, filter: &Filter, limit: usize) -> Result<usize, BoxError> {
        let (replayed, endpoints) = queries::replay(&self.inner.database, filter, limit).await?;
        for endpoint in endpoints {
            self.inner.notifier.notify(&endpoint);
        }
        Ok(replayed)
    }
}
