//! Stage 4: outcome. Records deliveries that end before they have a handler; [`DeliveryGuard`](crate::observe::DeliveryGuard) records all others.

use crate::endpoint::delivery::RoutedDelivery;
use crate::endpoint::running::{Handover, RoutedGuard};
use crate::endpoint::state::EndpointState;
use crate::observe::{DeliveryOutcome, Facts, Report};
use crate::tenant::Tenant;

impl<R> EndpointState<R> {
    /// Ends a request that is not an authentic delivery.
    pub(super) fn reject(&self, outcome: DeliveryOutcome) -> Report {
        self.reject_for(&Tenant::NONE, outcome)
    }

    pub(super) fn reject_for(&self, tenant: &Tenant, outcome: DeliveryOutcome) -> Report {
        self.observer
            .record_rejection(&outcome, tenant, self.clock.now());
        Report {
            handler: None,
            outcome,
        }
    }

    /// Watches a routed delivery until its outcome is recorded.
    pub(super) fn watch<'g, 'd>(
        &'g self,
        routed: &'g RoutedDelivery<'d>,
        request: Option<&'g Handover>,
    ) -> RoutedGuard<'g, 'd> {
        self.observer.watch(routed, request)
    }

    /// Ends an authentic delivery that no handler takes.
    pub(super) fn end(&self, outcome: DeliveryOutcome, facts: &Facts<'_>) -> Report {
        self.observer.record(&outcome, facts);
        Report {
            handler: None,
            outcome,
        }
    }
}
