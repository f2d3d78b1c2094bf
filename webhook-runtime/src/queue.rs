//! Queues of other systems, which verified deliveries are forwarded to.
//!
//! Alternative to an [`inbox`](crate::inbox), for programs that already have a queue. A message is a
//! [`StoredDelivery`].

use async_trait::async_trait;

use crate::inbox::StoredDelivery;
use crate::outcome::BoxError;

/// Queue that verified deliveries are forwarded to before they are answered, for
/// [`EndpointBuilder::forward_to`](crate::EndpointBuilder::forward_to). Its consumer calls
/// [`Endpoint::handle_stored`](crate::Endpoint::handle_stored).
///
/// Use it in programs that already have a queue, and an [`Inbox`](crate::inbox::Inbox) in others.
///
/// ```
/// use std::sync::Mutex;
///
/// use webhook_runtime::{BoxError, async_trait, inbox::StoredDelivery, queue::DeliveryQueue};
///
/// /// A client of a queue.
/// # #[derive(Default)]
/// struct Queue {
///     messages: Mutex<Vec<(String, Vec<u8>)>>,
/// }
///
/// #[async_trait]
/// impl DeliveryQueue for Queue {
///     async fn enqueue(&self, delivery: &StoredDelivery) -> Result<(), BoxError> {
///         // The key is for the queue's deduplication.
///         let message = (delivery.key.as_str().to_owned(), delivery.to_bytes());
///         self.messages.lock().map_err(|_| "the queue failed")?.push(message);
///         Ok(())
///     }
/// }
/// # let _ = Queue::default();
/// ```
#[async_trait]
pub trait DeliveryQueue: Send + Sync + 'static {
    /// Passes a delivery to the queue, and returns when the queue has stored it durably. The endpoint then answers 200,
    /// and the sender does not redeliver.
    ///
    /// A sender that received no answer redelivers, so the queue may receive a delivery twice, with the same
    /// [`StoredDelivery::key`].
    ///
    /// # Errors
    /// If it is not certain that the queue has stored the delivery. The endpoint answers 503, and the sender
    /// redelivers.
    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<(), BoxError>;
}
