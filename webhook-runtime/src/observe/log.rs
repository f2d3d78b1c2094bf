//! The log: a span around each handler, and a line for each outcome.
//!
//! Names of spans and fields are part of the public contract, which [`observability`](super::observability) lists. No
//! line contains a body, a secret or a signature.
//!
//! - **Rejections are rate-limited**: anybody can cause one, a thousand times a second. Each outcome is one warning in
//!   ten seconds with the number of suppressed ones, so that a rotated secret is still seen at the level `warn`.
//! - **Authentic deliveries are logged one by one**: the provider decides how many there are.
//! - **A line repeats the facts of its span**, because a filter may drop the span.

use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use tracing::field::Empty;
use tracing::level_filters::LevelFilter;
use tracing::{debug, error, info, info_span, warn};

use super::outcome::{LogLevel, OutcomeInfo};
use super::{DeliveryOutcome, Facts};
use crate::delivery::Timestamp;
use crate::inbox::Disposition;
use crate::outcome::{BoxError, Outcome, chain};
use crate::store::DeliveryKey;
use crate::tenant::Tenant;

const TARGET: &str = "webhook";

/// Seconds between two warnings of the same rejection.
const WARNING_INTERVAL: u64 = 10;

/// Span of a delivery while its handler runs.
pub(crate) struct Span {
    span: tracing::Span,
    started: Option<Instant>,
}

impl Span {
    /// Disabled span, for a delivery whose handler has not started.
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

    pub(crate) fn in_scope<T>(&self, step: impl FnOnce() -> T) -> T {
        self.span.in_scope(step)
    }

    /// Records how the handler finished.
    pub(crate) fn finish(&self, outcome: &DeliveryOutcome) {
        let Some(started) = self.started else {
            return;
        };
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.span.record("outcome", outcome.as_str());
        self.span.record("status", outcome.status().as_u16());
        self.span.record("duration_us", micros);
    }
}

/// Logs at a level of the table. `tracing` needs a constant level at each call site.
macro_rules! log_at {
    ($level:expr, $($rest:tt)+) => {
        match $level {
            LogLevel::Debug => debug!(target: TARGET, $($rest)+),
            LogLevel::Info => info!(target: TARGET, $($rest)+),
            LogLevel::Warn => warn!(target: TARGET, $($rest)+),
            LogLevel::Error => error!(target: TARGET, $($rest)+),
        }
    };
}

/// Returns whether any subscriber may take a line of this level: a check of one number, before the line is put together.
#[inline]
fn is_enabled(level: LogLevel) -> bool {
    let level = match level {
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Error => LevelFilter::ERROR,
    };
    level <= LevelFilter::current()
}

/// Writes a line about an authentic delivery.
fn write(
    level: LogLevel,
    provider: &'static str,
    facts: &Facts<'_>,
    outcome: &DeliveryOutcome,
    after_response: Option<bool>,
    message: fmt::Arguments<'_>,
) {
    log_at!(
        level,
        provider,
        tenant = facts.tenant.name(),
        outcome = outcome.as_str(),
        delivery_id = facts.delivery_id,
        event_type = facts.event_type,
        handler = facts.handler,
        error = outcome.error_text(),
        after_response,
        "{message}"
    );
}

/// Logs the outcome of an authentic delivery.
pub(crate) fn delivery(provider: &'static str, facts: &Facts<'_>, outcome: &DeliveryOutcome) {
    let OutcomeInfo { level, message, .. } = *outcome.info();
    if is_enabled(level) {
        write(
            level,
            provider,
            facts,
            outcome,
            None,
            format_args!("{message}"),
        );
    }
}

/// Logs the outcome of a handler whose sender got a 503 before the handler finished.
pub(crate) fn after_response(provider: &'static str, facts: &Facts<'_>, outcome: &DeliveryOutcome) {
    let info = outcome.info();
    let (level, message) = match outcome {
        DeliveryOutcome::Handled(Outcome::Done) => (
            LogLevel::Info,
            "handled after the sender was answered with 503: the sender redelivers",
        ),
        _ => (info.level, info.message),
    };
    let message = format_args!("{message}");
    write(level, provider, facts, outcome, Some(true), message);
}

/// Logs an attempt to handle a stored delivery. [`attempt_recorded`] logs what happens to the delivery next.
pub(crate) fn attempt(provider: &'static str, facts: &Facts<'_>, outcome: &DeliveryOutcome) {
    let OutcomeInfo { level, message, .. } = *outcome.info();
    let level = match outcome {
        DeliveryOutcome::Handled(Outcome::Done | Outcome::RetryLater(_)) => level,
        // No sender redelivers it: the inbox has to retry it or to give it up.
        _ => LogLevel::Error,
    };
    let message = format_args!("{message}");
    write(level, provider, facts, outcome, None, message);
}

/// Logs an event without a handler: the first of its type as a warning with a handler to paste.
pub(crate) fn unhandled(provider: &'static str, facts: &Facts<'_>, suggestion: Option<&str>) {
    let outcome = &DeliveryOutcome::Unhandled;
    let OutcomeInfo { level, message, .. } = *outcome.info();
    match suggestion {
        Some(handler) => {
            let message = format_args!("{message}; a handler to start from:\n{handler}\n");
            write(level, provider, facts, outcome, None, message);
        }
        None if is_enabled(LogLevel::Debug) => {
            let message = format_args!("{message}");
            write(LogLevel::Debug, provider, facts, outcome, None, message);
        }
        None => {}
    }
}

/// Logs a request that was dropped while its body was read. Anybody can cause that.
pub(crate) fn body_aborted(provider: &'static str) {
    let outcome = DeliveryOutcome::Aborted.as_str();
    debug!(target: TARGET, provider, outcome, "request aborted: it was dropped before its body was read");
}

/// Logs rejections, rate-limited by outcome: one line in [`WARNING_INTERVAL`] seconds at the level of the table, the
/// others at `debug`.
pub(crate) struct Rejections([RateLimit; DeliveryOutcome::NAMES.len()]);

impl Default for Rejections {
    fn default() -> Self {
        Self(std::array::from_fn(|_| RateLimit::default()))
    }
}

struct RateLimit {
    last_warning: AtomicI64,
    suppressed: AtomicU64,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            last_warning: AtomicI64::new(i64::MIN),
            suppressed: AtomicU64::new(0),
        }
    }
}

impl RateLimit {
    /// Returns the number of suppressed warnings if a warning is due, and otherwise counts one more.
    fn next_warning(&self, now: Timestamp) -> Option<u64> {
        let (now, last) = (now.as_second(), self.last_warning.load(Relaxed));
        // The absolute difference, so that a clock that was set back does not silence warnings.
        let is_due = now.abs_diff(last) >= WARNING_INTERVAL
            && self
                .last_warning
                .compare_exchange(last, now, Relaxed, Relaxed)
                .is_ok();
        if is_due {
            return Some(self.suppressed.swap(0, Relaxed));
        }
        self.suppressed.fetch_add(1, Relaxed);
        None
    }
}

impl Rejections {
    /// Logs a rejected request, or a handshake that was answered.
    pub(crate) fn record(
        &self,
        provider: &'static str,
        tenant: &Tenant,
        outcome: &DeliveryOutcome,
        now: Timestamp,
    ) {
        let (tenant, name, info) = (tenant.name(), outcome.as_str(), outcome.info());
        let message = info.message;
        if let DeliveryOutcome::Handshake(_) = outcome {
            log_at!(info.level, provider, tenant, outcome = name, "{message}");
            return;
        }
        let read_bytes = match outcome {
            DeliveryOutcome::BodyTooLarge { read }
            | DeliveryOutcome::BodyIncomplete { read }
            | DeliveryOutcome::BodyTimeout { read } => Some(*read),
            _ => None,
        };
        let limit = self.0.get(info.index);
        let suppressed = limit.and_then(|limit| limit.next_warning(now));
        let level = match suppressed {
            Some(_) => info.level,
            None => LogLevel::Debug,
        };
        log_at!(
            level,
            provider,
            tenant,
            outcome = name,
            error = outcome.error_text(),
            read_bytes,
            suppressed,
            "{message}"
        );
    }
}

/// Logs a call to a store that failed.
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
        "store call failed: see `error`; check that the store can be reached"
    );
}

/// Message of a lease that expired while its handler ran.
const LEASE_LOST: &str =
    "lease lost: it expired while the handler ran, so the delivery may run twice; raise `lease`";

/// Logs a claim whose lease expired while the handler ran.
pub(crate) fn claim_lost(provider: &'static str, key: &DeliveryKey) {
    error!(target: TARGET, provider, key = key.as_str(), "{LEASE_LOST}");
}

/// Logs a row of an inbox whose lease had expired when its completion was recorded.
pub(crate) fn completion_lost(provider: &'static str, key: &str) {
    error!(target: TARGET, provider, key, "{LEASE_LOST}");
}

/// Logs a row of an inbox whose lease expired while the handler runs.
pub(crate) fn lease_lost(provider: &'static str, row: i64) {
    error!(target: TARGET, provider, row, "{LEASE_LOST}");
}

/// Logs what happens to a stored delivery after a failed attempt, once the inbox has recorded it.
pub(crate) fn attempt_recorded(
    provider: &'static str,
    key: &str,
    attempts: u32,
    disposition: &Disposition,
) {
    let attempt = attempts.saturating_add(1);
    match disposition {
        Disposition::Done { .. } => {}
        Disposition::Retry { after, .. } => info!(
            target: TARGET,
            provider,
            key,
            attempt,
            backoff_seconds = after.as_secs(),
            "attempt failed: the delivery is retried after `backoff_seconds`"
        ),
        Disposition::Dead { error } => error!(
            target: TARGET,
            provider,
            key,
            attempt,
            error,
            "delivery is a dead letter: no attempt is left; correct the cause and replay it"
        ),
    }
}

/// Logs a handler's writes in the transaction of its inbox that could not be committed.
pub(crate) fn effects_failed(provider: &'static str, key: &str, problem: &BoxError) {
    error!(
        target: TARGET,
        provider,
        key,
        error = chain(&**problem),
        "handler's writes are rolled back: they cannot be committed, see `error`; correct the handler's statements"
    );
}

/// Logs a call to an inbox that failed.
pub(crate) fn inbox_failed(provider: &'static str, call: &'static str, problem: &BoxError) {
    error!(
        target: TARGET,
        provider,
        call,
        error = chain(&**problem),
        "inbox call failed and is retried: see `error`; check that the inbox can be reached"
    );
}

/// Logs an option of a handler that has no effect on this endpoint.
pub(crate) fn option_without_effect(
    provider: &'static str,
    handler: &'static str,
    option: &'static str,
) {
    warn!(
        target: TARGET,
        provider,
        handler,
        option,
        "an option of the handler has no effect: the endpoint has no inbox; add `.inbox(…)`, or remove the option"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warning_is_due_once_in_ten_seconds_and_counts_suppressed_ones() {
        let limit = RateLimit::default();
        let next = |second| limit.next_warning(Timestamp::from_second(second));
        assert_eq!(next(100), Some(0));
        assert_eq!(next(100), None);
        assert_eq!(next(109), None);
        assert_eq!(next(110), Some(2));
        assert_eq!(next(119), None);
        assert_eq!(next(50), Some(1), "the clock was set back");
        assert_eq!(next(51), None);
    }
}
