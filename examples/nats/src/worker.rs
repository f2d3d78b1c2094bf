//! Workers: receiving messages from the queue, and concurrency.

use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use futures_util::StreamExt as _;
use tokio::sync::watch;
use tokio::task::JoinSet;
use webhook_runtime::{BoxError, Endpoint, Retry, Router};

use crate::attempt::Attempt;
use crate::jet_stream::JetStream;

/// Name of the consumer that all workers share.
const CONSUMER: &str = "workers";

/// Time that a request for a message waits at the server.
const PULL_TIMEOUT: Duration = Duration::from_secs(5);

/// Interval between attempts after an error.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Worker that receives messages from the stream and calls the handlers.
///
/// All processes share one durable consumer, which delivers a message to one of them at a time. A message is redelivered
/// after the backoff of a [`Retry`] if its handler fails, and after `ack_wait` if its worker crashes. After the last retry,
/// it moves to the stream `<name>-dead`, with the reason in the header `Webhook-Failure-Reason`. So do messages that are no
/// deliveries, and messages whose attempts never report an outcome, such as one that crashes its process each time.
///
/// The consumer's own `max_deliver` is unlimited, because the server silently stops delivering a message that reaches it.
/// The worker counts attempts instead.
#[derive(Debug)]
pub struct Worker<R> {
    endpoint: Endpoint<R>,
    queue: JetStream,
    concurrency: usize,
    ack_wait: Duration,
    retry: Retry,
}

impl<R: Router> Worker<R> {
    /// Returns a worker that handles 16 messages concurrently.
    #[must_use]
    pub fn new(endpoint: Endpoint<R>, queue: JetStream) -> Self {
        Self {
            endpoint,
            queue,
            concurrency: 16,
            ack_wait: Duration::from_secs(30),
            retry: Retry::new(),
        }
    }

    /// Number of messages that this process handles concurrently. Default: 16.
    #[must_use]
    pub const fn concurrency(mut self, messages: usize) -> Self {
        self.concurrency = messages;
        self
    }

    /// Time after which a message is redelivered if its worker reports no progress. Default: 30 seconds. A worker reports
    /// progress three times in that time. The consumer has one value for all workers, that of the worker that started last.
    #[must_use]
    pub const fn ack_wait(mut self, wait: Duration) -> Self {
        self.ack_wait = wait;
        self
    }

    /// Retry policy for failed handlers. Default: that of [`Retry`]. A handler's own `retry(…)` applies to inboxes only.
    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Runs until `stop` is ready. Then requests no more messages, and waits at most `shutdown_timeout` for running handlers.
    /// Returns the number of handlers that are still running; their messages are redelivered to other workers.
    ///
    /// # Errors
    /// If the consumer cannot be created.
    pub async fn run(
        self,
        stop: impl Future<Output = ()>,
        shutdown_timeout: Duration,
    ) -> Result<usize, BoxError> {
        let consumer = self.consumer().await?;
        // The server's value counts.
        let ack_wait = consumer.cached_info().config.ack_wait;
        let (stopping, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for _ in 0..self.concurrency {
            let (endpoint, queue) = (self.endpoint.clone(), self.queue.clone());
            let (consumer, mut stopped) = (consumer.clone(), stopped.clone());
            let retry = self.retry;
            tasks.spawn(async move {
                while let Some(message) = next(&consumer, &mut stopped).await {
                    let attempt = Attempt {
                        endpoint: &endpoint,
                        queue: &queue,
                        retry,
                        ack_wait,
                        message: &message,
                    };
                    if let Err(error) = attempt.run().await {
                        tracing::warn!(
                            "attempt failed, the message is redelivered in {ack_wait:?}: {error}"
                        );
                    }
                }
            });
        }
        stop.await;
        stopping.send_replace(true);
        let ended = async { while tasks.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(shutdown_timeout, ended).await;
        // Sends the last acknowledgements.
        let _ = tokio::time::timeout(RETRY_INTERVAL, self.queue.context.client().flush()).await;
        Ok(tasks.len())
    }

    async fn consumer(&self) -> Result<PullConsumer, BoxError> {
        let config = pull::Config {
            durable_name: Some(CONSUMER.to_owned()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.ack_wait,
            max_deliver: -1,
            // Messages that wait for a retry count, too: a limit would hold back new messages.
            max_ack_pending: -1,
            ..pull::Config::default()
        };
        let consumer = self.queue.stream.create_consumer(config).await;
        Ok(consumer.map_err(|error| format!("cannot create consumer {CONSUMER}: {error}"))?)
    }
}

/// Returns the next message; `None` once the worker stops.
///
/// Requests a single message when a task is free to handle it, because `ack_wait` begins when the message is delivered.
async fn next(consumer: &PullConsumer, stopped: &mut watch::Receiver<bool>) -> Option<Message> {
    loop {
        let pulled = tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return None,
            message = pull_message(consumer) => message,
        };
        match pulled {
            Ok(Some(message)) => return Some(message),
            Ok(None) => {}
            Err(error) => {
                tracing::warn!("cannot receive messages: {error}");
                tokio::select! {
                    _ = stopped.wait_for(|stopped| *stopped) => return None,
                    () = tokio::time::sleep(RETRY_INTERVAL) => {}
                }
            }
        }
    }
}

/// Returns a message if one is available within [`PULL_TIMEOUT`].
async fn pull_message(consumer: &PullConsumer) -> Result<Option<Message>, BoxError> {
    let mut batch = consumer
        .batch()
        .max_messages(1)
        .expires(PULL_TIMEOUT)
        .messages()
        .await?;
    batch.next().await.transpose()
}
