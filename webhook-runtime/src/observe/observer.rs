//! The observer: the only module that records outcomes, in the log, metrics and health.
//!
//! - **Every delivery is recorded once**, also if its future is dropped: [`DeliveryGuard`] records `aborted` on drop.
//! - **Health and the counter follow the response**: a handler that succeeds after its sender got a 503, or has
//!   disconnected, is a failure for the provider, which redelivers.
//! - **Attempts of stored deliveries are only logged**: the delivery was counted when it was stored.

use super::health::{Counters, Health};
#[cfg(feature = "metrics")]
use super::metrics::{Metrics, RunningHandler};
use super::outcome::HealthImpact;
use super::unhandled::Unhandled;
use super::{DeliveryOutcome, Facts, log};
use crate::catalog::CatalogInfo;
use crate::delivery::Timestamp;
use crate::handler::Origin;
use crate::tenant::Tenant;

/// Records the outcomes of one endpoint's deliveries.
pub(crate) struct Observer {
    catalog: &'static CatalogInfo,
    provider: &'static str,
    counters: Counters,
    unhandled: Unhandled,
    rejections: log::Rejections,
    #[cfg(feature = "metrics")]
    metrics: Metrics,
}

impl Observer {
    pub(crate) fn new(provider: &'static str, catalog: &'static CatalogInfo) -> Self {
        Self {
            catalog,
            provider,
            counters: Counters::default(),
            unhandled: Unhandled::new(catalog.events().len()),
            rejections: log::Rejections::default(),
            #[cfg(feature = "metrics")]
            metrics: Metrics::new(provider, catalog),
        }
    }

    /// Returns the number of deliveries without a handler.
    pub(crate) fn unhandled(&self) -> u64 {
        self.counters.unhandled()
    }

    pub(crate) fn health(&self, now: Timestamp) -> Health {
        self.counters.snapshot(self.provider, now)
    }

    /// Records a request that was rejected, or a handshake that was answered.
    #[cold]
    pub(crate) fn record_rejection(
        &self,
        outcome: &DeliveryOutcome,
        tenant: &Tenant,
        now: Timestamp,
    ) {
        if outcome.info().health == HealthImpact::Rejected {
            self.counters.record_rejection(outcome, now);
        }
        #[cfg(feature = "metrics")]
        self.metrics.record_delivery(None, outcome);
        self.rejections.record(self.provider, tenant, outcome, now);
    }

    /// Records the outcome of an authentic delivery, or of an attempt to handle a stored one.
    pub(crate) fn record(&self, outcome: &DeliveryOutcome, facts: &Facts<'_>) {
        if facts.origin == Origin::Stored {
            return log::attempt(self.provider, facts, outcome);
        }
        self.counters.record(outcome, facts);
        #[cfg(feature = "metrics")]
        self.metrics.record_delivery(Some(facts), outcome);
        match (outcome, facts.event_type) {
            (DeliveryOutcome::Unhandled, Some(event_type)) => {
                let suggestion = self
                    .unhandled
                    .suggestion(self.catalog, facts.index, event_type);
                log::unhandled(self.provider, facts, suggestion.as_deref());
            }
            _ => log::delivery(self.provider, facts, outcome),
        }
    }

    /// Watches a request while its body is read.
    pub(crate) const fn watch_body(&self) -> BodyGuard<'_> {
        BodyGuard {
            observer: self,
            is_read: false,
        }
    }

    /// Watches an authentic delivery until its outcome is recorded.
    pub(crate) fn watch<'g, D: Observed, S: RequestState>(
        &'g self,
        delivery: &'g D,
        request: Option<&'g S>,
    ) -> DeliveryGuard<'g, D, S> {
        DeliveryGuard {
            observer: self,
            delivery,
            request,
            span: log::Span::none(),
            is_handler_running: false,
            #[cfg(feature = "metrics")]
            running: None,
            is_recorded: false,
        }
    }
}

/// Records `aborted` if a request is dropped while its body is read. Such a request is not proven to be a delivery, so
/// health does not count it.
pub(crate) struct BodyGuard<'o> {
    observer: &'o Observer,
    is_read: bool,
}

impl BodyGuard<'_> {
    /// Ends the watch: the body was read, or the request was rejected.
    pub(crate) fn finish(mut self) {
        self.is_read = true;
    }
}

impl Drop for BodyGuard<'_> {
    fn drop(&mut self) {
        if !self.is_read {
            let observer = self.observer;
            #[cfg(feature = "metrics")]
            observer
                .metrics
                .record_delivery(None, &DeliveryOutcome::Aborted);
            log::body_aborted(observer.provider);
        }
    }
}

/// A delivery whose facts can be reported. They are computed on demand: a copy in the guard would enlarge the future of
/// every delivery.
pub(crate) trait Observed: Sync {
    fn facts(&self) -> Facts<'_>;
}

/// Whether the sender of a delivery still waits for the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SenderState {
    /// The sender waits.
    Waiting,
    /// The sender got a 503 before the handler finished.
    Answered,
    /// The sender disconnected.
    Disconnected,
}

/// State of the request that a delivery arrived in, as the endpoint tracks it.
pub(crate) trait RequestState: Sync {
    /// Returns whether the sender still waits.
    fn sender(&self) -> SenderState;

    /// Answers the request without waiting for the handler. Returns `false` if no sender waits.
    fn answer_now(&self) -> bool;
}

/// An authentic delivery whose outcome is not recorded yet. Records it exactly once, on drop as `aborted`.
pub(crate) struct DeliveryGuard<'g, D: Observed, S: RequestState> {
    observer: &'g Observer,
    delivery: &'g D,
    /// `None` if the caller waits for the handler, whatever happens.
    request: Option<&'g S>,
    span: log::Span,
    is_handler_running: bool,
    #[cfg(feature = "metrics")]
    running: Option<RunningHandler>,
    is_recorded: bool,
}

impl<D: Observed, S: RequestState> DeliveryGuard<'_, D, S> {
    /// Records that the handler starts.
    pub(crate) fn handler_started(&mut self, body_bytes: usize) {
        self.span = log::Span::new(self.observer.provider, &self.delivery.facts(), body_bytes);
        self.is_handler_running = true;
        #[cfg(feature = "metrics")]
        {
            self.running = Some(self.observer.metrics.handler_started());
        }
    }

    /// Runs a step of the handler within its span.
    pub(crate) fn in_span<T>(&self, step: impl FnOnce() -> T) -> T {
        self.span.in_scope(step)
    }

    /// Records that the handler timed out and its request is answered without it.
    pub(crate) fn handler_timed_out(&self) {
        self.observer
            .record(&DeliveryOutcome::HandlerTimeout, &self.delivery.facts());
    }

    /// Answers the request now, with the status of this outcome, if the sender still waits. Returns whether the delivery
    /// continues without its request.
    pub(crate) fn answer_now(&self, outcome: &DeliveryOutcome) -> bool {
        let Some(request) = self.request else {
            return false;
        };
        if request.answer_now() {
            self.observer.record(outcome, &self.delivery.facts());
        }
        true
    }

    /// Records that the handler has finished: in its span, and in the histogram of durations.
    pub(crate) fn handler_finished(&mut self, outcome: &DeliveryOutcome) {
        self.span.finish(outcome);
        self.is_handler_running = false;
        #[cfg(feature = "metrics")]
        if let Some(running) = self.running.take() {
            self.observer
                .metrics
                .handler_finished(&running, &self.delivery.facts(), outcome);
        }
    }

    /// Records the outcome of the delivery.
    pub(crate) fn finish(mut self, outcome: &DeliveryOutcome) {
        self.record(outcome);
    }

    fn record(&mut self, outcome: &DeliveryOutcome) {
        self.is_recorded = true;
        if self.is_handler_running {
            self.handler_finished(outcome);
        }
        let (observer, facts) = (self.observer, &self.delivery.facts());
        let sender = self
            .request
            .map_or(SenderState::Waiting, RequestState::sender);
        self.span.in_scope(|| match sender {
            // The outcome was recorded when the sender was answered.
            SenderState::Answered => log::after_response(observer.provider, facts, outcome),
            SenderState::Disconnected if outcome.info().health == HealthImpact::Success => {
                observer.record(&DeliveryOutcome::ClientDisconnected, facts);
            }
            SenderState::Disconnected | SenderState::Waiting => observer.record(outcome, facts),
        });
    }
}

impl<D: Observed, S: RequestState> Drop for DeliveryGuard<'_, D, S> {
    fn drop(&mut self) {
        if !self.is_recorded {
            self.record(&DeliveryOutcome::Aborted);
        }
    }
}
