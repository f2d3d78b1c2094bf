//! Shutdown: closes the endpoint to new deliveries, and waits for the handlers in flight.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::timer::with_timeout;
use super::{CLOSED, ONE, Running};

/// The result of [`Endpoint::shutdown`](crate::Endpoint::shutdown).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// Duration of the shutdown.
    pub elapsed: Duration,
    /// Number of handlers that ended during the shutdown, including those that were queued for a slot.
    pub completed: usize,
    /// Number of handlers still running: 0 unless the timeout elapsed.
    pub remaining: usize,
}

impl Running {
    pub(in crate::endpoint) fn in_flight(&self) -> usize {
        self.state.load(Ordering::Acquire) / ONE
    }

    /// Closes the endpoint and waits for all handlers.
    pub(in crate::endpoint) async fn shutdown(&self) -> ShutdownReport {
        let (started, in_flight) = self.close();
        self.until_idle().await;
        ShutdownReport {
            elapsed: started.elapsed(),
            completed: in_flight,
            remaining: 0,
        }
    }

    /// Closes the endpoint and waits for its handlers, at most this long.
    pub(in crate::endpoint) async fn shutdown_within(&self, limit: Duration) -> ShutdownReport {
        let (started, in_flight) = self.close();
        let remaining = match with_timeout(limit, pin!(self.until_idle())).await {
            Some(()) => 0,
            None => self.in_flight(),
        };
        ShutdownReport {
            elapsed: started.elapsed(),
            completed: in_flight.saturating_sub(remaining),
            remaining,
        }
    }

    /// Closes the endpoint. Returns the time and the number of handlers in flight.
    fn close(&self) -> (Instant, usize) {
        let started = Instant::now();
        let before = self.state.fetch_or(CLOSED, Ordering::AcqRel);
        self.closing.notify_waiters();
        (started, before / ONE)
    }

    async fn until_idle(&self) {
        loop {
            let mut notified = pin!(self.idle.notified());
            // The count is read after this, so that no notification is missed.
            notified.as_mut().enable();
            if self.in_flight() == 0 {
                return;
            }
            notified.await;
        }
    }
}
