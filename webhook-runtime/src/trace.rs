//! The log: one span for each handler at work, and a line for each delivery that ends.
//!
//! The vocabulary is part of the public contract and stands in [`observability`](crate::observability). Never a body, a
//! secret or a signature.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use tracing::field::Empty;
use tracing::{debug, error, info, info_span, warn};

use crate::delivery::Timestamp;
use crate::endpoint::{Ending, Facts};
use crate::outcome::{BoxError, Outcome};

const TARGET: &str = "webhook";

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
    pub(crate) fn finish(&self, ending: &Ending) {
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
            outcome = $ending.as_str(),
            delivery_id = $facts.delivery_id,
            event_type = $facts.event_type,
            handler = $facts.handler,
            $($rest)+
        )
    };
}

/// An authentic delivery has ended; or, if it is late, its handler after the deadline, of which its own line told.
pub(crate) fn ended(provider: &'static str, facts: &Facts<'_>, ending: &Ending, late: bool) {
    let late = late.then_some(true);
    match ending {
        Ending::Handled(Outcome::Done) if late.is_some() => {
            line!(
                info,
                provider,
                facts,
                ending,
                late,
                "handled after the deadline; the sender comes again"
            );
        }
        Ending::Handled(Outcome::Done) => line!(debug, provider, facts, ending, "handled"),
        Ending::Handled(Outcome::RetryLater(_)) => {
            line!(
                info,
                provider,
                facts,
                ending,
                late,
                "the handler asks the sender to come again later"
            );
        }
        Ending::Handled(Outcome::Gone) => {
            line!(
                warn,
                provider,
                facts,
                ending,
                late,
                "the handler wants no more; some providers disable the endpoint on it"
            );
        }
        Ending::Handled(Outcome::Failed) => {
            line!(
                error,
                provider,
                facts,
                ending,
                late,
                "the handler failed; the sender will come again"
            );
        }
        Ending::Failed(failure) => {
            let error = &*chain(failure);
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
        Ending::Panicked => {
            line!(
                error,
                provider,
                facts,
                ending,
                late,
                "the handler panicked; the sender will come again"
            );
        }
        Ending::Undecodable(problem) => {
            line!(error, provider, facts, ending, late, error = %problem, "the body does not fit its event; the sender will come again");
        }
        Ending::Cancelled => {
            line!(
                error,
                provider,
                facts,
                ending,
                "the handler did not end before its deadline and was cancelled; the sender will come again"
            );
        }
        Ending::CutOff => {
            line!(
                error,
                provider,
                facts,
                ending,
                late,
                "the request was dropped where nothing could run the rest of it; the sender will come again"
            );
        }
        Ending::Overdue => {
            line!(
                warn,
                provider,
                facts,
                ending,
                "the handler runs past its deadline; the sender is told to come again"
            );
        }
        Ending::Left => {
            line!(
                warn,
                provider,
                facts,
                ending,
                "handled after its request was gone; the sender comes again"
            );
        }
        _ => line!(
            warn,
            provider,
            facts,
            ending,
            "put off before its handler began; the sender is told to come again"
        ),
    }
}

/// Nobody handles an event; the first time, with a handler to paste.
pub(crate) fn unhandled(provider: &'static str, facts: &Facts<'_>, to_paste: Option<&str>) {
    let ending = Ending::Unhandled;
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
    let outcome = Ending::CutOff.as_str();
    debug!(target: TARGET, provider, outcome, "a request went away before its body was read");
}

/// Refusals, told so that strangers cannot flood the log: of each kind one warning in [`QUIET`] seconds, which says how
/// many were left out. Those are for the level `debug`.
#[derive(Default)]
pub(crate) struct Refusals([Kind; Ending::NAMES.len()]);

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
    pub(crate) fn tell(&self, provider: &'static str, ending: &Ending, now: Timestamp) {
        let outcome = ending.as_str();
        if let Ending::Handshake(_) = ending {
            info!(target: TARGET, provider, outcome, "handshake answered");
            return;
        }
        let error = match ending {
            Ending::Refused(error) => Some(tracing::field::display(error)),
            _ => None,
        };
        let read_bytes = match ending {
            Ending::TooLarge { read } | Ending::BrokeOff { read } | Ending::TooSlow { read } => {
                Some(*read)
            }
            _ => None,
        };
        match self.0.get(ending.index()).and_then(|kind| kind.is_due(now)) {
            Some(suppressed) => {
                warn!(target: TARGET, provider, outcome, error, read_bytes, suppressed, "refused");
            }
            None => debug!(target: TARGET, provider, outcome, error, read_bytes, "refused"),
        }
    }
}

/// An error and what caused it, in one line.
fn chain(error: &BoxError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
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
