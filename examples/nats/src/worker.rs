//! The other end of the queue: who takes messages out, and how many at a time.

use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use futures_util::StreamExt as _;
use tokio::sync::watch;
use tokio::task::JoinSet;
use webhook_runtime::{BoxError, Endpoint, Retry, Router};

use crate::attempt::Attempt;
use crate::jet_stream::JetStream;

/// The consumer that all workers share.
const CONSUMER: &str = "workers";

/// How long a question for a message waits at the server.
const LOOK: Duration = Duration::from_secs(5);

/// How long to wait after an error.
const PAUSE: Duration = Duration::from_secs(1);

/// Takes messages out of the stream and calls the handlers.
///
/// All processes share one durable consumer: a message is brought to one of them at a time, and comes again when it
/// fails, after the pauses of a [`Retry`], or when nothing was heard of it for a while, since its worker has died.
/// After the last retry it is a dead letter: it is laid down in the stream `<name>-dead`, with the reason in the header
/// `Webhook-Died-Of`, and leaves this one. So does what is no delivery, and what has ended no attempt, such as one that
/// kills its process each time.
///
/// The consumer's own `max_deliver` is unlimited, as a message that has reached it would be brought to nobody, and so
/// be told to nobody: workers count.
#[derive(Debug)]
pub struct Worker<R> {
    endpoint: Endpoint<R>,
    queue: JetStream,
    at_a_time: usize,
    ack_wait: Duration,
    retry: Retry,
}

impl<R: Router> Worker<R> {
    /// A worker of 16 messages at a time.
    #[must_use]
    pub fn new(endpoint: Endpoint<R>, queue: JetStream) -> Self {
        Self {
            endpoint,
            queue,
            at_a_time: 16,
            ack_wait: Duration::from_secs(30),
            retry: Retry::new(),
        }
    }

    /// How many messages are handled at a time, by this process.
    #[must_use]
    pub const fn at_a_time(mut self, messages: usize) -> Self {
        self.at_a_time = messages;
        self
    }

    /// After how long without a word from its worker a message comes again; otherwise 30 seconds. While a handler runs,
    /// there is a word three times in that time. It is one for all workers: the last one that starts says it.
    #[must_use]
    pub const fn ack_wait(mut self, wait: Duration) -> Self {
        self.ack_wait = wait;
        self
    }

    /// How often, and when, a message comes again whose handler has failed; what this leaves open is the default of
    /// [`Retry`]. A handler's own `retry(…)` is for inboxes.
    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Works until it is to stop. Then it takes no more, and handlers that run have this long to end; how many did not.
    /// Their messages come again elsewhere.
    ///
    /// # Errors
    /// If the consumer cannot be made.
    pub async fn run(
        self,
        stop: impl Future<Output = ()>,
        patience: Duration,
    ) -> Result<usize, BoxError> {
        let consumer = self.consumer().await?;
        // What counts is what the server says.
        let ack_wait = consumer.cached_info().config.ack_wait;
        let (stopping, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for _ in 0..self.at_a_time {
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
                        tracing::warn!("a message comes again in {ack_wait:?}: {error}");
                    }
                }
            });
        }
        stop.await;
        stopping.send_replace(true);
        let ended = async { while tasks.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(patience, ended).await;
        // What was said last is on its way.
        let _ = tokio::time::timeout(PAUSE, self.queue.context.client().flush()).await;
        Ok(tasks.len())
    }

    async fn consumer(&self) -> Result<PullConsumer, BoxError> {
        let config = pull::Config {
            durable_name: Some(CONSUMER.to_owned()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.ack_wait,
            max_deliver: -1,
            // What waits for its retry counts as well: a bound would keep back all that is new.
            max_ack_pending: -1,
            ..pull::Config::default()
        };
        let made = self.queue.stream.create_consumer(config).await;
        Ok(made.map_err(|error| format!("consumer {CONSUMER}: {error}"))?)
    }
}

/// The next message; none if it is time to stop.
///
/// One is asked for at a time, when there is somebody to handle it: what waited here would run out of its time.
async fn next(consumer: &PullConsumer, stopped: &mut watch::Receiver<bool>) -> Option<Message> {
    loop {
        let asked = tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return None,
            asked = ask(consumer) => asked,
        };
        match asked {
            Ok(Some(message)) => return Some(message),
            Ok(None) => {}
            Err(error) => {
                tracing::warn!("NATS gives no messages: {error}");
                tokio::select! {
                    _ = stopped.wait_for(|stopped| *stopped) => return None,
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
        }
    }
}

/// A message, if there is one within a few seconds.
async fn ask(consumer: &PullConsumer) -> Result<Option<Message>, BoxError> {
    let mut batch = consumer
        .batch()
        .max_messages(1)
        .expires(LOOK)
        .messages()
        .await?;
    batch.next().await.transpose()
}
