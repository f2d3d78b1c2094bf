//! The idempotency store: deliveries that are in progress or done. A script for each step.

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;
use redis::{Client, FromRedisValue, Script, ScriptInvocation};

use super::connection::Connection;
use super::error::RedisError;
use crate::BoxError;
use crate::store::{ClaimResult, DeliveryKey, EndpointNames, FencingToken, LeaseStatus, Store};

const DEFAULT_PREFIX: &str = "webhook:";

/// Time that an entry outlives its lease, so that a slow holder can still complete its claim, and the next fence is
/// greater even if the server's clock was set back meanwhile.
const GRACE_PERIOD: Duration = Duration::from_secs(24 * 60 * 60);

/// A century: Redis rejects expiry times that it cannot represent.
const MAX_TIME: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

static CLAIM: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("claim.lua")));
static RENEW: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("renew.lua")));
static COMPLETE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("complete.lua")));
static RELEASE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("release.lua")));

/// Idempotency store in Redis, for services of one process or several.
///
/// Connects on first use, and reconnects after the connection broke. Clones share their connection.
///
/// See the [module](crate::redis) for what Redis guarantees and for an example.
#[derive(Clone)]
pub struct RedisStore {
    connection: Arc<Connection>,
    prefix: Arc<str>,
    endpoint_names: EndpointNames,
}

impl RedisStore {
    /// Returns a store by its URL: `redis://user:password@host:6379/0` or `redis+unix:///path`. Connects on first use.
    ///
    /// For `rediss://…` (TLS), depend on the crate `redis` with one of its TLS features.
    ///
    /// # Errors
    /// [`RedisError::Url`] if the URL is invalid.
    pub fn new(url: &str) -> Result<Self, RedisError> {
        let client = Client::open(url).map_err(RedisError::Url)?;
        Ok(Self::from_client(client))
    }

    /// Returns a store by a client of the driver. Connects on first use.
    #[must_use]
    pub fn from_client(client: Client) -> Self {
        Self {
            connection: Arc::new(Connection::new(client)),
            prefix: DEFAULT_PREFIX.into(),
            endpoint_names: EndpointNames::default(),
        }
    }

    /// Prefix of the keys in Redis. Default: `webhook:`.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.prefix = prefix.into();
        // Stores with different prefixes share no entry, so endpoints may share a name.
        self.endpoint_names = EndpointNames::default();
        self
    }

    /// Runs a script on the entry of a key.
    async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        key: &DeliveryKey,
        arguments: impl FnOnce(&mut ScriptInvocation<'_>),
    ) -> Result<T, BoxError> {
        let mut call = script.prepare_invoke();
        call.key([&*self.prefix, key.as_str()].concat());
        arguments(&mut call);
        Ok(self.connection.run(&call).await?)
    }

    /// Runs a script that changes a claim, if the claim is still held.
    async fn change(
        &self,
        script: &Script,
        key: &DeliveryKey,
        fence: FencingToken,
        times: &[Duration],
    ) -> Result<LeaseStatus, BoxError> {
        let is_held = self.run(script, key, |call| {
            call.arg(fence.get());
            for time in times {
                call.arg(millis(*time));
            }
        });
        Ok(match is_held.await? {
            true => LeaseStatus::Held,
            false => LeaseStatus::Lost,
        })
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for RedisStore {
    fn endpoint_names(&self) -> Option<&EndpointNames> {
        Some(&self.endpoint_names)
    }

    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> Result<ClaimResult, BoxError> {
        let result: String = self
            .run(&CLAIM, key, |call| {
                call.arg(millis(lease)).arg(millis(GRACE_PERIOD));
            })
            .await?;
        Ok(match result.as_str() {
            "done" => ClaimResult::Done,
            "held" => ClaimResult::InProgress,
            fence => {
                let fence = fence.parse();
                let fence = fence.map_err(|_| RedisError::Malformed("fence"))?;
                ClaimResult::New(FencingToken::new(fence))
            }
        })
    }

    async fn renew(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        lease: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        self.change(&RENEW, key, fence, &[lease, GRACE_PERIOD])
            .await
    }

    async fn complete(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        keep: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        self.change(&COMPLETE, key, fence, &[keep]).await
    }

    async fn release(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
    ) -> Result<LeaseStatus, BoxError> {
        self.change(&RELEASE, key, fence, &[GRACE_PERIOD]).await
    }
}

/// Milliseconds, at least one: Redis rejects an expiry time of zero.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.min(MAX_TIME).as_millis()).map_or(u64::MAX, |millis| millis.max(1))
}
