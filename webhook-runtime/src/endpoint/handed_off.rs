//! Deliveries that a queue takes over, and those that come from one.

use super::ask::ask;
use super::mode::Terms;
use super::{DeliveryOutcome, Endpoint, Found};
use crate::handler::Origin;
use crate::inbox::Effects;
use crate::inbox::StoredDelivery;
use crate::queue::DeliveryQueue;
use crate::router::Router;
use crate::verify::Verified;

/// The queue of an endpoint.
pub(super) struct HandedOff {
    pub(super) queue: Box<dyn DeliveryQueue>,
    pub(super) terms: Terms,
}

impl<R: Router> Endpoint<R> {
    /// Gives a verified delivery to the queue.
    pub(super) async fn hand_off(
        &self,
        handed_off: &HandedOff,
        found: &Found<'_>,
    ) -> DeliveryOutcome {
        let HandedOff { queue, terms } = handed_off;
        let delivery = terms.stored(found, self.inner.profile);
        match ask(queue.enqueue(&delivery), terms.timeout).await {
            Ok(()) => DeliveryOutcome::Forwarded,
            Err(error) => DeliveryOutcome::StoreUnavailable(error),
        }
    }

    /// Calls the handler of a delivery that comes from a queue: the other end of
    /// [`hand_off`](crate::EndpointBuilder::hand_off).
    ///
    /// Acknowledge the message if [`DeliveryOutcome::is_done`]; otherwise let the queue bring it again. The endpoint of the
    /// consumer is built as that of the receiver; its mode does not matter, and neither does its name.
    ///
    /// The delivery is not verified again: the queue is trusted.
    pub async fn handle_stored(&self, delivery: &StoredDelivery) -> DeliveryOutcome {
        let found = match self.find_stored(delivery, None) {
            Ok(found) => found,
            Err(ending) => return ending,
        };
        match self.inner.running.enter().await {
            Ok(_slot) => self.run_stored(&found).await,
            Err(ending) => ending,
        }
    }

    /// The handler of a stored delivery.
    pub(super) fn find_stored<'d>(
        &self,
        delivery: &'d StoredDelivery,
        effects: Option<&'d dyn Effects>,
    ) -> Result<Found<'d>, DeliveryOutcome> {
        let StoredDelivery {
            tenant,
            headers,
            body,
            ..
        } = delivery;
        let verified = Verified::when_stored(
            &delivery.delivery_id,
            delivery.timestamp,
            delivery.is_timestamp_signed,
            body,
        );
        let now = self.inner.clock.now();
        let mut found = self
            .find_handler(tenant, headers, verified, body, (now, Origin::Stored))
            .map_err(|report| report.ending)?;
        found.received.effects = effects;
        Ok(found)
    }

    /// Calls the handler of a stored delivery.
    pub(super) async fn run_stored(&self, found: &Found<'_>) -> DeliveryOutcome {
        let mut watched = self.inner.observer.watch(found, None);
        let ending = self.run_handler(found, None, &mut watched).await;
        watched.end(&ending);
        ending
    }
}
