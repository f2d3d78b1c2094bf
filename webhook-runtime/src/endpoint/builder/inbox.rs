//! Options for the inbox mode.

use std::sync::Arc;
use std::time::Duration;

use super::EndpointBuilder;
use crate::inbox::Inbox;
use crate::retry::Retry;
use crate::router::Router;

/// The inbox. [`build`](Self::build) fails if one of its options is set without [`inbox`](Self::inbox).
impl<R: Router> EndpointBuilder<R> {
    /// Stores each delivery in an inbox, answers with 200, and handles it in the background: with retries if it fails, and
    /// as a dead letter after the last retry.
    ///
    /// Duplicates are answered with 200, too, because the inbox retries the delivery from then on, not the sender. A
    /// delivery that cannot be stored is answered with 503.
    ///
    /// Handlers run in this process, [`workers`](Self::workers) at a time. The workers start when the endpoint is built
    /// within a tokio runtime, otherwise with its first delivery, and end with [`shutdown`](crate::Endpoint::shutdown) or
    /// when the last clone of the endpoint is dropped.
    ///
    /// ```
    /// # #[cfg(all(feature = "openai", feature = "testing"))] {
    /// use webhook_runtime::openai::{BatchFailed, OpenAi};
    /// use webhook_runtime::testing::MemoryInbox;
    /// use webhook_runtime::{Endpoint, Event, WebhookRouter, on};
    ///
    /// #[on("batch.failed", retry(max = 5, backoff = "30s"))]
    /// async fn failed(event: Event<BatchFailed>) -> Result<(), String> {
    ///     Err(format!("cannot report the failure of {}", event.data.id))
    /// }
    ///
    /// #[derive(WebhookRouter)]
    /// #[webhook(provider = OpenAi, handlers(failed))]
    /// struct App;
    ///
    /// let endpoint = Endpoint::builder(App)
    ///     .secret("the-secret-of-the-console")
    ///     // In production, an inbox that outlives the process.
    ///     .inbox(MemoryInbox::default())
    ///     .build()
    ///     .unwrap();
    /// # let _ = endpoint;
    /// # }
    /// ```
    pub fn inbox(mut self, inbox: impl Inbox) -> Self {
        self.mode.inbox = Some(Arc::new(inbox));
        self
    }

    /// Number of deliveries of the inbox that are handled concurrently. Default: 16. 0: this process stores deliveries,
    /// and another one, or [`run_until_idle`](crate::Endpoint::run_until_idle), handles them.
    pub const fn workers(mut self, workers: usize) -> Self {
        self.mode.workers = Some(workers);
        self
    }

    /// Retry policy for handlers that do not set their own with `retry(…)`. Default: that of [`Retry`].
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.mode.retry = Some(retry);
        self
    }

    /// Maximum number of pending and running deliveries. Default: no limit. Above it, deliveries are answered with 503.
    ///
    /// The limit is approximate: each process of several may exceed it a little.
    pub const fn max_backlog(mut self, deliveries: u64) -> Self {
        self.mode.backlog.rows = Some(deliveries);
        self
    }

    /// Maximum age of the oldest pending or running delivery. Default: no limit. Above it, new deliveries are answered with
    /// 503.
    ///
    /// A delivery that is retried gets older, too: choose more than all retries of [`retry`](Self::retry) take.
    pub const fn max_backlog_age(mut self, age: Duration) -> Self {
        self.mode.backlog.age = Some(age);
        self
    }
}
