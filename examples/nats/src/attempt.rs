//! One message, brought to a worker once: handled, and the server told what came of it.

use std::time::Duration;

use async_nats::jetstream::{AckKind, Message};
use webhook_runtime::{
    BoxError, DeliveryOutcome, Endpoint, Outcome, Retry, Router, inbox::StoredDelivery,
};

use crate::jet_stream::JetStream;

/// How long to wait before the server is told again what it did not hear.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) struct Attempt<'a, R> {
    pub(crate) endpoint: &'a Endpoint<R>,
    pub(crate) queue: &'a JetStream,
    pub(crate) retry: Retry,
    pub(crate) ack_wait: Duration,
    pub(crate) message: &'a Message,
}

impl<R: Router> Attempt<'_, R> {
    pub(crate) async fn run(self) -> Result<(), BoxError> {
        let info = self.message.info()?;
        let (sequence, retries) = (info.stream_sequence, info.delivered.max(1) - 1);
        let retries = u32::try_from(retries).unwrap_or(u32::MAX);
        let delivery = match StoredDelivery::from_bytes(&self.message.payload) {
            Ok(delivery) => delivery,
            Err(error) => {
                tracing::error!(sequence, "{error}");
                return self.bury("unreadable").await;
            }
        };
        let key = delivery.key.as_str();
        // Those before it have not ended: with their workers, it seems.
        if retries > 0 && self.retry.backoff(key, retries - 1).is_none() {
            return self.bury("attempts_without_end").await;
        }
        let ending = self.handle(&delivery).await;
        if ending.is_done() {
            return self.done().await;
        }
        let Some(pause) = self.retry.backoff(key, retries) else {
            return self.bury(ending.as_str()).await;
        };
        let pause = match ending {
            DeliveryOutcome::Handled(Outcome::RetryLater(after)) => after,
            _ => pause,
        };
        tracing::warn!(%key, outcome = ending.as_str(), "retry {} in {pause:?}", retries + 1);
        self.message.ack_with(AckKind::Nak(Some(pause))).await
    }

    /// Calls the handler, and tells the server meanwhile that the message is in good hands.
    async fn handle(&self, delivery: &StoredDelivery) -> DeliveryOutcome {
        let mut handled = std::pin::pin!(self.endpoint.handle_stored(delivery));
        loop {
            tokio::select! {
                ending = &mut handled => return ending,
                () = tokio::time::sleep(self.ack_wait / 3) => {
                    if let Err(error) = self.message.ack_with(AckKind::Progress).await {
                        tracing::warn!("a message may come twice: {error}");
                    }
                }
            }
        }
    }

    /// Tells the server that nothing more is to be done, until it says that it has heard.
    async fn done(&self) -> Result<(), BoxError> {
        while let Err(error) = self.message.double_ack().await {
            tracing::warn!("a message is done, but NATS does not know: {error}");
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// First it is among the dead, then it is gone from the stream. If it is not heard, it comes here again.
    async fn bury(&self, why: &str) -> Result<(), BoxError> {
        self.queue.bury(self.message, why).await?;
        tracing::error!(subject = %self.message.subject, why, "a dead letter");
        self.done().await
    }
}
