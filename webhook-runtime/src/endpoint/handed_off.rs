//! Deliveries that a queue takes over, and those that come from one.

use super::ask::ask;
use super::mode::Terms;
use super::{Ending, Endpoint, Found};
use crate::hand_off::HandOff;
use crate::router::Router;
use crate::stored::StoredDelivery;
use crate::trace;
use crate::verify::Verified;

/// The queue of an endpoint.
pub(super) struct HandedOff {
    pub(super) queue: Box<dyn HandOff>,
    pub(super) terms: Terms,
}

impl<R: Router> Endpoint<R> {
    /// Gives a verified delivery to the queue.
    pub(super) async fn hand_off(&self, handed_off: &HandedOff, found: &Found<'_>) -> Ending {
        let HandedOff { queue, terms } = handed_off;
        let delivery = terms.stored(found, &self.inner.profile);
        match ask(queue.hand_off(&delivery), terms.deadline).await {
            Ok(()) => Ending::HandedOff,
            Err(error) => {
                let ending = Ending::StoreUnavailable(error);
                let handler = found.info.name();
                trace::not_handled_now(terms.provider, &found.received, handler, &ending);
                ending
            }
        }
    }

    /// Calls the handler of a delivery that comes from a queue: the other end of
    /// [`hand_off`](crate::EndpointBuilder::hand_off).
    ///
    /// Acknowledge the message if [`Ending::is_done`]; otherwise let the queue bring it again. The endpoint of the
    /// consumer is built as that of the receiver; its mode does not matter, and neither does its name.
    ///
    /// The delivery is not verified again: the queue is trusted.
    pub async fn handle_stored(&self, delivery: &StoredDelivery) -> Ending {
        match self.find_stored(delivery) {
            Ok(found) => match self.inner.running.enter().await {
                Ok(_slot) => self.run_handler(&found, None).await,
                Err(ending) => self.put_off(&found, ending),
            },
            Err(ending) => ending,
        }
    }

    /// The handler of a stored delivery.
    pub(super) fn find_stored<'d>(
        &self,
        delivery: &'d StoredDelivery,
    ) -> Result<Found<'d>, Ending> {
        let StoredDelivery { headers, body, .. } = delivery;
        let verified = Verified::when_stored(
            &delivery.delivery_id,
            delivery.timestamp,
            delivery.is_timestamp_signed,
            body,
        );
        let mut found = self
            .find_handler(headers, verified, body)
            .inspect_err(|ending| {
                if let Ending::Undecodable(error) = ending {
                    trace::undecodable(self.inner.profile.name, verified.id_str(), error);
                }
            })?;
        found.received.is_stored = true;
        Ok(found)
    }
}
