//! Handlers at work: counted, limited, and run to their end, whatever becomes of their requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, SemaphorePermit};

mod claim;
mod limits;
mod response;
mod shutdown;
mod timer;

pub(super) use self::claim::Claim;
pub use self::limits::OnTimeout;
pub(super) use self::limits::Settings;
pub use self::response::ResponseFuture;
pub use self::shutdown::ShutdownReport;
use self::timer::before;
pub(super) use self::timer::{Deadline, HandlerTimeout, Timer, pause};
use super::{BuildError, DeliveryOutcome};

/// How long a refused body is read at most: its sender hears of the refusal only then, and may wait to hear of it
/// before it sends anything.
const DRAIN_DEADLINE: Duration = Duration::from_secs(1);

/// Default time that a delivery waits for a slot: most of the shortest timeout of a sender (5 seconds) is left for the
/// handler.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(2);

/// Set in the state of [`Running`] once it takes no more.
const CLOSED: usize = 1;
/// A handler at work, in the state of [`Running`].
const ONE: usize = 2;

/// The handlers at work in an endpoint.
#[derive(Debug)]
pub(super) struct Running {
    settings: Settings,
    /// How many there are, and whether more are taken: one number, so that none slips in beside a shutdown.
    state: AtomicUsize,
    places: Option<Semaphore>,
    none_left: Notify,
    closing: Arc<Notify>,
}

impl Running {
    pub(super) fn new(provider: &'static str, settings: &Settings) -> Result<Self, BuildError> {
        let places = match settings.concurrency_limit {
            Some(0) => return Err(BuildError::NoConcurrency { provider }),
            Some(limit) => Some(Semaphore::new(limit.min(Semaphore::MAX_PERMITS))),
            None => None,
        };
        Ok(Self {
            settings: settings.clone(),
            state: AtomicUsize::new(0),
            places,
            none_left: Notify::new(),
            closing: Arc::default(),
        })
    }

    pub(super) fn body_timeout(&self) -> Timer {
        Timer::new(self.settings.body_timeout)
    }

    /// How long a refused body is read and thrown away.
    pub(super) fn drain_timeout(&self) -> Timer {
        let most = self.settings.body_timeout.unwrap_or(DRAIN_DEADLINE);
        Timer::new(Some(DRAIN_DEADLINE.min(most)))
    }

    pub(super) fn handler_timeout(&self) -> HandlerTimeout {
        HandlerTimeout::new(
            self.settings.handler_timeout,
            self.settings
                .on_handler_timeout
                .unwrap_or(OnTimeout::Finish),
        )
    }

    /// A place for a handler, if there is one now.
    pub(super) fn enter_now(&self) -> Option<Result<Slot<'_>, DeliveryOutcome>> {
        let counted = match self.count_in() {
            Ok(counted) => counted,
            Err(closed) => return Some(Err(closed)),
        };
        let permit = match &self.places {
            Some(places) => Some(places.try_acquire().ok()?),
            None => None,
        };
        Some(Ok(Slot {
            _counted: counted,
            _permit: permit,
        }))
    }

    /// A place for a handler, as soon as there is one.
    pub(super) async fn enter(&self) -> Result<Slot<'_>, DeliveryOutcome> {
        if let Some(entered) = self.enter_now() {
            return entered;
        }
        let counted = self.count_in()?;
        let permit = self.wait().await.ok_or(DeliveryOutcome::AtCapacity)?;
        Ok(Slot {
            _counted: counted,
            _permit: Some(permit),
        })
    }

    /// Tells when no more are taken.
    pub(super) fn closing(&self) -> Arc<Notify> {
        Arc::clone(&self.closing)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Counts one more as at work. Whether more are taken.
    pub(super) fn add_one(&self) -> bool {
        self.state.fetch_add(ONE, Ordering::AcqRel) & CLOSED == 0
    }

    /// Counts one less.
    pub(super) fn take_one(&self) {
        let before = self.state.fetch_sub(ONE, Ordering::AcqRel);
        if before == ONE | CLOSED {
            self.none_left.notify_waiters();
        }
    }

    fn count_in(&self) -> Result<Counted<'_>, DeliveryOutcome> {
        let is_taken = self.add_one();
        let counted = Counted(self);
        if is_taken {
            Ok(counted)
        } else {
            Err(DeliveryOutcome::ShuttingDown)
        }
    }

    async fn wait(&self) -> Option<SemaphorePermit<'_>> {
        let places = self.places.as_ref()?;
        match self.settings.queue_timeout.unwrap_or(Some(QUEUE_TIMEOUT)) {
            Some(Duration::ZERO) => None,
            Some(timeout) => before(timeout, Box::pin(places.acquire())).await?.ok(),
            None => places.acquire().await.ok(),
        }
    }
}

/// A handler's place among those at work.
pub(super) struct Slot<'r> {
    _permit: Option<SemaphorePermit<'r>>,
    _counted: Counted<'r>,
}

/// Counts as one at work while it lives.
struct Counted<'r>(&'r Running);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.take_one();
    }
}
