//! Taking no more, and waiting for what runs.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::super::Endpoint;
use super::timer::before;
use super::{CLOSED, ONE, Running};

/// What a shutdown has waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// How long it took.
    pub elapsed: Duration,
    /// Number of handlers that ended during the shutdown, including those that were queued for a slot.
    pub completed: usize,
    /// Number of handlers still running: 0 unless the timeout elapsed.
    pub remaining: usize,
}

impl Running {
    fn in_flight(&self) -> usize {
        self.state.load(Ordering::Acquire) / ONE
    }

    /// Takes no more; how many are at work.
    fn close(&self) -> usize {
        let before = self.state.fetch_or(CLOSED, Ordering::AcqRel);
        self.closing.notify_waiters();
        before / ONE
    }

    async fn until_none_left(&self) {
        loop {
            let mut notified = pin!(self.none_left.notified());
            // From here on no notice is missed, so the count may be read.
            notified.as_mut().enable();
            if self.in_flight() == 0 {
                return;
            }
            notified.await;
        }
    }
}

/// With the feature `tokio`.
impl<R> Endpoint<R> {
    /// Stops taking deliveries, and waits until all handlers have ended, also those whose senders are gone.
    ///
    /// From its first poll on, new deliveries are answered with 503 and `Retry-After`, for good; a second call, from any
    /// clone, waits too. Stop the server first, so that it lets go of its connections, then call this, and end the
    /// process when it is done:
    ///
    /// ```
    /// # #[cfg(feature = "openai")] {
    /// # use webhook_runtime::{BoxError, Endpoint, Event, WebhookRouter, on, openai::{BatchFailed, OpenAi}};
    /// # #[on("batch.failed")]
    /// # async fn failed(_: Event<BatchFailed>) {}
    /// # #[derive(WebhookRouter)]
    /// # #[webhook(provider = OpenAi, handlers(failed))]
    /// # struct App;
    /// # fn stop() -> impl Future<Output = ()> + Send + 'static { std::future::ready(()) }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let endpoint = Endpoint::builder(App).secret("the-secret-of-the-console").build()?;
    /// let web = axum::Router::new().route_service("/webhooks/openai", endpoint.clone());
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// axum::serve(listener, web).with_graceful_shutdown(stop()).await?;
    ///
    /// let report = endpoint.shutdown().await;
    /// println!("{} handlers ended in {:?}", report.completed, report.elapsed);
    /// # Ok::<(), BoxError>(())
    /// # }).unwrap();
    /// # }
    /// ```
    pub async fn shutdown(&self) -> ShutdownReport {
        let (started, waited_for) = self.close();
        self.inner.running.until_none_left().await;
        ShutdownReport {
            elapsed: started.elapsed(),
            completed: waited_for,
            remaining: 0,
        }
    }

    /// The same, for at most this long: [`ShutdownReport::remaining`] says how many are still at work then. They run on until the
    /// runtime ends.
    ///
    /// Without a tokio runtime with its timers enabled, it does not wait.
    pub async fn shutdown_within(&self, limit: Duration) -> ShutdownReport {
        let (started, waited_for) = self.close();
        let running = &self.inner.running;
        let left = match before(limit, pin!(running.until_none_left())).await {
            Some(()) => 0,
            None => running.in_flight(),
        };
        ShutdownReport {
            elapsed: started.elapsed(),
            completed: waited_for.saturating_sub(left),
            remaining: left,
        }
    }

    /// How many handlers are at work, with those that wait for a place and those whose senders are gone.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.inner.running.in_flight()
    }

    fn close(&self) -> (Instant, usize) {
        (Instant::now(), self.inner.running.close())
    }
}
