//! Stage 3: run. The mode, a slot, and the handler.

use std::pin::Pin;

use crate::endpoint::delivery::RoutedDelivery;
use crate::endpoint::modes::{IdempotentMode, Mode};
use crate::endpoint::running::handler::call_handler;
use crate::endpoint::running::{Handover, RoutedGuard};
use crate::endpoint::state::EndpointState;
use crate::observe::{DeliveryOutcome, Report};
use crate::router::Router;

impl<R: Router> EndpointState<R> {
    /// Runs a routed delivery in the endpoint's mode.
    pub(super) async fn run(
        &self,
        routed: &RoutedDelivery<'_>,
        request: Option<&Handover>,
    ) -> Report {
        let mut guard = self.watch(routed, request);
        let _slot;
        let outcome = match &self.mode {
            Some(mode) => self.run_in(mode, routed, request, &mut guard).await,
            None => {
                let acquired = match self.running.try_acquire() {
                    Some(acquired) => acquired,
                    None => Box::pin(self.running.acquire()).await,
                };
                match acquired {
                    Ok(slot) => {
                        _slot = slot;
                        self.call(routed, request, &mut guard).await
                    }
                    Err(outcome) => outcome,
                }
            }
        };
        guard.finish(&outcome);
        Report {
            handler: Some(routed.handler.name()),
            outcome,
        }
    }

    /// Boxed, so that the future of an endpoint in the plain mode stays small.
    fn run_in<'f>(
        &'f self,
        mode: &'f Mode,
        routed: &'f RoutedDelivery<'_>,
        request: Option<&'f Handover>,
        guard: &'f mut RoutedGuard<'_, '_>,
    ) -> Pin<Box<dyn Future<Output = DeliveryOutcome> + Send + 'f>> {
        match mode {
            Mode::Inbox(inbox) => Box::pin(async move {
                // For each delivery, because there may have been no runtime when the endpoint was built.
                inbox.start_workers();
                match self.running.is_closed() {
                    true => DeliveryOutcome::ShuttingDown,
                    false => inbox.enqueue(routed).await,
                }
            }),
            Mode::Forward(forward) => Box::pin(forward.forward(routed)),
            Mode::Idempotent(idempotent) => Box::pin(async move {
                match self.running.acquire().await {
                    Ok(_slot) => {
                        self.run_idempotent(idempotent, routed, request, guard)
                            .await
                    }
                    Err(outcome) => outcome,
                }
            }),
        }
    }

    /// Claims the delivery, calls its handler, and records the outcome.
    async fn run_idempotent(
        &self,
        mode: &IdempotentMode,
        routed: &RoutedDelivery<'_>,
        request: Option<&Handover>,
        guard: &mut RoutedGuard<'_, '_>,
    ) -> DeliveryOutcome {
        let delivery = &routed.delivery;
        let key = &mode.config().keys.key(delivery.tenant, &delivery.verified);
        // From here on the store may have a claim, which must be released, so the delivery runs to its end.
        if let Some(request) = request {
            request.start();
        }
        let claim = match mode.claim(key, guard).await {
            Ok(claim) => claim,
            Err(outcome) => return outcome,
        };
        let handler = self.call(routed, request, guard);
        let outcome = mode.keep_claimed(&claim, handler).await;
        mode.record(&claim, outcome, guard).await
    }

    /// Calls the handler. Not an `async fn`: its future would contain the one of the handler and the arguments again.
    pub(super) fn call(
        &self,
        routed: &RoutedDelivery<'_>,
        request: Option<&Handover>,
        guard: &mut RoutedGuard<'_, '_>,
    ) -> impl Future<Output = DeliveryOutcome> + Send {
        call_handler(&self.router, self.running.limits(), routed, request, guard)
    }
}
