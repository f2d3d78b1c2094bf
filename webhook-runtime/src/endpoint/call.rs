//! The handler: called as soon as there is a place for it, until it ends, panics, or takes too long.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Poll, ready};

use super::find::Found;
use super::mode::Mode;
use super::running::Claim;
use super::{DeliveryOutcome, Endpoint, Report};
use crate::observe::{DeliveryGuard, RequestState};
use crate::router::Router;

impl<R: Router> Endpoint<R> {
    /// Calls the handler as soon as there is a place for it, or lays the delivery down for it.
    pub(super) async fn call(&self, found: &Found<'_>, claim: Option<&Claim>) -> Report {
        let mut watched = self
            .inner
            .observer
            .watch(found, claim.map(|claim| claim as &dyn RequestState));
        let _slot;
        let ending = match &self.inner.mode {
            Some(mode) => self.call_in(mode, found, claim, &mut watched).await,
            None => {
                let entered = match self.inner.running.enter_now() {
                    Some(entered) => entered,
                    None => Box::pin(self.inner.running.enter()).await,
                };
                match entered {
                    Ok(slot) => {
                        _slot = slot;
                        self.run_handler(found, claim, &mut watched).await
                    }
                    Err(ending) => ending,
                }
            }
        };
        watched.finish(&ending);
        Report {
            handler: Some(found.info.name()),
            outcome: ending,
        }
    }

    /// Boxed, so that the future of an endpoint without a mode stays small.
    fn call_in<'f>(
        &'f self,
        mode: &'f Mode,
        found: &'f Found<'_>,
        claim: Option<&'f Claim>,
        watched: &'f mut DeliveryGuard<'_>,
    ) -> Pin<Box<dyn Future<Output = DeliveryOutcome> + Send + 'f>> {
        match mode {
            Mode::Inbox(inbox) => Box::pin(self.lay_down(inbox, found)),
            Mode::DeliveryQueue(queue) => Box::pin(self.hand_off(queue, found)),
            Mode::Once(once) => Box::pin(async move {
                match self.inner.running.enter().await {
                    Ok(_slot) => self.call_once(once, found, claim, watched).await,
                    Err(ending) => ending,
                }
            }),
        }
    }

    pub(super) async fn run_handler(
        &self,
        found: &Found<'_>,
        claim: Option<&Claim>,
        watched: &mut DeliveryGuard<'_>,
    ) -> DeliveryOutcome {
        let Found {
            handler, received, ..
        } = found;
        watched.handler_started(received.body.len());
        let told = &*watched;
        let mut deadline = self.inner.running.handler_timeout();
        let mut call = pin!(Some(self.inner.router.dispatch(*handler, received)));
        if let Some(claim) = claim {
            claim.begin();
        }
        let ending = poll_fn(|cx| {
            // The handler is not touched again after a panic, so nothing broken is seen through it.
            let step = AssertUnwindSafe(|| {
                let ending = match call.as_mut().as_pin_mut().map(|call| call.poll(cx)) {
                    Some(Poll::Ready(handled)) => DeliveryOutcome::of(handled),
                    _ => ready!(deadline.poll(cx, claim, || told.handler_timed_out())),
                };
                // Dropped here, where a panic is caught.
                call.set(None);
                Poll::Ready(ending)
            });
            told.in_span(|| catch_unwind(step).unwrap_or(Poll::Ready(DeliveryOutcome::Panicked)))
        })
        .await;
        watched.handler_finished(&ending);
        ending
    }
}
