//! How an endpoint fares, so that an operator acts before its provider gives up on it.

use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::delivery::{EventType, Timestamp};
use crate::endpoint::{DeliveryOutcome, Facts, HealthImpact};

/// How an endpoint fares: what [`Endpoint::health`](crate::Endpoint::health) tells, counted since it was built.
///
/// A **success** is an authentic delivery that is answered with 200: one that is handled, and one that nobody handles.
/// A **failure** is what the provider counts as one: an authentic delivery that is not. The handler failed, panicked,
/// said [`RetryLater`](crate::Outcome::RetryLater) or took longer than its deadline or than its sender waits (even if
/// it ends well later: the sender does not know); the body could not be decoded; there was no place; the endpoint
/// shuts down.
///
/// [`Gone`](crate::Outcome::Gone) is a handler's own word that it wants no more. It is counted by itself, and is
/// neither: it ends no streak and adds to none.
///
/// What is **refused** (the signature, the headers, the size, the method) never counts as a failure, since anybody can
/// send it. But [`refused_streak`](Self::refused_streak) that grows while no delivery is authentic says that the secret
/// is no longer the provider's (`bad_signature`), that the clock of one of the two is wrong (`timestamp_too_old`,
/// `timestamp_too_new`), or that something on the way drops headers (`missing_header`).
///
/// # What providers do about failures
/// | provider | comes again | gives up |
/// | --- | --- | --- |
/// | Anthropic | up to 3 times, 5 to 120 seconds apart | drops the delivery without a word; a 3xx, from a proxy in front, disables the endpoint at once |
/// | OpenAI | for up to 72 hours | drops the delivery; a 3xx counts as a failure |
/// | Cadenya | not documented | not documented |
/// | Wacht | after 30 s, 1, 5 and 15 min, then every 6 h: 32 attempts in 6.8 days | 10 deliveries whose attempts are used up within 24 h deactivate the endpoint; a 410 does so at once; any 4xx but 408 and 429 drops the delivery |
///
/// A streak of 3 may so have lost one delivery of Anthropic's for good, while Wacht still tries for days.
///
/// # A route for it
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
/// assert_eq!(health.to_string(), "openai: 0 succeeded; 0 failed; 0 gone; 0 refused");
/// # }
/// # Ok::<(), webhook_runtime::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// The provider.
    pub provider: &'static str,
    /// When this was asked, by the endpoint's clock.
    pub now: Timestamp,
    /// How many deliveries succeeded.
    pub succeeded: u64,
    /// How many of them nobody handled.
    pub unhandled: u64,
    /// When the last delivery came in that succeeded.
    pub last_success: Option<Timestamp>,
    /// How many deliveries failed; one that comes again and fails again, as often.
    pub failed: u64,
    /// How many failed since the last success.
    pub failure_streak: u64,
    /// The last failure, also if a success came after it.
    pub last_failure: Option<Failure>,
    /// How many deliveries a handler answered with [`Gone`](crate::Outcome::Gone).
    pub gone: u64,
    /// How many requests were refused.
    pub refused: u64,
    /// How many were refused since the last authentic delivery.
    pub refused_streak: u64,
    /// The last refusal.
    pub last_refusal: Option<Refusal>,
}

/// A delivery that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// When it came in.
    pub at: Timestamp,
    /// What became of it, by its name in [`DeliveryOutcome::NAMES`](crate::DeliveryOutcome::NAMES).
    pub outcome: &'static str,
    /// Its event, if that could be found: at most 128 bytes of it.
    pub event_type: Option<EventType>,
}

/// A request that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// When.
    pub at: Timestamp,
    /// Why, by its name in [`DeliveryOutcome::NAMES`](crate::DeliveryOutcome::NAMES).
    pub outcome: &'static str,
}

impl Health {
    /// Whether at least this many deliveries have failed since the last success.
    ///
    /// One failure is everyday life: the provider comes again. With Anthropic, 3 may be one delivery that is lost for
    /// good. An endpoint that has had no delivery yet is not failing.
    #[must_use]
    pub const fn is_failing(&self, after: u64) -> bool {
        self.failure_streak > 0 && self.failure_streak >= after
    }
}

/// One line, for people: `openai: 9 succeeded, the last 3 s ago; 2 failed, 2 in a row, the last 1 s ago (failed,
/// "batch.failed"); 0 gone; 0 refused`.
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
        write!(f, "; {} gone; {} refused", self.gone, self.refused)?;
        if let Some(Refusal { at, outcome }) = self.last_refusal {
            let (streak, ago) = (self.refused_streak, ago(at));
            write!(f, ", {streak} in a row, the last {ago} s ago ({outcome})")?;
        }
        Ok(())
    }
}

/// Counts what becomes of deliveries.
///
/// A success is one addition, whatever else runs: no lock, since all handlers would meet there.
#[derive(Debug)]
pub(crate) struct Tally {
    handled: AtomicU64,
    unhandled: AtomicU64,
    failed: AtomicU64,
    gone: AtomicU64,
    refused: AtomicU64,
    failure_streak: AtomicU64,
    refused_streak: AtomicU64,
    last_success: AtomicI64,
    last_failure: Mutex<Option<Failure>>,
    last_refusal: Mutex<Option<Refusal>>,
}

/// No success yet.
const NEVER: i64 = i64::MIN;

impl Default for Tally {
    fn default() -> Self {
        Self {
            handled: AtomicU64::new(0),
            unhandled: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            gone: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            failure_streak: AtomicU64::new(0),
            refused_streak: AtomicU64::new(0),
            last_success: AtomicI64::new(NEVER),
            last_failure: Mutex::default(),
            last_refusal: Mutex::default(),
        }
    }
}

impl Tally {
    pub(crate) fn unhandled(&self) -> u64 {
        self.unhandled.load(Relaxed)
    }

    /// An authentic delivery has ended.
    pub(crate) fn ended(&self, ending: &DeliveryOutcome, facts: &Facts<'_>) {
        reset(&self.refused_streak);
        match (ending.means(), ending) {
            (HealthImpact::Success, DeliveryOutcome::Unhandled) => {
                self.succeeded(&self.unhandled, facts)
            }
            (HealthImpact::Success, _) => self.succeeded(&self.handled, facts),
            (HealthImpact::Gone, _) => add(&self.gone),
            (HealthImpact::Failure, _) => self.failed(ending, facts),
            (HealthImpact::Refused | HealthImpact::Nothing, _) => {}
        }
    }

    fn succeeded(&self, counter: &AtomicU64, facts: &Facts<'_>) {
        add(counter);
        reset(&self.failure_streak);
        // Two that end at once may differ by what they took, and either is a last one.
        let received_at = facts.received_at.as_second();
        if received_at > self.last_success.load(Relaxed) {
            self.last_success.store(received_at, Relaxed);
        }
    }

    #[cold]
    fn failed(&self, ending: &DeliveryOutcome, facts: &Facts<'_>) {
        add(&self.failed);
        add(&self.failure_streak);
        *lock(&self.last_failure) = Some(Failure {
            at: facts.received_at,
            outcome: ending.as_str(),
            event_type: facts.event_type.map(EventType::unknown),
        });
    }

    /// A request was refused.
    pub(crate) fn refused(&self, ending: &DeliveryOutcome, at: Timestamp) {
        add(&self.refused);
        add(&self.refused_streak);
        let outcome = ending.as_str();
        *lock(&self.last_refusal) = Some(Refusal { at, outcome });
    }

    /// The figures, one after the other: deliveries that end meanwhile may show in some and not in others.
    pub(crate) fn health(&self, provider: &'static str, now: Timestamp) -> Health {
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
            refused: self.refused.load(Relaxed),
            refused_streak: self.refused_streak.load(Relaxed),
            last_refusal: *lock(&self.last_refusal),
        }
    }
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

/// Writes only if there is something to write, so that cores share the line.
fn reset(streak: &AtomicU64) {
    if streak.load(Relaxed) != 0 {
        streak.store(0, Relaxed);
    }
}

/// A panic elsewhere cannot leave one of these half written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
