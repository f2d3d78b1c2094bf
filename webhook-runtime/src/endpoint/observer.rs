//! What operators are told: the one place that every delivery comes to when it ends, for log, metrics and health.

use super::DeliveryOutcome;
use super::delivery::RoutedDelivery;
use super::ending::HealthImpact;
use super::running::RequestState;
use crate::catalog::CatalogInfo;
use crate::delivery::Timestamp;
use crate::handler::{Delivery, Origin};
use crate::health::{Health, Tally};
use crate::metrics::{self, Metrics};
use crate::tenant::Tenant;
use crate::trace;
use crate::unhandled::Unhandled;
use crate::verify::Verified;

/// What is known of an authentic delivery.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'d> {
    pub(crate) received_at: Timestamp,
    pub(crate) origin: Origin,
    pub(crate) tenant: &'d Tenant,
    pub(crate) delivery_id: &'d str,
    /// None: it could not be found.
    pub(crate) event_type: Option<&'d str>,
    /// Its place in the catalog.
    pub(crate) index: Option<usize>,
    pub(crate) handler: Option<&'static str>,
}

impl<'d> Facts<'d> {
    pub(super) const fn new(
        received_at: Timestamp,
        origin: Origin,
        tenant: &'d Tenant,
        verified: &Verified<'d>,
    ) -> Self {
        Self {
            received_at,
            origin,
            tenant,
            delivery_id: verified.id_str(),
            event_type: None,
            index: None,
            handler: None,
        }
    }

    /// The same, once its event is known.
    pub(super) fn of(
        received_at: Timestamp,
        received: &'d Delivery<'_>,
        index: Option<usize>,
    ) -> Self {
        let Delivery {
            origin,
            tenant,
            verified,
            ..
        } = received;
        Self {
            event_type: Some(shorten(&received.peeked.event_type)),
            index,
            ..Self::new(received_at, *origin, tenant, verified)
        }
    }
}

/// Whether the request of a delivery still waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Waits,
    /// It has been answered when the handler's deadline passed.
    Overdue,
    /// It was dropped.
    Left,
}

/// Tells operators of an endpoint's deliveries.
pub(super) struct Observer {
    catalog: &'static CatalogInfo,
    provider: &'static str,
    tally: Tally,
    unhandled: Unhandled,
    refusals: trace::Refusals,
    metrics: Metrics,
}

impl Observer {
    pub(super) fn new(provider: &'static str, catalog: &'static CatalogInfo) -> Self {
        Self {
            catalog,
            provider,
            tally: Tally::default(),
            unhandled: Unhandled::new(catalog.events().len()),
            refusals: trace::Refusals::default(),
            metrics: Metrics::new(provider, catalog),
        }
    }

    pub(super) fn unhandled(&self) -> u64 {
        self.tally.unhandled()
    }

    pub(super) fn health(&self, now: Timestamp) -> Health {
        self.tally.health(self.provider, now)
    }

    /// The end of what is not authentic, or asks for a handshake.
    #[cold]
    pub(super) fn refused(&self, ending: &DeliveryOutcome, tenant: &Tenant, now: Timestamp) {
        if ending.means() == HealthImpact::Refused {
            self.tally.refused(ending, now);
        }
        self.metrics.delivery(None, ending);
        self.refusals.tell(self.provider, tenant, ending, now);
    }

    /// The end of an authentic delivery; or of an attempt to handle one that is stored.
    pub(super) fn ended(&self, ending: &DeliveryOutcome, facts: &Facts<'_>) {
        if facts.origin == Origin::Stored {
            // Of the delivery its sender was told when it was stored.
            return trace::attempted(self.provider, facts, ending);
        }
        self.tally.ended(ending, facts);
        self.metrics.delivery(Some(facts), ending);
        match (ending, facts.event_type) {
            (DeliveryOutcome::Unhandled, Some(event_type)) => {
                let to_paste = self.unhandled.first(self.catalog, facts.index, event_type);
                trace::unhandled(self.provider, facts, to_paste.as_deref());
            }
            _ => trace::ended(self.provider, facts, ending, false),
        }
    }

    /// Watches a request whose body comes.
    pub(super) const fn arriving(&self) -> Arriving<'_> {
        Arriving {
            observer: self,
            arrived: false,
        }
    }

    /// Watches an authentic delivery from here to its end.
    pub(super) fn watch<'w>(
        &'w self,
        found: &'w RoutedDelivery<'w>,
        claim: Option<&'w RequestState>,
    ) -> Watched<'w> {
        Watched {
            observer: self,
            found,
            claim,
            span: trace::Span::none(),
            work: None,
            ended: false,
        }
    }
}

/// A request whose body comes. Dropped meanwhile, it leaves no more trace than that.
pub(super) struct Arriving<'o> {
    observer: &'o Observer,
    arrived: bool,
}

impl Arriving<'_> {
    pub(super) fn arrived(mut self) {
        self.arrived = true;
    }
}

impl Drop for Arriving<'_> {
    fn drop(&mut self) {
        if !self.arrived {
            let observer = self.observer;
            observer.metrics.delivery(None, &DeliveryOutcome::Aborted);
            trace::cut_off_before_it_was_read(observer.provider);
        }
    }
}

/// An authentic delivery on its way to its end, which is told once, also if it is dropped on its way.
pub(super) struct Watched<'w> {
    observer: &'w Observer,
    found: &'w RoutedDelivery<'w>,
    claim: Option<&'w RequestState>,
    span: trace::Span,
    work: Option<metrics::Work>,
    ended: bool,
}

impl Watched<'_> {
    /// The handler begins.
    pub(super) fn begin(&mut self) {
        let facts = self.found.facts();
        let observer = self.observer;
        self.span = trace::Span::new(observer.provider, &facts, self.found.delivery.body.len());
        self.work = Some(observer.metrics.begin());
    }

    /// A step of the handler, so that what it logs belongs to the span.
    pub(super) fn within<T>(&self, step: impl FnOnce() -> T) -> T {
        self.span.within(step)
    }

    /// The deadline of the handler has passed, and its request is answered without it.
    pub(super) fn overdue(&self) {
        self.observer
            .ended(&DeliveryOutcome::HandlerTimeout, &self.found.facts());
    }

    /// Has the request answered now, with 503, if it still waits: this is why. Whether the delivery goes on without it.
    pub(super) fn answer_now(&self, why: &DeliveryOutcome) -> bool {
        let Some(claim) = self.claim else {
            return false;
        };
        if claim.release() {
            self.observer.ended(why, &self.found.facts());
        }
        true
    }

    /// The handler has ended.
    pub(super) fn handled(&mut self, ending: &DeliveryOutcome) {
        self.span.finish(ending);
        if let Some(work) = self.work.take() {
            let facts = self.found.facts();
            self.observer.metrics.handled(&work, &facts, ending);
        }
    }

    pub(super) fn end(mut self, ending: &DeliveryOutcome) {
        self.tell(ending);
    }

    fn tell(&mut self, ending: &DeliveryOutcome) {
        self.ended = true;
        if self.work.is_some() {
            self.handled(ending);
        }
        let (observer, facts) = (self.observer, self.found.facts());
        let request = self.claim.map_or(Request::Waits, RequestState::request);
        self.span.within(|| match request {
            // The delivery has ended when its sender was answered.
            Request::Overdue => trace::ended(observer.provider, &facts, ending, true),
            Request::Left if ending.means() == HealthImpact::Success => {
                observer.ended(&DeliveryOutcome::ClientDisconnected, &facts);
            }
            Request::Left | Request::Waits => observer.ended(ending, &facts),
        });
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.tell(&DeliveryOutcome::Aborted);
        }
    }
}

/// How many bytes of an event's type are told: a sender may write any number.
const MAX_TYPE: usize = 128;

/// What of an event's type is told.
fn shorten(event_type: &str) -> &str {
    if event_type.len() <= MAX_TYPE {
        return event_type;
    }
    let end = (0..=MAX_TYPE)
        .rev()
        .find(|end| event_type.is_char_boundary(*end));
    event_type
        .get(..end.unwrap_or_default())
        .unwrap_or_default()
}

impl RoutedDelivery<'_> {
    fn facts(&self) -> Facts<'_> {
        let mut facts = Facts::of(self.received_at, &self.delivery, self.event_index);
        facts.handler = Some(self.handler.name());
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_types_are_cut_between_characters() {
        assert_eq!(shorten("parcel.sent"), "parcel.sent");
        assert_eq!(shorten(&"x".repeat(500)), "x".repeat(MAX_TYPE));
        assert_eq!(
            shorten(&"\u{20ac}".repeat(500)),
            "\u{20ac}".repeat(MAX_TYPE / 3)
        );
    }
}
