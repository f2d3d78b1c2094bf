//! One call of a handler: until it ends, panics, or exceeds its timeout.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, ready};

use super::timer::Timer;
use super::{Handover, Limits, OnTimeout, RoutedGuard};
use crate::endpoint::delivery::RoutedDelivery;
use crate::observe::DeliveryOutcome;
use crate::router::Router;

/// Calls the handler of a routed delivery.
///
/// Not an `async fn`, whose future would contain its arguments twice.
#[expect(clippy::manual_async_fn, reason = "the future would be larger")]
pub(in crate::endpoint) fn call_handler<R: Router>(
    router: &R,
    limits: &Limits,
    routed: &RoutedDelivery<'_>,
    request: Option<&Handover>,
    guard: &mut RoutedGuard<'_, '_>,
) -> impl Future<Output = DeliveryOutcome> + Send {
    async move {
        guard.handler_started(routed.delivery.body.len());
        let observed = &*guard;
        let mut timeout = HandlerTimeout::new(limits);
        let mut call = pin!(Some(
            router.dispatch(routed.handler_index, &routed.delivery)
        ));
        if let Some(request) = request {
            request.start();
        }
        let outcome = poll_fn(|cx| {
            // The handler is not polled again after a panic, so that no broken state is observed through it.
            let step = AssertUnwindSafe(|| {
                let outcome = match call.as_mut().as_pin_mut().map(|call| call.poll(cx)) {
                    Some(Poll::Ready(handled)) => DeliveryOutcome::of(handled),
                    _ => ready!(timeout.poll(cx, request, || observed.handler_timed_out())),
                };
                // Dropped here, where a panic is caught.
                call.set(None);
                Poll::Ready(outcome)
            });
            observed
                .in_span(|| catch_unwind(step).unwrap_or(Poll::Ready(DeliveryOutcome::Panicked)))
        })
        .await;
        guard.handler_finished(&outcome);
        outcome
    }
}

/// The timeout of one handler. It is part of the delivery, not of the request, so that it applies to a delivery whose
/// request was dropped, and its log line belongs to the delivery's span.
struct HandlerTimeout {
    timer: Timer,
    on_timeout: OnTimeout,
}

impl HandlerTimeout {
    fn new(limits: &Limits) -> Self {
        Self {
            timer: Timer::new(limits.handler_timeout),
            on_timeout: limits.on_handler_timeout.unwrap_or(OnTimeout::Finish),
        }
    }

    /// Ready if the handler is to be cancelled. A handler that may finish is detached from its request, if it has one.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        request: Option<&Handover>,
        report: impl FnOnce(),
    ) -> Poll<DeliveryOutcome> {
        ready!(self.timer.poll(cx));
        match (self.on_timeout, request) {
            (OnTimeout::Cancel, _) => Poll::Ready(DeliveryOutcome::HandlerCancelled),
            (OnTimeout::Finish, Some(request)) => {
                if request.release() {
                    report();
                }
                Poll::Pending
            }
            (OnTimeout::Finish, None) => Poll::Pending,
        }
    }
}
