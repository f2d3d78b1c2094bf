//! What a builder says of its inbox.

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::backlog::Bound;
use super::{Inboxed, Terms};
use crate::endpoint::EndpointBuilder;
use crate::inbox::Inbox;
use crate::retry::Retry;
use crate::router::Router;

/// How many deliveries are handled at a time unless said otherwise.
const WORKERS: usize = 16;

pub(in super::super) struct Settings {
    inbox: Option<Arc<dyn Inbox>>,
    workers: usize,
    retry: Retry,
    limit: Option<u64>,
    oldest: Option<Duration>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            inbox: None,
            workers: WORKERS,
            retry: Retry::new(),
            limit: None,
            oldest: None,
        }
    }
}

impl Settings {
    pub(in super::super) const fn is_there(&self) -> bool {
        self.inbox.is_some()
    }

    pub(in super::super) fn with(self, terms: Terms) -> Option<Inboxed> {
        Some(Inboxed {
            inbox: self.inbox?,
            terms,
            retry: self.retry,
            workers: self.workers,
            are_workers_started: AtomicBool::new(false),
            bound: Bound::new(self.limit, self.oldest),
            tokens: Mutex::new(HashSet::new()),
        })
    }
}

/// With the feature `tokio`: the inbox.
impl<R: Router> EndpointBuilder<R> {
    /// Lays each delivery down in an inbox, answers with 200, and handles it in the background: with retries if it
    /// fails, and as a dead letter after the last of them.
    ///
    /// Duplicates are answered with 200, too: the row owns the retry from then on, not the sender. Whatever keeps a
    /// delivery from being stored is answered with 503.
    ///
    /// Handlers run in this process, [`workers`](Self::workers) at a time, from the time on when the endpoint is built
    /// within a tokio runtime (otherwise from its first delivery), until [`shutdown`](crate::Endpoint::shutdown) or
    /// until its last clone is gone.
    ///
    /// ```
    /// # #[cfg(all(feature = "openai", feature = "testing"))] {
    /// use webhook_runtime::openai::{BatchFailed, OpenAi};
    /// use webhook_runtime::testing::MemoryInbox;
    /// use webhook_runtime::{Endpoint, Event, WebhookRouter, on};
    ///
    /// #[on("batch.failed", retry(max = 5, backoff = "30s"))]
    /// async fn failed(event: Event<BatchFailed>) -> Result<(), String> {
    ///     Err(format!("nobody listens to the failure of {}", event.data.id))
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
        self.mode.inbox.inbox = Some(Arc::new(inbox));
        self
    }

    /// How many deliveries of the inbox are handled at a time; otherwise 16. With 0, this process stores deliveries and
    /// handles none: others do, or [`run_until_idle`](crate::Endpoint::run_until_idle).
    pub const fn workers(mut self, workers: usize) -> Self {
        self.mode.inbox.workers = workers;
        self
    }

    /// How often, and when, a delivery of the inbox is tried again, where its handler does not say it.
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.mode.inbox.retry = retry;
        self
    }

    /// How many deliveries may wait in the inbox, more or less: several processes may each let some more in. Beyond,
    /// deliveries are answered with 503. Otherwise there is no bound.
    pub const fn max_backlog(mut self, deliveries: u64) -> Self {
        self.mode.inbox.limit = Some(deliveries);
        self
    }

    /// How old the oldest waiting delivery may be while new ones are let in. Beyond, they are answered with 503.
    /// Otherwise there is no bound.
    ///
    /// A delivery that is tried again and again grows old, too: choose more than [`retry`](Self::retry) spans.
    pub const fn max_backlog_age(mut self, age: Duration) -> Self {
        self.mode.inbox.oldest = Some(age);
        self
    }
}
