//! What stands between a verified delivery and its handler: nothing, a store, an inbox, or a queue.

use std::borrow::Cow;
use std::sync::Mutex;
use std::time::Duration;

use super::delivery_keys::Keys;
use super::handed_off::HandedOff;
use super::inboxed::{self, Inboxed};
use super::once::Once;
use super::{BuildError, EndpointBuilder, Found};
use crate::inbox::StoredDelivery;
use crate::provider::{Profile, Provider};
use crate::queue::DeliveryQueue;
use crate::router::Router;
use crate::store::Store;

/// How long a claim lasts of which nothing more is heard: the process that held it is dead.
const LEASE: Duration = Duration::from_secs(60);

/// How long a store may take for an answer: providers wait 5 to 30 seconds for the whole delivery.
const STORE_TIMEOUT: Duration = Duration::from_secs(5);

/// The mode of an endpoint that does more than to call its handlers.
pub(super) enum Mode {
    Once(Once),
    Inbox(Inboxed),
    DeliveryQueue(HandedOff),
}

/// How a store or an inbox is asked.
pub(super) struct Terms {
    pub(super) provider: &'static str,
    /// The endpoint's name.
    pub(super) name: String,
    pub(super) keys: Keys,
    pub(super) lease: Duration,
    /// For an answer.
    pub(super) timeout: Option<Duration>,
    /// How long it is remembered what is done.
    pub(super) keep: Duration,
}

impl Terms {
    /// A delivery to keep or to pass on.
    pub(super) fn stored(&self, found: &Found<'_>, profile: &Profile) -> StoredDelivery {
        let received = &found.received;
        let verified = &received.verified;
        let headers = received
            .headers
            .iter()
            .filter(|(name, _)| !profile.is_credential(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        StoredDelivery {
            key: self.keys.key(received.tenant, verified),
            endpoint: self.name.clone(),
            provider: self.provider.to_owned(),
            tenant: received.tenant.clone(),
            delivery_id: verified.id_str().to_owned(),
            event_type: received.peeked.event_type.as_ref().to_owned(),
            timestamp: verified.timestamp(),
            is_timestamp_signed: verified.signed_at().is_some(),
            headers,
            body: received.body.clone(),
            ordering_key: found
                .info
                .ordering_key(verified.body())
                .map(Cow::into_owned),
        }
    }
}

impl Mode {
    pub(super) const fn as_str(&self) -> &'static str {
        match self {
            Self::Once(_) => "idempotent",
            Self::Inbox(_) => "inbox",
            Self::DeliveryQueue(_) => "hand_off",
        }
    }

    pub(super) fn new<R: Router>(
        settings: Settings,
        tolerance: Duration,
    ) -> Result<Option<Self>, BuildError> {
        let profile = R::Provider::PROFILE;
        let provider = profile.name;
        if settings.lease.is_zero() {
            return Err(BuildError::NoLease { provider });
        }
        let name = settings
            .name
            .unwrap_or_else(|| std::any::type_name::<R>().to_owned());
        let terms = Terms {
            provider,
            keys: Keys::new(&name, provider),
            name,
            lease: settings.lease,
            timeout: settings.timeout,
            // A delivery that is accepted must still be known.
            keep: profile.redelivery_window.max(tolerance),
        };
        match (settings.store, settings.inbox.is_there(), settings.queue) {
            (None, false, None) => Ok(None),
            (Some(store), false, None) => Ok(Some(Self::Once(Once {
                store,
                terms,
                untold: Mutex::default(),
            }))),
            (None, true, None) => Ok(settings.inbox.with(terms).map(Self::Inbox)),
            (None, false, Some(queue)) => Ok(Some(Self::DeliveryQueue(HandedOff { queue, terms }))),
            _ => Err(BuildError::SeveralModes { provider }),
        }
    }
}

/// What a builder says of the mode.
pub(super) struct Settings {
    name: Option<String>,
    lease: Duration,
    timeout: Option<Duration>,
    store: Option<Box<dyn Store>>,
    queue: Option<Box<dyn DeliveryQueue>>,
    pub(super) inbox: inboxed::Settings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: None,
            lease: LEASE,
            timeout: Some(STORE_TIMEOUT),
            store: None,
            queue: None,
            inbox: inboxed::Settings::default(),
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
    /// An entry lives as long as the provider may send the delivery again
    /// ([`Profile::redelivery_window`](crate::Profile::redelivery_window)).
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
        self.mode.store = Some(Box::new(store));
        self
    }

    /// Gives each delivery to a queue and answers with 200 when the queue has it; handlers run where the queue is
    /// consumed, by [`handle_stored`](crate::Endpoint::handle_stored). For those who already run a queue; otherwise take
    /// an [`inbox`](Self::inbox).
    ///
    /// Retries, order and deduplication are the queue's.
    pub fn forward_to(mut self, queue: impl DeliveryQueue) -> Self {
        self.mode.queue = Some(Box::new(queue));
        self
    }

    /// The name of this endpoint in a store or an inbox; otherwise the path of the router's type, such as `my_app::App`.
    ///
    /// A provider sends one event to all its endpoints under one id, so endpoints that share a store or an inbox must
    /// have different names. And an endpoint must keep its name: under another one it does not know what was done
    /// before, and takes nothing that waits under the old one. Say it where the router's type may be renamed or moved.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.mode.name = Some(name.into());
        self
    }

    /// How long a claim lasts of which nothing more is heard; otherwise 60 seconds. While a handler runs, its claim is
    /// renewed three times in that time (with the feature `tokio`), so a lease only ends when its process has died,
    /// hangs, or cannot reach the store.
    ///
    /// Without the feature `tokio`, it is the time in which a handler must be done.
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.mode.lease = lease;
        self
    }

    /// How long a store or an inbox may take for an answer until the sender is answered with 503; otherwise 5 seconds. With the
    /// feature `tokio`.
    pub fn store_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.mode.timeout = timeout.into();
        self
    }
}
