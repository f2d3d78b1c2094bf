//! The store: which deliveries are in progress and which are done.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::Postgres;
use super::connection::Database;
use super::error::PostgresError;
use super::row::{fence_of, hash, interval, number_of, text};
use crate::outcome::BoxError;
use crate::store::{ClaimResult, DeliveryKey, FencingToken, LeaseStatus, Store};

/// How often it is looked for claims that can be forgotten, and how many of them are forgotten at a time.
const PRUNE_EVERY: Duration = Duration::from_secs(60);
const PRUNE_AT_A_TIME: i64 = 1_000;

/// With the feature `postgres`: remembers deliveries in PostgreSQL, for services of several processes.
///
/// Each step is one statement and one round trip. What is done is on the server's disk before its delivery is answered.
/// Old entries are deleted in the background. Clones share their connections.
///
/// ```no_run
/// # #[cfg(feature = "openai")] {
/// # use webhook_runtime::{Endpoint, Event, WebhookRouter, on, openai::{BatchFailed, OpenAi}};
/// # #[on("batch.failed")]
/// # async fn failed(_: Event<BatchFailed>) {}
/// # #[derive(WebhookRouter)]
/// # #[webhook(provider = OpenAi, handlers(failed))]
/// # struct App;
/// use webhook_runtime::postgres::PostgresStore;
///
/// # async fn program() -> Result<(), webhook_runtime::BoxError> {
/// let endpoint = Endpoint::builder(App)
///     .secret("the-secret-of-the-console")
///     .idempotent(PostgresStore::connect("postgres://app@127.0.0.1/app").await?)
///     .build()?;
/// # let _ = endpoint;
/// # Ok(())
/// # }
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresStore {
    inner: Arc<Inner>,
}

struct Inner {
    endpoint_names: crate::store::EndpointNames,
    database: Arc<Database>,
    sql: Sql,
    /// When it was begun last.
    pruned: Mutex<Option<Instant>>,
}

struct Sql {
    claim: String,
    renew: String,
    complete: String,
    release: String,
    prune: String,
}

impl PostgresStore {
    /// A store by the URL of its database, with a schema of the name `webhook`.
    ///
    /// # Errors
    /// If the database is away, or refuses.
    pub async fn connect(url: &str) -> Result<Self, PostgresError> {
        Self::open(&Postgres::new(url)?).await
    }

    /// A store in a database.
    ///
    /// # Errors
    /// If the database is away, or refuses.
    pub async fn open(database: &Postgres) -> Result<Self, PostgresError> {
        let database = database.database().await?;
        let sql = |text| database.schema.sql(text);
        let sql = Sql {
            // What was there is read as it was when the statement began: of two at a time, the second one may see
            // nothing, or what has been taken over since. Both count as in progress.
            claim: sql("WITH claimed AS (
                    INSERT INTO {schema}.claims AS c (id, key, is_done, until)
                    SELECT $1, $2, false,
                        clock_timestamp() + $3::bigint * interval '1 microsecond'
                        FROM (SELECT {schema}.enter(NULL)) durable
                    ON CONFLICT (id) DO UPDATE
                        SET fence = excluded.fence, is_done = false, until = excluded.until
                        WHERE c.until <= clock_timestamp()
                    RETURNING fence)
                SELECT fence, false FROM claimed
                UNION ALL
                SELECT NULL, is_done AND until > clock_timestamp() FROM {schema}.claims
                    WHERE id = $1 AND NOT EXISTS (SELECT FROM claimed)"),
            renew: sql("UPDATE {schema}.claims SET until = clock_timestamp() + $3::bigint * interval '1 microsecond'
                WHERE id = $1 AND fence = $2 AND NOT is_done"),
            complete: sql("UPDATE {schema}.claims SET is_done = true,
                    until = CASE WHEN is_done THEN until ELSE clock_timestamp() + $3::bigint * interval '1 microsecond' END
                FROM (SELECT {schema}.enter(NULL)) durable
                WHERE id = $1 AND fence = $2"),
            release: sql("DELETE FROM {schema}.claims WHERE id = $1 AND fence = $2 AND NOT is_done"),
            // One that is only slow may still complete its claim.
            prune: sql("DELETE FROM {schema}.claims WHERE id IN (
                SELECT id FROM {schema}.claims
                WHERE until < statement_timestamp()
                    AND (is_done OR until < statement_timestamp() - interval '1 day')
                LIMIT $1 FOR UPDATE SKIP LOCKED)"),
        };
        Ok(Self {
            inner: Arc::new(Inner {
                endpoint_names: crate::store::EndpointNames::default(),
                database,
                sql,
                pruned: Mutex::default(),
            }),
        })
    }

    /// Deletes what is too old to matter, in the background, if nobody has for a while.
    fn prune_now_and_then(&self) {
        {
            // Nothing in here panics half-way.
            let pruned = self.inner.pruned.lock();
            let mut pruned = pruned.unwrap_or_else(PoisonError::into_inner);
            if pruned.is_some_and(|pruned| pruned.elapsed() < PRUNE_EVERY) {
                return;
            }
            *pruned = Some(Instant::now());
        }
        let store = self.clone();
        drop(tokio::spawn(async move {
            // What fails now is done the next time.
            while let Ok(PRUNE_AT_A_TIME..) = store.prune().await {}
        }));
    }

    async fn prune(&self) -> Result<i64, PostgresError> {
        let Inner { database, sql, .. } = &*self.inner;
        let deleted = database.execute(&sql.prune, &[&PRUNE_AT_A_TIME]).await?;
        Ok(i64::try_from(deleted).unwrap_or(i64::MAX))
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for PostgresStore {
    fn endpoint_names(&self) -> Option<&crate::store::EndpointNames> {
        Some(&self.inner.endpoint_names)
    }

    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> Result<ClaimResult, BoxError> {
        self.prune_now_and_then();
        let Inner { database, sql, .. } = &*self.inner;
        let values = (hash(key), text(key.as_str()), interval(lease));
        let rows = database
            .query(&sql.claim, &[&values.0, &values.1, &values.2])
            .await?;
        let Some(row) = rows.first() else {
            return Ok(ClaimResult::InProgress);
        };
        Ok(match (row.try_get(0)?, row.try_get(1)?) {
            (Some(number), _) => ClaimResult::New(fence_of(number)),
            (None, true) => ClaimResult::Done,
            (None, false) => ClaimResult::InProgress,
        })
    }

    async fn renew(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        lease: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        let Inner { database, sql, .. } = &*self.inner;
        let values = (hash(key), number_of(fence), interval(lease));
        let changed = database
            .execute(&sql.renew, &[&values.0, &values.1, &values.2])
            .await?;
        Ok(holding(changed))
    }

    async fn complete(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        keep: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        let Inner { database, sql, .. } = &*self.inner;
        let values = (hash(key), number_of(fence), interval(keep));
        let changed = database
            .execute(&sql.complete, &[&values.0, &values.1, &values.2])
            .await?;
        Ok(holding(changed))
    }

    async fn release(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
    ) -> Result<LeaseStatus, BoxError> {
        let Inner { database, sql, .. } = &*self.inner;
        let values = (hash(key), number_of(fence));
        let changed = database
            .execute(&sql.release, &[&values.0, &values.1])
            .await?;
        Ok(holding(changed))
    }
}

const fn holding(changed: u64) -> LeaseStatus {
    match changed {
        0 => LeaseStatus::Lost,
        _ => LeaseStatus::Held,
    }
}
