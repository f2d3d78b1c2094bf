//! The inbox: rows are put, taken, and finished.

use std::any::Any;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use super::connection::Database;
use super::error::PostgresError;
use super::listen::News;
use super::row::{
    DELIVERY, attempts, delivery, fence_of, hash, header_names, header_values, interval, lane,
    number_of, text,
};
use super::{Postgres, PostgresEffects, lookup};
use crate::inbox::{
    Backlog, Completion, Disposition, Effects, Enqueued, Filter, Inbox, LeaseToken, Leased, Row,
    RowDetails, State, StateSummary, StoredDelivery,
};
use crate::outcome::BoxError;

/// With the feature `postgres`: an inbox in PostgreSQL, for services of one process or several.
///
/// A delivery that is answered with 200 is on the server's disk. Any number of processes put and take; those that wait
/// are woken by `NOTIFY`. Handlers that take a [`PostgresTransaction`](crate::postgres::PostgresTransaction) have their effect in
/// the same database exactly once. Clones share their connections.
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
/// Deliveries with one `ordered_by` are put one after another, each commit after the last: as many a second as the
/// server's disk can write one by one. Deliveries with another one, or with none, share what is written.
///
/// Rows may be deleted or changed by hand (`webhook.inbox`): an order whose first row is gone goes on within a minute.
#[derive(Clone)]
pub struct PostgresInbox {
    inner: Arc<Inner>,
}

struct Inner {
    endpoint_names: crate::store::EndpointNames,
    database: Arc<Database>,
    sql: Sql,
    news: Arc<News>,
}

struct Sql {
    put: String,
    backlog: String,
    take: String,
    next_due: String,
    renew: String,
    complete: String,
    prune: String,
    mend: String,
}

impl PostgresInbox {
    /// An inbox by the URL of its database, with a schema of the name `webhook`.
    ///
    /// # Errors
    /// If the database is away, or refuses.
    pub async fn connect(url: &str) -> Result<Self, PostgresError> {
        Self::open(&Postgres::new(url)?).await
    }

    /// An inbox in a database.
    ///
    /// # Errors
    /// If the database is away, or refuses.
    pub async fn open(database: &Postgres) -> Result<Self, PostgresError> {
        Ok(Self::on(database.database().await?))
    }

    /// An inbox in a database that has it already, to look in: to list, count, inspect, sum up and replay. Neither makes
    /// nor changes a schema.
    ///
    /// # Errors
    /// If there is no such schema, or not of this version; if the database is away, or refuses.
    pub async fn open_existing(database: &Postgres) -> Result<Self, PostgresError> {
        Ok(Self::on(database.database_to_look().await?))
    }

    fn on(database: Arc<Database>) -> Self {
        Self {
            inner: Arc::new(Inner {
                endpoint_names: crate::store::EndpointNames::default(),
                sql: Sql::new(&database),
                news: Arc::new(News::new(&database)),
                database,
            }),
        }
    }

    async fn next_due(&self, endpoint: &str) -> Option<Option<f64>> {
        let Inner { database, sql, .. } = &*self.inner;
        let rows = database.query(&sql.next_due, &[&text(endpoint)]).await;
        rows.ok()?.first()?.try_get(0).ok()
    }

    /// Writes down an end that has no effects.
    async fn write_down(
        &self,
        token: LeaseToken,
        end: &Disposition,
    ) -> Result<Completion, BoxError> {
        let (state, after, error) = match end {
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
                    &number_of(token.fencing_token),
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
        self.tell_of(row, matches!(end, Disposition::Retry { .. }))?;
        Ok(Completion::Recorded)
    }

    /// Tells that there may be something to take, if the row that has ended stood in a lane, or waits again.
    fn tell_of(
        &self,
        row: &tokio_postgres::Row,
        waits_again: bool,
    ) -> Result<(), tokio_postgres::Error> {
        let (endpoint, is_in_lane): (&str, bool) = (row.try_get(1)?, row.try_get(2)?);
        if is_in_lane || waits_again {
            self.inner.news.tell(endpoint);
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
        let sql = |text: &str| database.schema.sql(text);
        Self {
            // The lane is entered before the row gets its number, so a lane's rows come to be seen in their order.
            put: sql("INSERT INTO {schema}.inbox (key_hash, key, endpoint, provider, tenant, delivery_id, event_type,
                    signed_at, is_time_signed, header_names, header_values, body, serial, lane, is_blocked)
                SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, admitted.is_blocked
                FROM (SELECT {schema}.admit($14) AS is_blocked) AS admitted
                ON CONFLICT (key_hash) DO NOTHING"),
            backlog: sql("SELECT count(*), extract(epoch FROM clock_timestamp() - min(put_at))::float8
                FROM {schema}.inbox WHERE endpoint = $1 AND state IN ('pending', 'running')"),
            take: sql(&format!(
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
            // A row that is locked is just being finished, with this very token or a later one.
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
            mend: sql("SELECT {schema}.mend()"),
        }
    }
}

#[async_trait]
impl Inbox for PostgresInbox {
    fn endpoint_names(&self) -> Option<&crate::store::EndpointNames> {
        Some(&self.inner.endpoint_names)
    }

    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<Enqueued, BoxError> {
        let Inner {
            database,
            sql,
            news,
            ..
        } = &*self.inner;
        let serial = delivery.ordering_key.as_deref();
        let lane = serial.map(|serial| lane(&delivery.endpoint, serial));
        let (names, values) = (
            header_names(&delivery.headers),
            header_values(&delivery.headers),
        );
        let stored = database
            .execute(
                &sql.put,
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
                    &serial.map(text),
                    &lane,
                ],
            )
            .await?;
        Ok(match stored {
            0 => Enqueued::Duplicate,
            _ => {
                news.tell(&delivery.endpoint);
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
            // None, if its clock was set back.
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
            .query(&sql.take, &[&values.0, &values.1, &values.2])
            .await?;
        let mut taken = Vec::new();
        for row in rows {
            let token = LeaseToken {
                row_id: row.try_get(0)?,
                fencing_token: fence_of(row.try_get(1)?),
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
                    taken.push((due, one));
                }
                // Somebody has written it by hand: it is not to keep the others from being taken.
                Err(error) => {
                    let error = error.to_string();
                    self.write_down(token, &Disposition::Dead { error }).await?;
                }
            }
        }
        taken.sort_by_key(|(due, taken)| (*due, taken.token.row_id));
        Ok(taken.into_iter().map(|(_, taken)| taken).collect())
    }

    async fn wait(&self, endpoint: &str, timeout: Duration) {
        let next_due = self.next_due(endpoint);
        self.inner.news.wait(endpoint, timeout, next_due).await;
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
            .map(|token| number_of(token.fencing_token))
            .collect();
        let mut held = HashSet::new();
        for row in database
            .query(&sql.renew, &[&rows, &fences, &interval(lease)])
            .await?
        {
            held.insert(LeaseToken {
                row_id: row.try_get(0)?,
                fencing_token: fence_of(row.try_get(1)?),
            });
        }
        let lost = tokens.iter().filter(|token| !held.contains(token));
        Ok(lost.copied().collect())
    }

    async fn complete(
        &self,
        token: LeaseToken,
        end: &Disposition,
        effects: Option<Box<dyn Effects>>,
    ) -> Result<Completion, BoxError> {
        if let Some(effects) = effects {
            let effects: Box<dyn Any> = effects;
            let effects = effects.downcast::<PostgresEffects>();
            let effects = effects.map_err(|_| PostgresError::ForeignEffects)?;
            match end {
                Disposition::Done { keep } => {
                    let Inner { database, .. } = &*self.inner;
                    let finished = effects.complete(database, token, interval(*keep)).await?;
                    if let Some(finished) = finished {
                        return Ok(finished);
                    }
                }
                _ => {
                    // If it fails, its connection is gone, and the transaction with it.
                    let _ = effects.roll_back().await;
                }
            }
        }
        self.write_down(token, end).await
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
            // Once a minute, as endpoints call it.
            database.query(&sql.mend, &[]).await?;
        }
        Ok(deleted)
    }

    async fn list(
        &self,
        filter: &Filter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Row>, BoxError> {
        Ok(lookup::list(&self.inner.database, filter, after, limit).await?)
    }

    async fn count(&self, filter: &Filter) -> Result<u64, BoxError> {
        Ok(lookup::count(&self.inner.database, filter).await?)
    }

    async fn summary(&self) -> Result<Vec<StateSummary>, BoxError> {
        Ok(lookup::summary(&self.inner.database).await?)
    }

    async fn inspect(&self, row: i64) -> Result<Option<RowDetails>, BoxError> {
        Ok(lookup::inspect(&self.inner.database, row).await?)
    }

    async fn replay(&self, filter: &Filter, limit: usize) -> Result<usize, BoxError> {
        let (replayed, endpoints) = lookup::replay(&self.inner.database, filter, limit).await?;
        for endpoint in endpoints {
            self.inner.news.tell(&endpoint);
        }
        Ok(replayed)
    }
}
