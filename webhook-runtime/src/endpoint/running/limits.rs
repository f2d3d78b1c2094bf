//! What a builder says of handlers at work.

use std::time::Duration;

use super::super::EndpointBuilder;
use super::Deadline;

/// How long a body may take unless the builder says otherwise: a provider's own patience is 5 to 30 seconds for the
/// whole delivery, and the largest body that is accepted by default comes in this time over 1 Mbit/s.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// How long a source of secrets may take unless the builder says otherwise: the provider waits at least 5 seconds, and
/// the handler is to have most of them.
const SECRET_SOURCE_DEADLINE: Duration = Duration::from_secs(2);

/// Deadlines and limits.
#[derive(Clone, Debug)]
pub(in super::super) struct Settings {
    pub(super) body_deadline: Option<Duration>,
    secret_source_deadline: Option<Duration>,
    pub(super) handler_deadline: Option<(Duration, OnDeadline)>,
    /// How many at a time, and how long the next one waits.
    pub(super) concurrency: Option<(usize, Duration)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body_deadline: Some(BODY_DEADLINE),
            secret_source_deadline: Some(SECRET_SOURCE_DEADLINE),
            handler_deadline: None,
            concurrency: None,
        }
    }
}

impl Settings {
    pub(in super::super) const fn secret_source_deadline(&self) -> Deadline {
        Deadline::new(self.secret_source_deadline)
    }
}

/// What becomes of a handler whose deadline has passed. Its sender is told to come again either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnDeadline {
    /// It runs to its end in the background. The sender comes again although it may succeed: for handlers that can
    /// run twice.
    Finish,
    /// It is dropped where it waits: for handlers that can be interrupted at every `await`.
    Cancel,
}

/// With the feature `tokio`. Where there is no tokio runtime, or one whose timers are not enabled, there are no deadlines
/// and nothing waits for a place; `#[tokio::main]` enables them.
impl<R> EndpointBuilder<R> {
    /// How long a body may take to come, from its first pause on; otherwise 10 seconds. `None`: as long as it likes.
    ///
    /// A sender that takes longer is answered with 408. The body of a refused delivery is read and thrown away for at
    /// most a second, and no longer than this.
    ///
    /// ```
    /// # #[cfg(feature = "openai")] {
    /// # use webhook_runtime::{Endpoint, Event, WebhookRouter, on, openai::{BatchFailed, OpenAi}};
    /// # #[on("batch.failed")]
    /// # async fn failed(_: Event<BatchFailed>) {}
    /// # #[derive(WebhookRouter)]
    /// # #[webhook(provider = OpenAi, handlers(failed))]
    /// # struct App;
    /// use std::time::Duration;
    ///
    /// let endpoint = Endpoint::builder(App)
    ///     .secret("the-secret-of-the-console")
    ///     .body_deadline(Duration::from_secs(3))
    ///     .build()
    ///     .unwrap();
    /// # let _ = endpoint;
    /// # }
    /// ```
    pub fn body_deadline(mut self, deadline: impl Into<Option<Duration>>) -> Self {
        self.running.body_deadline = deadline.into();
        self
    }

    /// How long a [`SecretSource`](crate::SecretSource) may take, from the first time that it waits, until the sender is
    /// answered with 503 and `Retry-After`; otherwise 2 seconds. `None`: as long as it likes.
    ///
    /// Its future is dropped then.
    pub fn secret_source_deadline(mut self, deadline: impl Into<Option<Duration>>) -> Self {
        self.running.secret_source_deadline = deadline.into();
        self
    }

    /// How long a handler may take, from the first time that it waits, until its sender is answered with 503 and
    /// `Retry-After`; and what becomes of it then. Otherwise the sender waits as long as the handler takes.
    ///
    /// [`handle_bytes`](crate::Endpoint::handle_bytes) has nothing to leave a handler to: there,
    /// [`OnDeadline::Finish`] lets the sender wait.
    ///
    /// ```
    /// # #[cfg(feature = "openai")] {
    /// # use webhook_runtime::{Endpoint, Event, WebhookRouter, on, openai::{BatchFailed, OpenAi}};
    /// # #[on("batch.failed")]
    /// # async fn failed(_: Event<BatchFailed>) {}
    /// # #[derive(WebhookRouter)]
    /// # #[webhook(provider = OpenAi, handlers(failed))]
    /// # struct App;
    /// use std::time::Duration;
    /// use webhook_runtime::OnDeadline;
    ///
    /// let endpoint = Endpoint::builder(App)
    ///     .secret("the-secret-of-the-console")
    ///     .handler_deadline(Duration::from_secs(8), OnDeadline::Cancel)
    ///     .build()
    ///     .unwrap();
    /// # let _ = endpoint;
    /// # }
    /// ```
    pub const fn handler_deadline(mut self, deadline: Duration, then: OnDeadline) -> Self {
        self.running.handler_deadline = Some((deadline, then));
        self
    }

    /// How many handlers run at a time, and how long a delivery waits for one of them to end. Otherwise there is no
    /// limit.
    ///
    /// A delivery whose time is up is answered with 503 and `Retry-After`. Only verified deliveries wait, in the order
    /// in which they came. A handler that outlives its request keeps its place until it ends.
    ///
    /// ```
    /// # #[cfg(feature = "openai")] {
    /// # use webhook_runtime::{Endpoint, Event, WebhookRouter, on, openai::{BatchFailed, OpenAi}};
    /// # #[on("batch.failed")]
    /// # async fn failed(_: Event<BatchFailed>) {}
    /// # #[derive(WebhookRouter)]
    /// # #[webhook(provider = OpenAi, handlers(failed))]
    /// # struct App;
    /// use std::time::Duration;
    ///
    /// let endpoint = Endpoint::builder(App)
    ///     .secret("the-secret-of-the-console")
    ///     .concurrency(100, Duration::from_secs(2))
    ///     .build()
    ///     .unwrap();
    /// # let _ = endpoint;
    /// # }
    /// ```
    pub const fn concurrency(mut self, limit: usize, wait: Duration) -> Self {
        self.running.concurrency = Some((limit, wait));
        self
    }
}
