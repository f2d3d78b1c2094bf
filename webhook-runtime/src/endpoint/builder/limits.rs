//! Options for timeouts and limits.

use std::time::Duration;

use super::EndpointBuilder;
use crate::endpoint::running::OnTimeout;

/// Timeouts and limits.
///
/// Timeouts need a tokio runtime with its timers enabled, as `#[tokio::main]` does. Without one, no timeout elapses, and a
/// delivery that finds no free slot is answered with 503 at once.
impl<R> EndpointBuilder<R> {
    /// Maximum time for reading a body, from its first pause on. Default: 10 seconds. `None`: no limit.
    ///
    /// A sender that takes longer is answered with 408. The body of a rejected request is read and discarded for at most a
    /// second, and no longer than this.
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
    pub fn body_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.limits.body_timeout = timeout.into();
        self
    }

    /// Maximum time for a handler, from the first time that it waits. Default: `None`, no limit.
    ///
    /// The sender is then answered with 503 and `Retry-After`; [`on_handler_timeout`](Self::on_handler_timeout) decides
    /// what happens to the handler.
    ///
    /// [`handle_bytes`](crate::Endpoint::handle_bytes) cannot detach a handler: there, with [`OnTimeout::Finish`], the
    /// sender waits.
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
    ///     .handler_timeout(Duration::from_secs(8))
    ///     .on_handler_timeout(OnTimeout::Cancel)
    ///     .build()
    ///     .unwrap();
    /// # let _ = endpoint;
    /// # }
    /// ```
    pub fn handler_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.limits.handler_timeout = timeout.into();
        self
    }

    /// Treatment of a handler whose timeout has elapsed. Default: [`OnTimeout::Finish`].
    ///
    /// [`build`](Self::build) fails without a [`handler_timeout`](Self::handler_timeout).
    pub const fn on_handler_timeout(mut self, then: OnTimeout) -> Self {
        self.limits.on_handler_timeout = Some(then);
        self
    }

    /// Maximum number of handlers that run concurrently. Default: no limit.
    ///
    /// Further deliveries wait for a slot, in the order of their arrival, at most for the
    /// [`queue_timeout`](Self::queue_timeout). Only authentic deliveries wait. A handler that outlives its request keeps its
    /// slot until it ends. The workers of an inbox have a limit of their own: [`workers`](Self::workers).
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
    ///     .concurrency_limit(100)
    ///     .queue_timeout(Duration::from_secs(1))
    ///     .build()
    ///     .unwrap();
    /// # let _ = endpoint;
    /// # }
    /// ```
    pub const fn concurrency_limit(mut self, limit: usize) -> Self {
        self.limits.concurrency_limit = Some(limit);
        self
    }

    /// Maximum time that a delivery waits for a slot. Default: 2 seconds. `None`: no limit. `Duration::ZERO`: it does not
    /// wait.
    ///
    /// The delivery is then answered with 503 and `Retry-After`. [`build`](Self::build) fails without a
    /// [`concurrency_limit`](Self::concurrency_limit).
    pub fn queue_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.limits.queue_timeout = Some(timeout.into());
        self
    }
}
