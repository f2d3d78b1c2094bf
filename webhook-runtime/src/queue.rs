//! Queues that take deliveries over: for those who already run one.

use async_trait::async_trait;

use crate::inbox::StoredDelivery;
use crate::outcome::BoxError;

/// A queue that verified deliveries are given to before they are answered, for
/// [`EndpointBuilder::hand_off`](crate::EndpointBuilder::hand_off).
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
///         // The key is for the queue's own deduplication.
///         let message = (delivery.key.as_str().to_owned(), delivery.to_bytes());
///         self.messages.lock().map_err(|_| "the queue has failed")?.push(message);
///         Ok(())
///     }
/// }
/// # let _ = Queue::default();
/// ```
#[async_trait]
pub trait DeliveryQueue: Send + Sync + 'static {
    /// Gives a delivery to the queue, and waits until the queue has it for good: 200 is answered then, and the sender
    /// will not come again.
    ///
    /// A sender that saw no answer comes again, so the queue may be given a delivery twice:
    /// [`StoredDelivery::key`] is the same then.
    ///
    /// # Errors
    /// If the queue may not have it. The delivery is answered with 503 then.
    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<(), BoxError>;
}
