//! Stage 4: outcome, of a delivery that ends before its handler. The guard of a routed delivery reports the others.

use crate::endpoint::state::EndpointState;
use crate::endpoint::{DeliveryOutcome, Facts, Report};
use crate::tenant::Tenant;

impl<R> EndpointState<R> {
    /// Ends a request that is not an authentic delivery.
    pub(super) fn reject(&self, outcome: DeliveryOutcome) -> Report {
        self.reject_for(&Tenant::NONE, outcome)
    }

    pub(super) fn reject_for(&self, tenant: &Tenant, outcome: DeliveryOutcome) -> Report {
        self.observer.refused(&outcome, tenant, self.clock.now());
        Report {
            handler: None,
            ending: outcome,
        }
    }

    /// Ends an authentic delivery that no handler takes.
    pub(super) fn end(&self, outcome: DeliveryOutcome, facts: &Facts<'_>) -> Report {
        self.observer.ended(&outcome, facts);
        Report {
            handler: None,
            ending: outcome,
        }
    }
}
