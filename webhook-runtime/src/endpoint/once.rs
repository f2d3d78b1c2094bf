//! The idempotent mode: a delivery is claimed in a store before its handler, and marked as done after it.

use std::collections::HashSet;
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use http::StatusCode;
use sha2::{Digest, Sha256};

use super::running::{Claim, Timer, pause};
use super::{BuildError, Ending, Endpoint, EndpointBuilder, Found};
use crate::outcome::BoxError;
use crate::provider::{Profile, Provider};
use crate::router::Router;
use crate::store::{Claimed, DeliveryKey, Fence, Holding, Store};
use crate::trace;
use crate::verify::Verified;

/// How long a claim lasts of which nothing more is heard: the process that held it is dead.
const LEASE: Duration = Duration::from_secs(60);

/// How long a store may take for an answer: providers wait 5 to 30 seconds for the whole delivery.
const STORE_DEADLINE: Duration = Duration::from_secs(5);

/// The pauses between attempts to tell a store, that has failed, how a handler ended.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What a builder says of the idempotent mode.
pub(super) struct Settings {
    store: Option<Box<dyn Store>>,
    lease: Duration,
    deadline: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            store: None,
            lease: LEASE,
            deadline: STORE_DEADLINE,
        }
    }
}

impl<R: Router> EndpointBuilder<R> {
    /// Handles each delivery once: the store remembers which are done and which are in progress.
    ///
    /// A delivery is claimed after it is verified and before its handler runs. One that is done is answered with 200 at
    /// once, one that is in progress elsewhere with 503 and `Retry-After`. When a handler fails, its claim is given
    /// back, so the provider's next try runs it again. When the store fails or is slow, the answer is 503.
    ///
    /// An entry lives as long as the provider may send the delivery again (see [`Profile`]).
    ///
    /// A process that dies after its handler has had its effect and before the store knows of it leaves a delivery
    /// that is handled again: no store can tell the two moments apart. Hand the
    /// [`DeliveryId`](crate::DeliveryId) on to what the handler calls, where that can tell.
    ///
    /// ```
    /// # #[cfg(feature = "openai")] {
    /// use webhook_runtime::openai::{BatchFailed, OpenAi};
    /// use webhook_runtime::{Endpoint, Event, MemoryStore, WebhookRouter, on};
    ///
    /// #[on("batch.failed")]
    /// async fn failed(event: Event<BatchFailed>) {
    ///     println!("{} failed; told once, however often it comes", event.data.id);
    /// }
    ///
    /// #[derive(WebhookRouter)]
    /// #[webhook(provider = OpenAi, handlers(failed))]
    /// struct App;
    ///
    /// let endpoint = Endpoint::builder(App)
    ///     .secret("the-secret-of-the-console")
    ///     .idempotent(MemoryStore::default())
    ///     .build()
    ///     .unwrap();
    /// # let _ = endpoint;
    /// # }
    /// ```
    pub fn idempotent(mut self, store: impl Store) -> Self {
        self.once.store = Some(Box::new(store));
        self
    }

    /// The name of this endpoint in a store; otherwise the path of the router's type, such as `my_app::App`.
    ///
    /// A provider sends one event to all its endpoints under one id, so endpoints that share a store must have
    /// different names, and one endpoint must keep its name: after another one, what was done under the old name is not
    /// known.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// How long a claim lasts of which nothing more is heard; otherwise 60 seconds. While a handler runs, its claim is
    /// renewed three times in that time (with the feature `tokio`), so a lease only ends when its process has died,
    /// hangs, or cannot reach the store.
    ///
    /// Without the feature `tokio`, it is the time in which a handler must be done.
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.once.lease = lease;
        self
    }

    /// How long a store may take for an answer until the sender is answered with 503; otherwise 5 seconds. With the
    /// feature `tokio`.
    pub const fn store_deadline(mut self, deadline: Duration) -> Self {
        self.once.deadline = deadline;
        self
    }
}

/// The store of an endpoint, and how it is asked.
pub(super) struct Once {
    store: Box<dyn Store>,
    provider: &'static str,
    /// What the keys of this endpoint begin with.
    prefix: Box<str>,
    lease: Duration,
    deadline: Duration,
    keep: Duration,
    /// What is handled, while the store could not be told so. Whatever becomes of its lease: it does not run again here.
    untold: Mutex<HashSet<DeliveryKey>>,
}

impl Once {
    pub(super) fn new<R: Router>(
        settings: Settings,
        name: Option<&str>,
        tolerance: Duration,
    ) -> Result<Option<Self>, BuildError> {
        let profile: Profile = R::Provider::PROFILE;
        let provider = profile.name;
        let Some(store) = settings.store else {
            return Ok(None);
        };
        if settings.lease.is_zero() {
            return Err(BuildError::NoLease { provider });
        }
        let name = name.unwrap_or_else(|| std::any::type_name::<R>());
        Ok(Some(Self {
            store,
            provider,
            prefix: format!("{}/{}/", Escaped(name), Escaped(provider)).into(),
            lease: settings.lease,
            deadline: settings.deadline,
            // A delivery that is accepted must still be known.
            keep: Duration::from_secs(profile.horizon_seconds).max(tolerance),
            untold: Mutex::default(),
        }))
    }

    fn key(&self, verified: &Verified<'_>) -> DeliveryKey {
        let (prefix, tenant, id) = (&*self.prefix, "", verified.id_str());
        let mut text = String::with_capacity(prefix.len() + tenant.len() + 1 + id.len().max(71));
        text.push_str(prefix);
        text.push('/');
        if id.is_empty() {
            // Nothing else tells this delivery from another one.
            use std::fmt::Write as _;
            text.push_str("sha256:");
            for byte in Sha256::digest(verified.body()) {
                let _ = write!(text, "{byte:02x}");
            }
        } else {
            text.push_str(id);
        }
        DeliveryKey::new(text)
    }

    /// The claim of a delivery, or how else it ends.
    async fn claim(&self, key: &DeliveryKey, request: Option<&Claim>) -> Result<Fence, Ending> {
        if self.untold().contains(key) {
            return Err(Ending::InProgress);
        }
        let mut asked = self.store.claim(key, self.lease);
        let answer = match self.before_deadline(&mut asked).await {
            Some(answer) => answer,
            None => {
                if let Some(request) = request {
                    // The sender is told now; what the store still claims is given back.
                    request.release();
                    if let Ok(Claimed::New(fence)) = guarded(&mut asked).await {
                        // If this fails too, the lease runs out.
                        let _ = self.tell_later(key, fence, Told::Failed).await;
                    }
                }
                Err(TooSlow.into())
            }
        };
        match answer {
            Ok(Claimed::New(fence)) => Ok(fence),
            Ok(Claimed::Done) => Err(Ending::Duplicate),
            Ok(Claimed::InProgress) => Err(Ending::InProgress),
            Err(error) => Err(Ending::StoreUnavailable(error)),
        }
    }

    /// Renews a claim, for as long as it is polled.
    async fn renew(&self, key: &DeliveryKey, fence: Fence) {
        while pause(self.lease / 3).await {
            let mut asked = self.store.renew(key, fence, self.lease);
            match self.answer(&mut asked).await {
                Ok(Holding::Held) => {}
                Ok(Holding::Lost) => {
                    trace::claim_lost(self.provider, key);
                    break;
                }
                Err(error) => trace::store_failed(self.provider, key, "renew", &error),
            }
        }
        // Nothing more to do until the handler ends.
        pending().await
    }

    /// Tells the store how the handler ended. If it cannot be told now, the sender is answered, and it is told later.
    async fn tell(
        &self,
        key: &DeliveryKey,
        fence: Fence,
        told: Told,
        request: Option<&Claim>,
    ) -> Result<Holding, BoxError> {
        let error = match self.tell_once(key, fence, told).await {
            Ok(holding) => return Ok(holding),
            Err(error) => error,
        };
        trace::store_failed(self.provider, key, told.as_str(), &error);
        let Some(request) = request else {
            // This sender waits.
            return Err(error);
        };
        let _untold = (told == Told::Done).then(|| Untold::new(self, key));
        request.release();
        self.tell_later(key, fence, told).await.ok_or(error)
    }

    /// Tells the store as soon as it listens; none if it never did.
    async fn tell_later(&self, key: &DeliveryKey, fence: Fence, told: Told) -> Option<Holding> {
        let (mut wait, mut waited) = (FIRST_PAUSE, Duration::ZERO);
        while waited < self.keep && pause(wait).await {
            if let Ok(holding) = self.tell_once(key, fence, told).await {
                return Some(holding);
            }
            waited += wait;
            wait = (wait * 2).min(LONGEST_PAUSE);
        }
        None
    }

    async fn tell_once(
        &self,
        key: &DeliveryKey,
        fence: Fence,
        told: Told,
    ) -> Result<Holding, BoxError> {
        let mut asked = match told {
            Told::Done => self.store.complete(key, fence, self.keep),
            Told::Failed => self.store.release(key, fence),
        };
        self.answer(&mut asked).await
    }

    async fn answer<T>(&self, asked: &mut Asked<'_, T>) -> Result<T, BoxError> {
        match self.before_deadline(asked).await {
            Some(answer) => answer,
            None => Err(TooSlow.into()),
        }
    }

    async fn before_deadline<T>(&self, asked: &mut Asked<'_, T>) -> Option<Result<T, BoxError>> {
        let mut timer = Timer::new(Some(self.deadline));
        let mut asked = pin!(guarded(asked));
        poll_fn(|cx| match asked.as_mut().poll(cx) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending => timer.poll(cx).map(|()| None),
        })
        .await
    }

    fn untold(&self) -> MutexGuard<'_, HashSet<DeliveryKey>> {
        // Nothing in here panics half-way.
        self.untold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A question to a store, as `async_trait` makes it.
type Asked<'a, T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>;

/// An answer, also if the store panics: it is then asked no more.
async fn guarded<T>(asked: &mut Asked<'_, T>) -> Result<T, BoxError> {
    poll_fn(|cx| {
        let step = AssertUnwindSafe(|| asked.as_mut().poll(cx));
        catch_unwind(step).unwrap_or_else(|_| Poll::Ready(Err("the store panicked".into())))
    })
    .await
}

/// How a handler ended, as far as a store is concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Done,
    Failed,
}

impl Told {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "complete",
            Self::Failed => "release",
        }
    }
}

/// A key in [`Once::untold`], while it lives.
struct Untold<'o> {
    once: &'o Once,
    key: &'o DeliveryKey,
}

impl<'o> Untold<'o> {
    fn new(once: &'o Once, key: &'o DeliveryKey) -> Self {
        once.untold().insert(key.clone());
        Self { once, key }
    }
}

impl Drop for Untold<'_> {
    fn drop(&mut self) {
        self.once.untold().remove(self.key);
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the store did not answer in time")]
struct TooSlow;

/// A part of a key: without the sign that parts are divided by.
struct Escaped<'t>(&'t str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for piece in self.0.split_inclusive(['/', '%']) {
            match piece.strip_suffix('/') {
                Some(text) => write!(f, "{text}%2F")?,
                None => match piece.strip_suffix('%') {
                    Some(text) => write!(f, "{text}%25")?,
                    None => f.write_str(piece)?,
                },
            }
        }
        Ok(())
    }
}

impl<R: Router> Endpoint<R> {
    /// Calls the handler, if this delivery is not done and not in progress.
    pub(super) async fn call_once(
        &self,
        once: &Once,
        found: &Found<'_>,
        request: Option<&Claim>,
    ) -> Ending {
        let key = &once.key(&found.received.verified);
        // From here on something may have been claimed, and is to be given back.
        if let Some(request) = request {
            request.begin();
        }
        let fence = match once.claim(key, request).await {
            Ok(fence) => fence,
            Err(ending) => {
                trace::not_claimed(once.provider, &found.received, found.info.name(), &ending);
                return ending;
            }
        };
        let mut handler = pin!(self.run_handler(found, request));
        let mut renewal = pin!(once.renew(key, fence));
        let ending = poll_fn(|cx| {
            let step = handler.as_mut().poll(cx);
            if step.is_pending() {
                let _ = renewal.as_mut().poll(cx);
            }
            step
        })
        .await;
        let told = match ending.status() {
            StatusCode::OK | StatusCode::GONE => Told::Done,
            _ => Told::Failed,
        };
        match (told, once.tell(key, fence, told, request).await) {
            (Told::Done, Ok(Holding::Lost)) => {
                trace::claim_lost(once.provider, key);
                Ending::ClaimLost
            }
            (Told::Done, Err(error)) => Ending::StoreUnavailable(error),
            _ => ending,
        }
    }
}
