//! What a builder says of handlers at work.

use std::time::Duration;

use super::super::EndpointBuilder;
use super::Deadline;

/// How long a body may take unless the builder says otherwise: a provider's own patience is 5 to 30 seconds for the
/// whole delivery, and the largest body that is accepted by default comes in this time over 1 Mbit/s.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a source of secrets may take unless the builder says otherwise: the provider waits at least 5 seconds, and
/// the handler is to have most of them.
const SECRET_SOURCE_TIMEOUT: Duration = Duration::from_secs(2);

/// Deadlines and limits.
#[derive(Clone, Debug)]
pub(in super::super) struct Settings {
    pub(super) body_timeout: Option<Duration>,
    secret_source_timeout: Option<Duration>,
    pub(super) handler_timeout: Option<Duration>,
    pub(super) on_handler_timeout: Option<OnTimeout>,
    pub(super) concurrency_limit: Option<usize>,
    pub(super) queue_timeout: Option<Option<Duration>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body_timeout: Some(BODY_TIMEOUT),
            secret_source_timeout: Some(SECRET_SOURCE_TIMEOUT),
            handler_timeout: None,
            on_handler_timeout: None,
            concurrency_limit: None,
            queue_timeout: None,
        }
    }
}

impl Settings {
    pub(in super::super) const fn secret_source_timeout(&self) -> Deadline {
        Deadline::new(self.secret_source_timeout)
    }
}

/// What becomes of a handler whose deadline has passed. Its sender is told to come again either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnTimeout {
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
    ///     .body_timeout(Duration::from_secs(3))
    ///     .build()
    ///     .unwrap();
    /// # let _ = endpoint;
    /// # }
    /// ```
    pub fn body_timeout(mut self, deadline: impl Into<Option<Duration>>) -> Self {
        self.running.body_timeout = deadline.into();
        self
    }

    /// How long a [`SecretSource`](crate::SecretSource) may take, from the first time that it waits, until the sender is
    /// answered with 503 and `Retry-After`; otherwise 2 seconds. `None`: as long as it likes.
    ///
    /// Its future is dropped then.
    pub fn secret_source_timeout(mut self, deadline: impl Into<Option<Duration>>) -> Self {
        self.running.secret_source_timeout = deadline.into();
        self
    }

    /// How long a handler may take, from the first time that it waits, until its sender is answered with 503 and
    /// `Retry-After`; and what becomes of it then. Otherwise the sender waits as long as the handler takes.
    ///
    /// [`handle_bytes`](crate::Endpoint::handle_bytes) has nothing to leave a handler to: there,
    /// [`OnTimeout::Finish`] lets the sender wait.
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
    /// use webhook_runtime::OnTimeout;
    ///
    /// let endpoint = Endpoint::builder(App)
    ///     .secret("the-secret-of-the-console")
    ///     .handler_timeout(Duration::from_secs(8)).on_handler_timeout(OnTimeout::Cancel)
    ///     .build()
    ///     .unwrap();
    /// # let _ = endpoint;
    /// # }
    /// ```
    pub fn handler_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.running.handler_timeout = timeout.into();
        self
    }

    /// What happens to a handler whose timeout has passed. Default: [`OnTimeout::Finish`].
    ///
    /// # Errors at build
    /// [`build`](Self::build) refuses it without a [`handler_timeout`](Self::handler_timeout).
    pub const fn on_handler_timeout(mut self, then: OnTimeout) -> Self {
        self.running.on_handler_timeout = Some(then);
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
    ///     .concurrency_limit(100).queue_timeout(Duration::from_secs(2))
    ///     .build()
    ///     .unwrap();
    /// # let _ = endpoint;
    /// # }
    /// ```
    pub const fn concurrency_limit(mut self, limit: usize) -> Self {
        self.running.concurrency_limit = Some(limit);
        self
    }

    /// Maximum time that a delivery waits for a slot when [`concurrency_limit`](Self::concurrency_limit) handlers run;
    /// then it is answered with 503 and `Retry-After`. Default: 2 seconds. `Duration::ZERO` answers at once; `None`
    /// waits without a limit.
    pub fn queue_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.running.queue_timeout = Some(timeout.into());
        self
    }
}
