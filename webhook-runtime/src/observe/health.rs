//! Health of an endpoint: counters that show a problem before the provider gives up on the endpoint.
//!
//! - **A success costs one addition**: counters take no lock. Only failures and rejections do, to store their details.
//! - **Times are those of receipt**, because the pipeline has read that time anyway.

use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::outcome::HealthImpact;
use super::{DeliveryOutcome, Facts};
use crate::delivery::{EventType, Timestamp};

/// Snapshot of an endpoint's health: [`Endpoint::health`](crate::Endpoint::health), counted since the endpoint was built.
///
/// Each outcome counts as one of these; [`DeliveryOutcome::TABLE`](crate::DeliveryOutcome::TABLE) lists which.
///
/// - **Success**: an authentic delivery that is answered with 200. An event without a handler is one.
/// - **Failure**: an authentic delivery with another response, which the provider counts as a failure and redelivers. The
///   handler failed, panicked, returned [`RetryLater`](crate::Outcome::RetryLater) or timed out; the sender disconnected
///   first; the body could not be decoded; no slot was free; the endpoint is shutting down.
/// - **Gone**: the handler returned [`Gone`](crate::Outcome::Gone). It neither ends nor extends the streak of failures.
/// - **Rejection**: a request with a wrong signature, header, size or method. It is not a failure, because anybody can
///   send one.
///
/// A [`rejected_streak`](Self::rejected_streak) that grows while no delivery is authentic has one of these causes:
/// the secret is not the provider's any more (`bad_signature`), a clock is wrong (`timestamp_too_old`,
/// `timestamp_too_new`), or a proxy drops headers (`missing_header`).
///
/// # How providers treat failures
/// | provider | redelivers | gives up |
/// | --- | --- | --- |
/// | Anthropic | up to 3 times, 5 to 120 seconds apart | drops the delivery without notice; a 3xx, from a proxy in front, disables the endpoint at once |
/// | OpenAI | for up to 72 hours | drops the delivery; a 3xx counts as a failure |
/// | Cadenya | not documented | not documented |
/// | Wacht | after 30 s, 1, 5 and 15 min, then every 6 h: 32 attempts in 6.8 days | 10 exhausted deliveries within 24 h deactivate the endpoint; a 410 does so at once; any 4xx but 408 and 429 drops the delivery |
///
/// A streak of 3 may therefore mean a lost delivery with Anthropic, while Wacht still retries for days.
///
/// # Health route
/// ```
/// # #[cfg(feature = "openai")] {
/// # use webhook_runtime::openai::{BatchFailed, OpenAi};
/// # use webhook_runtime::{Endpoint, Event, WebhookRouter, on};
/// # #[on("batch.failed")]
/// # async fn failed(event: Event<BatchFailed>) {}
/// # #[derive(WebhookRouter)]
/// # #[webhook(provider = OpenAi, handlers(failed))]
/// # struct App;
/// let endpoint = Endpoint::builder(App).secret("the-secret-of-the-console").build()?;
///
/// let health = endpoint.health();
/// let status = if health.is_failing(3) { 503 } else { 200 };
/// assert_eq!(status, 200);
/// assert_eq!(health.to_string(), "openai: 0 succeeded; 0 failed; 0 gone; 0 rejected");
/// # }
/// # Ok::<(), webhook_runtime::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// Name of the provider.
    pub provider: &'static str,
    /// Time of the snapshot, by the endpoint's clock.
    pub now: Timestamp,
    /// Number of successes, including deliveries without a handler.
    pub succeeded: u64,
    /// Number of deliveries without a handler.
    pub unhandled: u64,
    /// Time when the last success was received.
    pub last_success: Option<Timestamp>,
    /// Number of failures. Every failed redelivery counts.
    pub failed: u64,
    /// Number of failures since the last success.
    pub failure_streak: u64,
    /// Last failure. A later success does not clear it.
    pub last_failure: Option<Failure>,
    /// Number of deliveries that a handler answered with [`Gone`](crate::Outcome::Gone).
    pub gone: u64,
    /// Number of rejected requests.
    pub rejected: u64,
    /// Number of rejected requests since the last authentic delivery.
    pub rejected_streak: u64,
    /// Last rejection.
    pub last_rejection: Option<Rejection>,
}

/// A failed delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// Time when the delivery was received.
    pub at: Timestamp,
    /// Name of its outcome, from [`DeliveryOutcome::NAMES`](crate::DeliveryOutcome::NAMES).
    pub outcome: &'static str,
    /// Its event type, at most 128 bytes of it. `None` if the delivery contains no valid one.
    pub event_type: Option<EventType>,
}

/// A rejected request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejection {
    /// Time of the rejection.
    pub at: Timestamp,
    /// Name of its outcome, from [`DeliveryOutcome::NAMES`](crate::DeliveryOutcome::NAMES).
    pub outcome: &'static str,
}

impl Health {
    /// Returns whether at least `failures` deliveries have failed since the last success.
    ///
    /// A single failure is normal: the provider redelivers. With Anthropic, 3 failures may be one delivery that is lost.
    /// An endpoint that has received nothing yet is not failing.
    #[must_use]
    pub const fn is_failing(&self, failures: u64) -> bool {
        self.failure_streak > 0 && self.failure_streak >= failures
    }
}

/// Formats the health as one line: `openai: 9 succeeded, the last 3 s ago; 2 failed, 2 in a row, the last 1 s ago (failed,
/// "batch.failed"); 0 gone; 0 rejected`.
impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ago = |at: Timestamp| self.now.as_second().saturating_sub(at.as_second()).max(0);
        write!(f, "{}: {} succeeded", self.provider, self.succeeded)?;
        if let Some(at) = self.last_success {
            write!(f, ", the last {} s ago", ago(at))?;
        }
        write!(f, "; {} failed", self.failed)?;
        if let Some(Failure {
            at,
            outcome,
            event_type,
        }) = &self.last_failure
        {
            let (streak, ago) = (self.failure_streak, ago(*at));
            write!(f, ", {streak} in a row, the last {ago} s ago ({outcome}")?;
            if let Some(event_type) = event_type {
                write!(f, ", {event_type:?}")?;
            }
            f.write_str(")")?;
        }
        write!(f, "; {} gone; {} rejected", self.gone, self.rejected)?;
        if let Some(Rejection { at, outcome }) = self.last_rejection {
            let (streak, ago) = (self.rejected_streak, ago(at));
            write!(f, ", {streak} in a row, the last {ago} s ago ({outcome})")?;
        }
        Ok(())
    }
}

/// Counters of an endpoint.
///
/// A success takes no lock, because all handlers would contend for it.
#[derive(Debug)]
pub(crate) struct Counters {
    handled: AtomicU64,
    unhandled: AtomicU64,
    failed: AtomicU64,
    gone: AtomicU64,
    rejected: AtomicU64,
    failure_streak: AtomicU64,
    rejected_streak: AtomicU64,
    last_success: AtomicI64,
    last_failure: Mutex<Option<Failure>>,
    last_rejection: Mutex<Option<Rejection>>,
}

/// Value of `last_success` before the first success.
const NEVER: i64 = i64::MIN;

impl Default for Counters {
    fn default() -> Self {
        Self {
            handled: AtomicU64::new(0),
            unhandled: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            gone: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            failure_streak: AtomicU64::new(0),
            rejected_streak: AtomicU64::new(0),
            last_success: AtomicI64::new(NEVER),
            last_failure: Mutex::default(),
            last_rejection: Mutex::default(),
        }
    }
}

impl Counters {
    pub(crate) fn unhandled(&self) -> u64 {
        self.unhandled.load(Relaxed)
    }

    /// Counts an authentic delivery.
    pub(crate) fn record(&self, outcome: &DeliveryOutcome, facts: &Facts<'_>) {
        reset(&self.rejected_streak);
        match (outcome.info().health, outcome) {
            (HealthImpact::Success, DeliveryOutcome::Unhandled) => {
                self.record_success(&self.unhandled, facts);
            }
            (HealthImpact::Success, _) => self.record_success(&self.handled, facts),
            (HealthImpact::Gone, _) => add(&self.gone),
            (HealthImpact::Failure, _) => self.record_failure(outcome, facts),
            (HealthImpact::Rejected | HealthImpact::None, _) => {}
        }
    }

    fn record_success(&self, counter: &AtomicU64, facts: &Facts<'_>) {
        add(counter);
        reset(&self.failure_streak);
        // Of two successes at the same time, either may be the last.
        let received_at = facts.received_at.as_second();
        if received_at > self.last_success.load(Relaxed) {
            self.last_success.store(received_at, Relaxed);
        }
    }

    #[cold]
    fn record_failure(&self, outcome: &DeliveryOutcome, facts: &Facts<'_>) {
        add(&self.failed);
        add(&self.failure_streak);
        *lock(&self.last_failure) = Some(Failure {
            at: facts.received_at,
            outcome: outcome.as_str(),
            event_type: facts.event_type.map(EventType::unknown),
        });
    }

    /// Counts a rejected request.
    pub(crate) fn record_rejection(&self, outcome: &DeliveryOutcome, at: Timestamp) {
        add(&self.rejected);
        add(&self.rejected_streak);
        let outcome = outcome.as_str();
        *lock(&self.last_rejection) = Some(Rejection { at, outcome });
    }

    /// Reads the counters one after the other: a delivery that ends meanwhile may be in some of them only.
    pub(crate) fn snapshot(&self, provider: &'static str, now: Timestamp) -> Health {
        let unhandled = self.unhandled();
        let last_success = self.last_success.load(Relaxed);
        Health {
            provider,
            now,
            succeeded: self.handled.load(Relaxed).wrapping_add(unhandled),
            unhandled,
            last_success: (last_success != NEVER).then_some(Timestamp::from_second(last_success)),
            failed: self.failed.load(Relaxed),
            failure_streak: self.failure_streak.load(Relaxed),
            last_failure: lock(&self.last_failure).clone(),
            gone: self.gone.load(Relaxed),
            rejected: self.rejected.load(Relaxed),
            rejected_streak: self.rejected_streak.load(Relaxed),
            last_rejection: *lock(&self.last_rejection),
        }
    }
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

/// Sets a streak to 0. Writes only if it is not 0, so that the cache line stays shared between cores.
fn reset(streak: &AtomicU64) {
    if streak.load(Relaxed) != 0 {
        streak.store(0, Relaxed);
    }
}

/// Locks a value. A panic elsewhere cannot leave it half written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
