//! The log: one span for each handler at work, and a line for each delivery that ends.
//!
//! The vocabulary is part of the public contract and stands in [`observability`](crate::observability). Never a body, a
//! secret or a signature.

use std::fmt::Display;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use tracing::field::Empty;
use tracing::{debug, error, info, info_span, warn};

use crate::delivery::Timestamp;
use crate::endpoint::{DeliveryOutcome, Facts};
use crate::inbox::Disposition;
use crate::outcome::{BoxError, Outcome, chain};
use crate::store::DeliveryKey;
use crate::tenant::Tenant;

pub(crate) const TARGET: &str = "webhook";

/// How many seconds pass between two warnings of the same refusal.
const QUIET: u64 = 10;

/// The span of a delivery on its way through a handler.
pub(crate) struct Span {
    span: tracing::Span,
    started: Option<Instant>,
}

impl Span {
    /// No handler has begun.
    pub(crate) const fn none() -> Self {
        Self {
            span: tracing::Span::none(),
            started: None,
        }
    }

    pub(crate) fn new(provider: &'static str, facts: &Facts<'_>, body_bytes: usize) -> Self {
        let span = info_span!(
            target: TARGET,
            "webhook.delivery",
            provider,
            tenant = facts.tenant.name(),
            delivery_id = facts.delivery_id,
            event_type = facts.event_type,
            handler = facts.handler,
            body_bytes,
            outcome = Empty,
            status = Empty,
            duration_us = Empty,
        );
        let started = (!span.is_disabled()).then(Instant::now);
        Self { span, started }
    }

    /// What is logged in it belongs to the span.
    pub(crate) fn within<T>(&self, step: impl FnOnce() -> T) -> T {
        self.span.in_scope(step)
    }

    /// Writes down how the handler ended.
    pub(crate) fn finish(&self, ending: &DeliveryOutcome) {
        let Some(started) = self.started else {
            return;
        };
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.span.record("outcome", ending.as_str());
        self.span.record("status", ending.status().as_u16());
        self.span.record("duration_us", micros);
    }
}

/// A line about an authentic delivery. It says itself which delivery it is about: a filter may drop the span.
macro_rules! line {
    ($level:ident, $provider:expr, $facts:expr, $ending:expr, $($rest:tt)+) => {
        $level!(
            target: TARGET,
            provider = $provider,
            tenant = $facts.tenant.name(),
            outcome = $ending.as_str(),
            delivery_id = $facts.delivery_id,
            event_type = $facts.event_type,
            handler = $facts.handler,
            $($rest)+
        )
    };
}

/// An authentic delivery has ended; or, if it is late, its handler after the deadline, of which its own line told.
pub(crate) fn ended(
    provider: &'static str,
    facts: &Facts<'_>,
    ending: &DeliveryOutcome,
    late: bool,
) {
    let late = late.then_some(true);
    match ending {
        DeliveryOutcome::Handled(Outcome::Done) if late.is_some() => {
            line!(
                info,
                provider,
                facts,
                ending,
                late,
                "handled after the deadline; the sender comes again"
            );
        }
        DeliveryOutcome::Handled(Outcome::Done) => line!(debug, provider, facts, ending, "handled"),
        DeliveryOutcome::Handled(Outcome::RetryLater(_)) => {
            line!(
                info,
                provider,
                facts,
                ending,
                late,
                "the handler asks the sender to come again later"
            );
        }
        DeliveryOutcome::Handled(Outcome::Gone) => {
            line!(
                warn,
                provider,
                facts,
                ending,
                late,
                "the handler wants no more; some providers disable the endpoint on it"
            );
        }
        DeliveryOutcome::Handled(Outcome::Failed) => {
            line!(
                error,
                provider,
                facts,
                ending,
                late,
                "the handler failed; the sender will come again"
            );
        }
        DeliveryOutcome::Failed(failure) => {
            let error = &*chain(&**failure);
            line!(
                error,
                provider,
                facts,
                ending,
                late,
                error,
                "the handler failed; the sender will come again"
            );
        }
        DeliveryOutcome::Panicked => {
            line!(
                error,
                provider,
                facts,
                ending,
                late,
                "the handler panicked; the sender will come again"
            );
        }
        DeliveryOutcome::Undecodable(problem) => {
            line!(error, provider, facts, ending, late, error = %problem, "the body does not fit its event; the sender will come again");
        }
        DeliveryOutcome::HandlerCancelled => {
            line!(
                error,
                provider,
                facts,
                ending,
                "the handler did not end before its deadline and was cancelled; the sender will come again"
            );
        }
        DeliveryOutcome::Aborted => {
            line!(
                error,
                provider,
                facts,
                ending,
                late,
                "the request was dropped where nothing could run the rest of it; the sender will come again"
            );
        }
        DeliveryOutcome::HandlerTimeout => {
            line!(
                warn,
                provider,
                facts,
                ending,
                "the handler runs past its deadline; the sender is told to come again"
            );
        }
        DeliveryOutcome::ClientDisconnected => {
            line!(
                warn,
                provider,
                facts,
                ending,
                "handled after its request was gone; the sender comes again"
            );
        }
        DeliveryOutcome::Duplicate => {
            line!(
                debug,
                provider,
                facts,
                ending,
                late,
                "handled or stored before; answered with 200"
            );
        }
        DeliveryOutcome::Stored => line!(debug, provider, facts, ending, late, "stored"),
        DeliveryOutcome::Forwarded => line!(debug, provider, facts, ending, late, "handed off"),
        DeliveryOutcome::StoreUnavailable(problem) => {
            let error = &*chain(&**problem);
            line!(
                error,
                provider,
                facts,
                ending,
                late,
                error,
                "the store failed; the sender is told to come again"
            );
        }
        DeliveryOutcome::ClaimLost => {
            line!(
                error,
                provider,
                facts,
                ending,
                late,
                "the lease ran out while the handler ran, and the delivery was taken over; the sender comes again"
            );
        }
        _ => line!(
            warn,
            provider,
            facts,
            ending,
            late,
            "put off before its handler began; the sender is told to come again"
        ),
    }
}

/// An attempt to handle a stored delivery has ended. What becomes of the delivery is told next.
pub(crate) fn attempted(provider: &'static str, facts: &Facts<'_>, ending: &DeliveryOutcome) {
    let error = match ending {
        DeliveryOutcome::Handled(Outcome::Done) => {
            return line!(debug, provider, facts, ending, "handled");
        }
        DeliveryOutcome::Handled(Outcome::RetryLater(_)) => {
            return line!(
                info,
                provider,
                facts,
                ending,
                "the handler asks to be called again later"
            );
        }
        DeliveryOutcome::Failed(failure) => Some(chain(&**failure)),
        DeliveryOutcome::Undecodable(problem) => Some(problem.to_string()),
        _ => None,
    };
    line!(
        error,
        provider,
        facts,
        ending,
        error,
        "a stored delivery was not handled"
    );
}

/// Nobody handles an event; the first time, with a handler to paste.
pub(crate) fn unhandled(provider: &'static str, facts: &Facts<'_>, to_paste: Option<&str>) {
    let ending = DeliveryOutcome::Unhandled;
    match to_paste {
        Some(handler) => {
            line!(
                warn,
                provider,
                facts,
                ending,
                "no handler for this event; it is answered with 200. To handle it, add:\n{handler}\n"
            );
        }
        None => line!(debug, provider, facts, ending, "no handler for this event"),
    }
}

/// A request went away while its body came: anybody can do so.
pub(crate) fn cut_off_before_it_was_read(provider: &'static str) {
    let outcome = DeliveryOutcome::Aborted.as_str();
    debug!(target: TARGET, provider, outcome, "a request went away before its body was read");
}

/// Refusals, told so that strangers cannot flood the log: of each kind one warning in [`QUIET`] seconds, which says how
/// many were left out. Those are for the level `debug`.
pub(crate) struct Refusals([Kind; DeliveryOutcome::NAMES.len()]);

impl Default for Refusals {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Kind::default()))
    }
}

struct Kind {
    warned: AtomicI64,
    suppressed: AtomicU64,
}

impl Default for Kind {
    fn default() -> Self {
        Self {
            warned: AtomicI64::new(i64::MIN),
            suppressed: AtomicU64::new(0),
        }
    }
}

impl Kind {
    /// How many were left out, if it is time to warn again.
    fn is_due(&self, now: Timestamp) -> Option<u64> {
        let (now, last) = (now.as_second(), self.warned.load(Relaxed));
        // A clock that was set back does not silence it.
        let is_due = now.abs_diff(last) >= QUIET
            && self
                .warned
                .compare_exchange(last, now, Relaxed, Relaxed)
                .is_ok();
        if is_due {
            return Some(self.suppressed.swap(0, Relaxed));
        }
        self.suppressed.fetch_add(1, Relaxed);
        None
    }
}

impl Refusals {
    /// A request was refused, or a handshake answered.
    pub(crate) fn tell(
        &self,
        provider: &'static str,
        tenant: &Tenant,
        ending: &DeliveryOutcome,
        now: Timestamp,
    ) {
        let (tenant, outcome) = (tenant.name(), ending.as_str());
        if let DeliveryOutcome::Handshake(_) = ending {
            info!(target: TARGET, provider, tenant, outcome, "handshake answered");
            return;
        }
        let chained;
        let error: Option<&dyn Display> = match ending {
            DeliveryOutcome::Rejected(error) => Some(error),
            DeliveryOutcome::UnknownTenant { problem } => Some(problem),
            DeliveryOutcome::SecretsUnavailable(error) => {
                chained = chain(error);
                Some(&chained)
            }
            _ => None,
        };
        let error = error.map(tracing::field::display);
        let read_bytes = match ending {
            DeliveryOutcome::BodyTooLarge { read }
            | DeliveryOutcome::BodyIncomplete { read }
            | DeliveryOutcome::BodyTimeout { read } => Some(*read),
            _ => None,
        };
        match self.0.get(ending.index()).and_then(|kind| kind.is_due(now)) {
            Some(suppressed) => {
                if let DeliveryOutcome::SecretsUnavailable(_) = ending {
                    error!(
                        target: TARGET,
                        provider,
                        tenant,
                        outcome,
                        error,
                        suppressed,
                        "nothing to verify a delivery with; the sender is told to come again"
                    );
                } else {
                    warn!(target: TARGET, provider, tenant, outcome, error, read_bytes, suppressed, "refused");
                }
            }
            None => {
                debug!(target: TARGET, provider, tenant, outcome, error, read_bytes, "refused");
            }
        }
    }
}

/// A store that could not be told of a claim.
pub(crate) fn store_failed(
    provider: &'static str,
    key: &DeliveryKey,
    call: &'static str,
    problem: &BoxError,
) {
    error!(
        target: TARGET,
        provider,
        key = key.as_str(),
        call,
        error = chain(&**problem),
        "the store failed"
    );
}

/// A handler that was so slow that its delivery was given to another one.
pub(crate) fn claim_lost(provider: &'static str, key: &DeliveryKey) {
    error!(
        target: TARGET,
        provider,
        key = key.as_str(),
        "the lease ran out while the handler ran, and the delivery was taken over"
    );
}

/// What an inbox has written down of an attempt.
pub(crate) fn put_down(provider: &'static str, key: &str, attempts: u32, end: &Disposition) {
    match end {
        Disposition::Done { .. } => {}
        Disposition::Retry { after, .. } => info!(
            target: TARGET,
            provider,
            key,
            attempt = attempts.saturating_add(1),
            after_s = after.as_secs(),
            "the delivery is tried again"
        ),
        Disposition::Dead { error } => error!(
            target: TARGET,
            provider,
            key,
            attempt = attempts.saturating_add(1),
            error,
            "the delivery is a dead letter: nothing tries it again until somebody replays it"
        ),
    }
}

/// An inbox that could not do what it was asked.
pub(crate) fn inbox_failed(provider: &'static str, call: &'static str, problem: &BoxError) {
    error!(target: TARGET, provider, call, error = chain(&**problem), "the inbox failed; it is asked again");
}

/// A handler that was so slow that its row was given to another one.
pub(crate) fn ticket_lost(provider: &'static str, key: &str) {
    error!(
        target: TARGET,
        provider,
        key,
        "the lease ran out while the handler ran, and the delivery was taken over"
    );
}

/// The same, while the handler still runs.
pub(crate) fn lease_lost(provider: &'static str, row: i64) {
    error!(
        target: TARGET,
        provider,
        row,
        "the lease of a running handler is lost: its delivery was taken over"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_due_once_in_ten_seconds_and_counts_the_others() {
        let kind = Kind::default();
        let is_due = |second| kind.is_due(Timestamp::from_second(second));
        assert_eq!(is_due(100), Some(0));
        assert_eq!(is_due(100), None);
        assert_eq!(is_due(109), None);
        assert_eq!(is_due(110), Some(2));
        assert_eq!(is_due(119), None);
        assert_eq!(is_due(50), Some(1), "the clock was set back");
        assert_eq!(is_due(51), None);
    }
}
