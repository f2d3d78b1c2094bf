//! Options for the idempotent and the forward mode, and those that all modes share.

use std::time::Duration;

use super::EndpointBuilder;
use crate::queue::DeliveryQueue;
use crate::router::Router;
use crate::store::Store;

/// Stores, queues, and names in them.
impl<R: Router> EndpointBuilder<R> {
    /// Handles each delivery once: the store remembers which deliveries are completed and which are in progress.
    ///
    /// A delivery is claimed after it is verified and before its handler runs. A completed one is answered with 200 at
    /// once, one in progress elsewhere with 503 and `Retry-After`. If the handler fails, the claim is released, so that the
    /// provider's next retry runs it again. If the store fails or is slow, the answer is 503.
    ///
    /// An entry is kept for as long as the provider may redeliver
    /// ([`Profile::redelivery_window`](crate::Profile::redelivery_window)).
    ///
    /// If the process crashes after the handler's side effect and before completion is recorded, the delivery runs again:
    /// no store can distinguish the two. Pass the [`DeliveryId`](crate::DeliveryId) to the services that the handler calls,
    /// as an idempotency key.
    ///
    /// ```
    /// # #[cfg(feature = "openai")] {
    /// use webhook_runtime::openai::{BatchFailed, OpenAi};
    /// use webhook_runtime::{Endpoint, Event, MemoryStore, WebhookRouter, on};
    ///
    /// #[on("batch.failed")]
    /// async fn failed(event: Event<BatchFailed>) {
    ///     println!("{} failed; printed once, however often it is delivered", event.data.id);
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

    /// Passes each delivery to a queue, and answers with 200 once the queue has stored it. Handlers run where the queue is
    /// consumed, by [`handle_stored`](crate::Endpoint::handle_stored).
    ///
    /// For programs that already have a queue; for others there is the [`inbox`](Self::inbox). Retries, order and
    /// deduplication are the queue's.
    pub fn forward_to(mut self, queue: impl DeliveryQueue) -> Self {
        self.mode.queue = Some(Box::new(queue));
        self
    }

    /// Name of the endpoint in a store or an inbox. Default: the path of the router's type, such as `my_app::App`.
    ///
    /// A provider sends one event to all its endpoints with one id, so endpoints that share a store or an inbox need
    /// different names: [`build`](Self::build) fails if a live endpoint of this process has the same name on the same
    /// handle of a store or inbox (or a clone of it). Drop the earlier endpoint before you build its replacement.
    ///
    /// An endpoint must keep its name: under another one, it knows neither the completed deliveries nor the pending rows of
    /// the old name. Set it if the router's type may be renamed or moved.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.mode.name = Some(name.into());
        self
    }

    /// Duration of a claim or a lease without renewal. Default: 60 seconds.
    ///
    /// While a handler runs, its lease is renewed three times in this duration, so a lease only expires if the process
    /// crashed, hangs, or cannot reach the store. Without a tokio runtime, it is the time in which a handler must end.
    ///
    /// [`build`](Self::build) fails without [`idempotent`](Self::idempotent) or [`inbox`](Self::inbox).
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.mode.lease = Some(lease);
        self
    }

    /// Maximum time for one call of the store, inbox or queue. Default: 5 seconds. `None`: no limit.
    ///
    /// The sender is then answered with 503. [`build`](Self::build) fails without a store, inbox or queue.
    pub fn store_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.mode.timeout = Some(timeout.into());
        self
    }
}
