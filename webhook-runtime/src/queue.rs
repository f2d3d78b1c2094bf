//! Queues of other systems, which verified deliveries are forwarded to.

use async_trait::async_trait;

use crate::inbox::StoredDelivery;
use crate::outcome::BoxError;

/// A queue that verified deliveries are forwarded to before they are answered, for
/// [`EndpointBuilder::forward_to`](crate::EndpointBuilder::forward_to). Its consumer calls
/// [`Endpoint::handle_stored`](crate::Endpoint::handle_stored).
///
/// For programs that already have a queue; others use an [`Inbox`](crate::inbox::Inbox).
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
    /// Passes a delivery to the queue, and returns when the queue has stored it durably. The sender is then answered with
    /// 200, and does not redeliver.
    ///
    /// A sender that got no answer redelivers, so the queue may get a delivery twice, with the same
    /// [`StoredDelivery::key`].
    ///
    /// # Errors
    /// If it is not certain that the queue has stored the delivery. The endpoint answers with 503, and the sender redelivers.
    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<(), BoxError>;
}
