//! Deadlines, on tokio's clock.

use std::future::poll_fn;
use std::panic::catch_unwind;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Sleep, sleep};

use super::super::DeliveryOutcome;
use super::{Claim, OnTimeout};

/// Time that runs from the first poll on: what is ready at once needs no timer, and pays for none.
pub(in super::super) struct Timer {
    after: Option<Duration>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Timer {
    /// Never ready, if there is no time.
    pub(in super::super) const fn new(after: Option<Duration>) -> Self {
        Self { after, sleep: None }
    }

    /// Ready once, when the time is up; never where there is no runtime with timers.
    pub(in super::super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(after) = self.after else {
            return Poll::Pending;
        };
        if self.sleep.is_none() {
            self.sleep = start(after);
        }
        let Some(sleep) = &mut self.sleep else {
            // Not asked for again: the answer will not change.
            self.after = None;
            return Poll::Pending;
        };
        ready!(sleep.as_mut().poll(cx));
        *self = Self::new(None);
        Poll::Ready(())
    }
}

/// How long something may take, each time anew.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Deadline(Option<Duration>);

impl Deadline {
    pub(super) const fn new(after: Option<Duration>) -> Self {
        Self(after)
    }

    pub(in super::super) const fn timer(self) -> Timer {
        Timer::new(self.0)
    }
}

/// What comes of a future before the time is up. Where no time runs, it is up at once.
pub(super) async fn before<F: Future + Unpin>(limit: Duration, mut future: F) -> Option<F::Output> {
    let mut sleep = start(limit);
    poll_fn(|cx| match Pin::new(&mut future).poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => match &mut sleep {
            Some(sleep) => sleep.as_mut().poll(cx).map(|()| None),
            None => Poll::Ready(None),
        },
    })
    .await
}

/// Waits; false, and at once, where no time runs.
pub(in super::super) async fn pause(time: Duration) -> bool {
    match start(time) {
        Some(sleep) => {
            sleep.await;
            true
        }
        None => false,
    }
}

/// None: there is no runtime here, or its timers are not enabled, of which tokio tells by a panic alone.
fn start(after: Duration) -> Option<Pin<Box<Sleep>>> {
    Handle::try_current().ok()?;
    catch_unwind(|| Box::pin(sleep(after))).ok()
}

/// How long a handler may take, and what becomes of it then.
pub(in super::super) struct HandlerTimeout {
    timer: Timer,
    then: OnTimeout,
}

impl HandlerTimeout {
    pub(super) const fn new(timeout: Option<Duration>, then: OnTimeout) -> Self {
        Self {
            timer: Timer::new(timeout),
            then,
        }
    }

    /// Ready if the handler is to end here. One that may finish is left by its request, if it has one.
    pub(in super::super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        claim: Option<&Claim>,
        tell: impl FnOnce(),
    ) -> Poll<DeliveryOutcome> {
        ready!(self.timer.poll(cx));
        match (self.then, claim) {
            (OnTimeout::Cancel, _) => Poll::Ready(DeliveryOutcome::HandlerCancelled),
            (OnTimeout::Finish, Some(claim)) => {
                if claim.release() {
                    tell();
                }
                Poll::Pending
            }
            (OnTimeout::Finish, None) => Poll::Pending,
        }
    }
}
