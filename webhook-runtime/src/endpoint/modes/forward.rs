//! The forward mode: verified deliveries are passed to a queue.

use super::call::call;
use super::store_config::StoreConfig;
use crate::endpoint::delivery::RoutedDelivery;
use crate::observe::DeliveryOutcome;
use crate::queue::DeliveryQueue;

/// The queue of an endpoint.
pub(in crate::endpoint) struct ForwardMode {
    pub(in crate::endpoint) queue: Box<dyn DeliveryQueue>,
    pub(in crate::endpoint) config: StoreConfig,
}

impl ForwardMode {
    /// Passes a delivery to the queue.
    pub(in crate::endpoint) async fn forward(
        &self,
        routed: &RoutedDelivery<'_>,
    ) -> DeliveryOutcome {
        let delivery = self.config.to_stored(routed);
        match call(self.queue.enqueue(&delivery), self.config.timeout).await {
            Ok(()) => DeliveryOutcome::Forwarded,
            Err(error) => DeliveryOutcome::StoreUnavailable(error),
        }
    }
}
