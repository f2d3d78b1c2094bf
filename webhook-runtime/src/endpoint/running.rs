//! Handlers in flight: counted, limited, and run to their end even if their requests are dropped.
//!
//! - **A slot is acquired after the signature is verified**, so that unauthenticated requests occupy none.
//! - **The count of handlers and the flag of a shutdown are one atomic number**, so that no handler starts after a shutdown
//!   has counted them.
//! - **Timers start when a future is first not ready**, so that a delivery that is ready at once costs none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, SemaphorePermit};

pub(super) mod handler;
mod handover;
mod limits;
mod response;
pub(super) mod runtime;
mod shutdown;
pub(super) mod timer;

pub(super) use self::handover::{Handover, RoutedGuard};
pub(super) use self::limits::Limits;
pub use self::limits::OnTimeout;
pub use self::response::ResponseFuture;
pub use self::shutdown::ShutdownReport;
use self::timer::{Timer, with_timeout};
use crate::observe::DeliveryOutcome;

/// Maximum time that the body of a rejected request is read: its sender receives the answer only afterwards, and may wait
/// for the answer before it sends anything.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);

/// Default time that a delivery waits for a slot: most of the shortest timeout of a sender (5 seconds) is left for the
/// handler.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(2);

/// Flag in [`Running::state`]: no more handlers start.
const CLOSED: usize = 1;
/// One handler in flight, in [`Running::state`].
const ONE: usize = 2;

/// The handlers in flight of one endpoint, with its limits.
#[derive(Debug)]
pub(super) struct Running {
    limits: Limits,
    /// Number of handlers in flight, times [`ONE`], plus [`CLOSED`].
    state: AtomicUsize,
    slots: Option<Semaphore>,
    idle: Notify,
    closing: Arc<Notify>,
}

impl Running {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            slots: limits
                .concurrency_limit
                .map(|limit| Semaphore::new(limit.min(Semaphore::MAX_PERMITS))),
            limits,
            state: AtomicUsize::new(0),
            idle: Notify::new(),
            closing: Arc::default(),
        }
    }

    pub(super) const fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn body_timer(&self) -> Timer {
        Timer::new(self.limits.body_timeout)
    }

    /// Timer for reading the rest of a rejected body.
    pub(super) fn drain_timer(&self) -> Timer {
        let limit = self.limits.body_timeout.unwrap_or(DRAIN_TIMEOUT);
        Timer::new(Some(DRAIN_TIMEOUT.min(limit)))
    }

    /// Returns a slot, or the rejection of a closed endpoint; `None` if all slots are taken.
    pub(super) fn try_acquire(&self) -> Option<Result<Slot<'_>, DeliveryOutcome>> {
        let counted = match self.count() {
            Ok(counted) => counted,
            Err(closed) => return Some(Err(closed)),
        };
        let permit = match &self.slots {
            Some(slots) => Some(slots.try_acquire().ok()?),
            None => None,
        };
        Some(Ok(Slot {
            _counted: counted,
            _permit: permit,
        }))
    }

    /// Waits for a slot, at most for the queue timeout. Deliveries get slots in the order of their arrival.
    pub(super) async fn acquire(&self) -> Result<Slot<'_>, DeliveryOutcome> {
        if let Some(acquired) = self.try_acquire() {
            return acquired;
        }
        let counted = self.count()?;
        let permit = self
            .wait_for_permit()
            .await
            .ok_or(DeliveryOutcome::AtCapacity)?;
        Ok(Slot {
            _counted: counted,
            _permit: Some(permit),
        })
    }

    /// Returns the notification of the shutdown.
    pub(super) fn closing(&self) -> Arc<Notify> {
        Arc::clone(&self.closing)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Counts one more handler in flight. Returns false if the endpoint is closed; the handler is counted even then.
    pub(super) fn increment(&self) -> bool {
        self.state.fetch_add(ONE, Ordering::AcqRel) & CLOSED == 0
    }

    pub(super) fn decrement(&self) {
        let before = self.state.fetch_sub(ONE, Ordering::AcqRel);
        if before == ONE | CLOSED {
            self.idle.notify_waiters();
        }
    }

    fn count(&self) -> Result<Counted<'_>, DeliveryOutcome> {
        let is_open = self.increment();
        let counted = Counted(self);
        if is_open {
            Ok(counted)
        } else {
            Err(DeliveryOutcome::ShuttingDown)
        }
    }

    async fn wait_for_permit(&self) -> Option<SemaphorePermit<'_>> {
        let slots = self.slots.as_ref()?;
        match self.limits.queue_timeout.unwrap_or(Some(QUEUE_TIMEOUT)) {
            Some(Duration::ZERO) => None,
            Some(timeout) => with_timeout(timeout, Box::pin(slots.acquire())).await?.ok(),
            None => slots.acquire().await.ok(),
        }
    }
}

/// The right to run one handler. Counts as in flight until it is dropped.
pub(super) struct Slot<'r> {
    _permit: Option<SemaphorePermit<'r>>,
    _counted: Counted<'r>,
}

/// Counts as one handler in flight until it is dropped.
struct Counted<'r>(&'r Running);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.decrement();
    }
}
