//! The idempotency store: deliveries that are in progress or done.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::Postgres;
use super::connection::Database;
use super::error::PostgresError;
use super::row::{decode_fence, encode_fence, hash, interval, text};
use crate::BoxError;
use crate::store::{ClaimResult, DeliveryKey, EndpointNames, FencingToken, LeaseStatus, Store};

/// Interval between two searches for expired claims.
const PRUNE_INTERVAL: Duration = Duration::from_secs(60);
/// Number of claims that one statement deletes.
const PRUNE_BATCH: i64 = 1_000;

/// Idempotency store in PostgreSQL, for services of one process or several.
///
/// Each step is one statement and one round trip. A completed claim is on the server's disk before its delivery is
/// answered. Expired claims are deleted in the background. Clones share their connections.
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
    endpoint_names: EndpointNames,
    database: Arc<Database>,
    sql: Sql,
    /// Start of the last search for expired claims.
    last_prune: Mutex<Option<Instant>>,
}

struct Sql {
    claim: String,
    renew: String,
    complete: String,
    release: String,
    prune: String,
}

impl PostgresStore {
    /// Opens a store by the URL of its database, in the schema `webhook`. Creates or migrates the schema.
    ///
    /// # Errors
    /// If the URL is invalid, or the database is unreachable or rejects a statement.
    pub async fn connect(url: &str) -> Result<Self, PostgresError> {
        Self::open(&Postgres::new(url)?).await
    }

    /// Opens a store in a database. Creates or migrates the schema.
    ///
    /// # Errors
    /// If the database is unreachable or rejects a statement, or if a newer version of this crate has created the schema.
    pub async fn open(database: &Postgres) -> Result<Self, PostgresError> {
        let database = database.open_migrated().await?;
        let sql = Sql::new(&database);
        Ok(Self {
            inner: Arc::new(Inner {
                endpoint_names: EndpointNames::default(),
                database,
                sql,
                last_prune: Mutex::default(),
            }),
        })
    }

    /// Deletes expired claims in the background, unless this process has done so within the interval.
    fn prune_in_background(&self) {
        {
            // No code panics while it holds the lock, so the value is consistent.
            let last_prune = self.inner.last_prune.lock();
            let mut last_prune = last_prune.unwrap_or_else(PoisonError::into_inner);
            if last_prune.is_some_and(|last_prune| last_prune.elapsed() < PRUNE_INTERVAL) {
                return;
            }
            *last_prune = Some(Instant::now());
        }
        let store = self.clone();
        drop(tokio::spawn(async move {
            // After an error, the next search deletes the rest.
            while let Ok(PRUNE_BATCH..) = store.prune().await {}
        }));
    }

    async fn prune(&self) -> Result<i64, PostgresError> {
        let Inner { database, sql, .. } = &*self.inner;
        let deleted = database.execute(&sql.prune, &[&PRUNE_BATCH]).await?;
        Ok(i64::try_from(deleted).unwrap_or(i64::MAX))
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

impl Sql {
    fn new(database: &Database) -> Self {
        let sql = |template: &str| database.schema.sql(template);
        Self {
            // The second part reads the claim as of the statement's start. Of two concurrent claims, the later one may
            // find no row or a claim that has been replaced since; both mean that the delivery is in progress.
            claim: sql("WITH claimed AS (
                    INSERT INTO {schema}.claims AS c (id, key, is_done, expires_at)
                    SELECT $1, $2, false,
                        clock_timestamp() + $3::bigint * interval '1 microsecond'
                        FROM (SELECT {schema}.ensure_durable_commit()) durable
                    ON CONFLICT (id) DO UPDATE
                        SET fence = excluded.fence, is_done = false, expires_at = excluded.expires_at
                        WHERE c.expires_at <= clock_timestamp()
                    RETURNING fence)
                SELECT fence, false FROM claimed
                UNION ALL
                SELECT NULL, is_done AND expires_at > clock_timestamp() FROM {schema}.claims
                    WHERE id = $1 AND NOT EXISTS (SELECT FROM claimed)"),
            renew: sql("UPDATE {schema}.claims
                SET expires_at = clock_timestamp() + $3::bigint * interval '1 microsecond'
                WHERE id = $1 AND fence = $2 AND NOT is_done"),
            complete: sql("UPDATE {schema}.claims SET is_done = true,
                    expires_at = CASE WHEN is_done THEN expires_at
                        ELSE clock_timestamp() + $3::bigint * interval '1 microsecond' END
                FROM (SELECT {schema}.ensure_durable_commit()) durable
                WHERE id = $1 AND fence = $2"),
            release: sql(
                "DELETE FROM {schema}.claims WHERE id = $1 AND fence = $2 AND NOT is_done",
            ),
            // Keeps a claim for a day after its lease, so that a slow holder can still complete it.
            prune: sql("DELETE FROM {schema}.claims WHERE id IN (
                SELECT id FROM {schema}.claims
                WHERE expires_at < statement_timestamp()
                    AND (is_done OR expires_at < statement_timestamp() - interval '1 day')
                LIMIT $1 FOR UPDATE SKIP LOCKED)"),
        }
    }
}

#[async_trait]
impl Store for PostgresStore {
    fn endpoint_names(&self) -> Option<&EndpointNames> {
        Some(&self.inner.endpoint_names)
    }

    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> Result<ClaimResult, BoxError> {
        self.prune_in_background();
        let Inner { database, sql, .. } = &*self.inner;
        let values = (hash(key), text(key.as_str()), interval(lease));
        let rows = database
            .query(&sql.claim, &[&values.0, &values.1, &values.2])
            .await?;
        let Some(row) = rows.first() else {
            return Ok(ClaimResult::InProgress);
        };
        Ok(match (row.try_get(0)?, row.try_get(1)?) {
            (Some(fence), _) => ClaimResult::New(decode_fence(fence)),
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
        let values = (hash(key), encode_fence(fence), interval(lease));
        let changed = database
            .execute(&sql.renew, &[&values.0, &values.1, &values.2])
            .await?;
        Ok(lease_status(changed))
    }

    async fn complete(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        keep: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        let Inner { database, sql, .. } = &*self.inner;
        let values = (hash(key), encode_fence(fence), interval(keep));
        let changed = database
            .execute(&sql.complete, &[&values.0, &values.1, &values.2])
            .await?;
        Ok(lease_status(changed))
    }

    async fn release(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
    ) -> Result<LeaseStatus, BoxError> {
        let Inner { database, sql, .. } = &*self.inner;
        let values = (hash(key), encode_fence(fence));
        let changed = database
            .execute(&sql.release, &[&values.0, &values.1])
            .await?;
        Ok(lease_status(changed))
    }
}

/// Returns the status by the number of changed rows.
const fn lease_status(changed: u64) -> LeaseStatus {
    match changed {
        0 => LeaseStatus::Lost,
        _ => LeaseStatus::Held,
    }
}
