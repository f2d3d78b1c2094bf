//! The idempotent mode's memory in Redis: a store, as `store/memory` is one.

use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use ::redis::{Client, FromRedisValue, RedisError, Script, ScriptInvocation};
use async_trait::async_trait;

use crate::outcome::BoxError;
use crate::store::{ClaimResult, DeliveryKey, FencingToken, LeaseStatus, Store};

/// What keys begin with unless said otherwise.
const PREFIX: &str = "webhook:";

/// How long a new connection may take, and an answer: together less than an endpoint waits.
const CONNECTING: Duration = Duration::from_millis(1_500);
const ANSWERING: Duration = Duration::from_secs(2);

/// How long an entry outlives its claim: one that was only slow can still complete it, and the next fence is greater
/// even if the server's clock was set back meanwhile.
const AFTERLIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// A century: expiry times beyond what Redis can count are an error there.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

static CLAIM: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/claim.lua")));
static RENEW: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/renew.lua")));
static COMPLETE: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("redis/complete.lua")));
static RELEASE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/release.lua")));

/// The driver.
pub use ::redis;

/// With the feature `redis`: remembers deliveries in Redis 5 or later, for services of several processes.
///
/// Each step is one script and one round trip. All times are those of the server's clock. Connects when it is first
/// asked, reconnects by itself, and gives up on a server that does not answer within 3.5 seconds. Clones share their
/// connection. To be used within a tokio runtime.
///
/// ```no_run
/// # #[cfg(feature = "openai")] {
/// # use webhook_runtime::{Endpoint, Event, WebhookRouter, on, openai::{BatchFailed, OpenAi}};
/// # #[on("batch.failed")]
/// # async fn failed(_: Event<BatchFailed>) {}
/// # #[derive(WebhookRouter)]
/// # #[webhook(provider = OpenAi, handlers(failed))]
/// # struct App;
/// use webhook_runtime::redis::RedisStore;
///
/// # fn program() -> Result<(), webhook_runtime::BoxError> {
/// let endpoint = Endpoint::builder(App)
///     .secret("the-secret-of-the-console")
///     .idempotent(RedisStore::new("redis://127.0.0.1:6379")?)
///     .build()?;
/// # let _ = endpoint;
/// # Ok(())
/// # }
/// # }
/// ```
///
/// # What Redis does not promise
/// An entry that Redis loses is a delivery that runs again if it comes again; never one that is lost.
/// - It keeps its memory on disk only if told to, and up to a second late (`appendonly yes`, `appendfsync everysec`).
/// - A replica that is made primary may lack the last entries.
/// - With a `maxmemory-policy` other than `noeviction`, it throws entries away before their time.
/// - Its clock is the machine's. Set forward, leases end early, and a delivery may run again while it still runs; the
///   first of the two then cannot complete it. Set back, leases last longer.
///
/// Where a second run must not happen, take a store or an inbox in a database.
#[derive(Clone)]
pub struct RedisStore {
    connection: Arc<Connection>,
    prefix: Arc<str>,
    endpoint_names: crate::store::EndpointNames,
}

impl RedisStore {
    /// A store by its URL: `redis://user:password@host:6379/0`, or `redis+unix:///path`.
    ///
    /// For `rediss://…` (TLS), depend on the crate `redis` beside this one, with one of its TLS features.
    ///
    /// # Errors
    /// If that is no URL of Redis. Whether the server is there, the first delivery tells.
    pub fn new(url: &str) -> Result<Self, RedisError> {
        Ok(Self::from_client(Client::open(url)?))
    }

    /// A store by a client that was made elsewhere.
    #[must_use]
    pub fn from_client(client: Client) -> Self {
        Self {
            connection: Arc::new(Connection {
                client,
                current: Mutex::default(),
            }),
            prefix: PREFIX.into(),
            endpoint_names: crate::store::EndpointNames::default(),
        }
    }

    /// What the keys in Redis begin with; otherwise `webhook:`.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.prefix = prefix.into();
        // Another prefix is another store.
        self.endpoint_names = crate::store::EndpointNames::default();
        self
    }

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
    fn endpoint_names(&self) -> Option<&crate::store::EndpointNames> {
        Some(&self.endpoint_names)
    }

    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> Result<ClaimResult, BoxError> {
        let said: String = self
            .run(&CLAIM, key, |call| {
                call.arg(millis(lease)).arg(millis(AFTERLIFE));
            })
            .await?;
        Ok(match said.as_str() {
            "done" => ClaimResult::Done,
            "held" => ClaimResult::InProgress,
            fence => ClaimResult::New(FencingToken::new(fence.parse()?)),
        })
    }

    async fn renew(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        lease: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        self.change(&RENEW, key, fence, &[lease, AFTERLIFE]).await
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
        self.change(&RELEASE, key, fence, &[AFTERLIFE]).await
    }
}

/// At least one: Redis takes none for "now".
fn millis(time: Duration) -> u64 {
    u64::try_from(time.min(FOR_EVER).as_millis()).map_or(u64::MAX, |millis| millis.max(1))
}

/// The one connection, made when it is first needed.
struct Connection {
    client: Client,
    current: Mutex<Current>,
}

#[derive(Default)]
struct Current {
    manager: Option<ConnectionManager>,
    /// How many there were before.
    number: u64,
}

impl Connection {
    async fn run<T: FromRedisValue>(&self, call: &ScriptInvocation<'_>) -> Result<T, RedisError> {
        let (mut manager, number) = self.manager()?;
        let mut answer = call.invoke_async(&mut manager).await;
        if answer
            .as_ref()
            .is_err_and(RedisError::is_connection_dropped)
        {
            // The server was restarted, or closed what was idle. Each step may be said again: at worst a claim that
            // was made, and whose answer was lost, is in progress until its lease runs out.
            answer = call.invoke_async(&mut manager).await;
        }
        if answer.as_ref().is_err_and(RedisError::is_timeout) {
            // What does not answer may be a network that swallows everything: the next call starts afresh.
            self.forget(number);
        }
        answer
    }

    fn manager(&self) -> Result<(ConnectionManager, u64), RedisError> {
        let mut current = self.current();
        let manager = match &current.manager {
            Some(manager) => manager.clone(),
            None => {
                let config = ConnectionManagerConfig::new()
                    .set_number_of_retries(0)
                    .set_connection_timeout(Some(CONNECTING))
                    .set_response_timeout(Some(ANSWERING));
                let manager = ConnectionManager::new_lazy_with_config(self.client.clone(), config)?;
                current.manager.insert(manager).clone()
            }
        };
        Ok((manager, current.number))
    }

    fn forget(&self, number: u64) {
        let mut current = self.current();
        if current.number == number {
            current.manager = None;
            current.number += 1;
        }
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        // Nothing in here panics half-way.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
