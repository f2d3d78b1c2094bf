//! Timers. They start when a future is first not ready, so that a future that is ready at once costs no timer.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::runtime::{Sleep, start_timer};

/// A timer that starts when it is first polled.
pub(in crate::endpoint) struct Timer {
    after: Option<Duration>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Timer {
    /// Creates a timer. `None`: it is never ready.
    pub(in crate::endpoint) const fn new(after: Option<Duration>) -> Self {
        Self { after, sleep: None }
    }

    /// Ready once, when the time has elapsed; never without a runtime that has timers.
    pub(in crate::endpoint) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(after) = self.after else {
            return Poll::Pending;
        };
        if self.sleep.is_none() {
            self.sleep = start_timer(after);
        }
        let Some(sleep) = &mut self.sleep else {
            // Not tried again, because the runtime does not change.
            self.after = None;
            return Poll::Pending;
        };
        ready!(sleep.as_mut().poll(cx));
        *self = Self::new(None);
        Poll::Ready(())
    }
}

/// Returns the future's output if it completes in time. Without timers, a future that is not ready at once times out.
pub(super) async fn with_timeout<F: Future + Unpin>(
    limit: Duration,
    mut future: F,
) -> Option<F::Output> {
    let mut sleep = start_timer(limit);
    poll_fn(|cx| match Pin::new(&mut future).poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => match &mut sleep {
            Some(sleep) => sleep.as_mut().poll(cx).map(|()| None),
            None => Poll::Ready(None),
        },
    })
    .await
}

/// Sleeps. Returns false, and at once, without timers.
pub(in crate::endpoint) async fn sleep(duration: Duration) -> bool {
    match start_timer(duration) {
        Some(sleep) => {
            sleep.await;
            true
        }
        None => false,
    }
}
