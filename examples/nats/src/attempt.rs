//! One attempt to handle a message, and the acknowledgement of its outcome.

use std::time::Duration;

use async_nats::jetstream::{AckKind, Message};
use webhook_runtime::{
    BoxError, DeliveryOutcome, Endpoint, Outcome, Retry, Router, inbox::StoredDelivery,
};

use crate::jet_stream::JetStream;

/// Interval between attempts to acknowledge a message.
const ACK_RETRY_INTERVAL: Duration = Duration::from_secs(1);

pub(crate) struct Attempt<'a, R> {
    pub(crate) endpoint: &'a Endpoint<R>,
    pub(crate) queue: &'a JetStream,
    pub(crate) retry: Retry,
    pub(crate) ack_wait: Duration,
    pub(crate) message: &'a Message,
}

impl<R: Router> Attempt<'_, R> {
    /// Handles the message, then acknowledges it, schedules a retry, or moves it to the dead letters.
    pub(crate) async fn run(self) -> Result<(), BoxError> {
        let info = self.message.info()?;
        let (sequence, retries) = (info.stream_sequence, info.delivered.max(1) - 1);
        let retries = u32::try_from(retries).unwrap_or(u32::MAX);
        let delivery = match StoredDelivery::from_bytes(&self.message.payload) {
            Ok(delivery) => delivery,
            Err(error) => {
                tracing::error!(sequence, "{error}");
                return self.move_to_dead_letters("unreadable").await;
            }
        };
        let key = delivery.key.as_str();
        // No earlier attempt has reported an outcome: their workers have probably crashed.
        if retries > 0 && self.retry.backoff(key, retries - 1).is_none() {
            return self.move_to_dead_letters("attempts_exhausted").await;
        }
        let outcome = self.handle(&delivery).await;
        if outcome.is_done() {
            return self.acknowledge().await;
        }
        let Some(backoff) = self.retry.backoff(key, retries) else {
            return self.move_to_dead_letters(outcome.as_str()).await;
        };
        let backoff = match outcome {
            DeliveryOutcome::Handled(Outcome::RetryLater(after)) => after,
            _ => backoff,
        };
        tracing::warn!(%key, outcome = outcome.as_str(), "retry {} in {backoff:?}", retries + 1);
        self.message.ack_with(AckKind::Nak(Some(backoff))).await
    }

    /// Calls the handler, and reports progress to the server meanwhile, so that the message is not redelivered.
    async fn handle(&self, delivery: &StoredDelivery) -> DeliveryOutcome {
        let mut handled = std::pin::pin!(self.endpoint.handle_stored(delivery));
        loop {
            tokio::select! {
                outcome = &mut handled => return outcome,
                () = tokio::time::sleep(self.ack_wait / 3) => {
                    if let Err(error) = self.message.ack_with(AckKind::Progress).await {
                        tracing::warn!("progress not reported, the message may be redelivered: {error}");
                    }
                }
            }
        }
    }

    /// Acknowledges the message, until the server confirms it.
    async fn acknowledge(&self) -> Result<(), BoxError> {
        while let Err(error) = self.message.double_ack().await {
            tracing::warn!("acknowledgement failed, will retry: {error}");
            tokio::time::sleep(ACK_RETRY_INTERVAL).await;
        }
        Ok(())
    }

    /// Copies the message to the dead letters, then removes it from the stream. If the second step fails, both are repeated.
    async fn move_to_dead_letters(&self, reason: &str) -> Result<(), BoxError> {
        self.queue.publish_dead_letter(self.message, reason).await?;
        tracing::error!(subject = %self.message.subject, reason, "dead letter");
        self.acknowledge().await
    }
}
