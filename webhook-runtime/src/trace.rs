//! What operators see: one span for each handled delivery, and the log lines of the pipeline.
//!
//! The vocabulary is part of the public contract and stands in the crate's documentation. Never a body, a secret
//! or a signature.

use std::time::Instant;

use tracing::field::Empty;
use tracing::{debug, error, info, info_span, warn};

use crate::endpoint::Ending;
use crate::event::DecodeError;
use crate::handler::Received;
#[cfg(feature = "tokio")]
use crate::inbox::End;
use crate::outcome::{BoxError, Outcome, chain};
use crate::store::DeliveryKey;

const TARGET: &str = "webhook";

/// The span of a delivery on its way through a handler.
pub(crate) struct Span<'d> {
    span: tracing::Span,
    started: Option<Instant>,
    provider: &'static str,
    received: &'d Received<'d>,
    handler: &'static str,
}

impl<'d> Span<'d> {
    pub(crate) fn new(
        provider: &'static str,
        received: &'d Received<'d>,
        handler: &'static str,
    ) -> Self {
        let span = info_span!(
            target: TARGET,
            "webhook.delivery",
            provider,
            delivery_id = received.verified.id_str(),
            event_type = &*received.peeked.event_type,
            handler,
            body_bytes = received.body.len(),
            outcome = Empty,
            status = Empty,
            duration_us = Empty,
        );
        let started = (!span.is_disabled()).then(Instant::now);
        Self {
            span,
            started,
            provider,
            received,
            handler,
        }
    }

    /// A step of the handler, so that what it logs belongs to the span.
    pub(crate) fn within<T>(&self, step: impl FnOnce() -> T) -> T {
        self.span.in_scope(step)
    }

    /// Says that the handler runs past its deadline.
    pub(crate) fn overdue(&self) {
        warn!(
            target: TARGET,
            provider = self.provider,
            delivery_id = self.received.verified.id_str(),
            event_type = &*self.received.peeked.event_type,
            handler = self.handler,
            "the handler runs past its deadline; the sender is told to come again"
        );
    }

    /// Tells how the handler ended, and whether the request still waited for it.
    pub(crate) fn finish(self, ending: &Ending, waited_for: bool) {
        self.span.record("outcome", ending.as_str());
        self.span.record("status", ending.status().as_u16());
        if let Some(started) = self.started {
            let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
            self.span.record("duration_us", micros);
        }
        let _entered = self.span.enter();
        match ending {
            Ending::Handled(outcome) if !waited_for => {
                info!(
                    target: TARGET,
                    outcome = outcome.as_str(),
                    "handled after its request was gone; the sender may come again"
                );
            }
            Ending::Handled(Outcome::Done) => debug!(target: TARGET, "handled"),
            Ending::Handled(outcome) => {
                info!(target: TARGET, outcome = outcome.as_str(), "handled");
            }
            Ending::Failed(failure) => self.error(&chain(failure), "the handler failed"),
            Ending::Panicked => self.error("panic", "the handler panicked"),
            Ending::Cancelled => self.error(
                "deadline",
                "the handler did not end before its deadline and was cancelled",
            ),
            Ending::Undecodable(problem) => {
                self.error(
                    &problem.to_string(),
                    "the body does not fit the handler's event",
                );
            }
            _ => {}
        }
    }

    /// Says itself which delivery it is about: a filter that keeps errors may drop the span.
    fn error(&self, error: &str, what: &str) {
        error!(
            target: TARGET,
            provider = self.provider,
            delivery_id = self.received.verified.id_str(),
            event_type = &*self.received.peeked.event_type,
            handler = self.handler,
            error,
            "{what}; {}",
            match self.received.is_stored {
                true => "the inbox says whether it is tried again",
                false => "the sender will come again",
            }
        );
    }
}

pub(crate) fn refused(provider: &'static str, ending: &Ending) {
    let reason = ending.as_str();
    match ending {
        // Told where it was found, with the delivery's id.
        Ending::Undecodable(_) | Ending::Unhandled => {}
        Ending::Handshake(_) => info!(target: TARGET, provider, "handshake answered"),
        Ending::Refused(error) => {
            warn!(target: TARGET, provider, reason, error = %error, "delivery refused");
        }
        Ending::TooLarge { read } | Ending::BrokeOff { read } | Ending::TooSlow { read } => {
            warn!(target: TARGET, provider, reason, read_bytes = read, "delivery refused");
        }
        _ => warn!(target: TARGET, provider, reason, "delivery refused"),
    }
}

/// An authentic delivery whose handler does not even begin.
pub(crate) fn put_off(
    provider: &'static str,
    received: &Received<'_>,
    handler: &'static str,
    ending: &Ending,
) {
    warn!(
        target: TARGET,
        provider,
        delivery_id = received.verified.id_str(),
        event_type = &*received.peeked.event_type,
        handler,
        reason = ending.as_str(),
        "delivery put off; the sender is told to come again"
    );
}

/// An authentic delivery that a store says is not to be handled now, or cannot say.
pub(crate) fn not_handled_now(
    provider: &'static str,
    received: &Received<'_>,
    handler: &'static str,
    ending: &Ending,
) {
    let delivery_id = received.verified.id_str();
    let event_type = &*received.peeked.event_type;
    match ending {
        Ending::Duplicate => info!(
            target: TARGET,
            provider,
            delivery_id,
            event_type,
            handler,
            "handled before; answered with 200"
        ),
        Ending::StoreUnavailable(problem) => error!(
            target: TARGET,
            provider,
            delivery_id,
            event_type,
            handler,
            reason = ending.as_str(),
            error = chain(problem),
            "the store cannot say whether this delivery is new; the sender is told to come again"
        ),
        _ => put_off(provider, received, handler, ending),
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
        error = chain(problem),
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
#[cfg(feature = "tokio")]
pub(crate) fn put_down(provider: &'static str, key: &str, attempts: u32, end: &End) {
    match end {
        End::Done { .. } => {}
        End::Retry { after, .. } => info!(
            target: TARGET,
            provider,
            key,
            attempt = attempts.saturating_add(1),
            after_s = after.as_secs(),
            "the delivery is tried again"
        ),
        End::Dead { error } => error!(
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
#[cfg(feature = "tokio")]
pub(crate) fn inbox_failed(provider: &'static str, call: &'static str, problem: &BoxError) {
    error!(target: TARGET, provider, call, error = chain(problem), "the inbox failed; it is asked again");
}

/// A handler that was so slow that its row was given to another one.
#[cfg(feature = "tokio")]
pub(crate) fn ticket_lost(provider: &'static str, key: &str) {
    error!(
        target: TARGET,
        provider,
        key,
        "the lease ran out while the handler ran, and the delivery was taken over"
    );
}

/// The same, while the handler still runs.
#[cfg(feature = "tokio")]
pub(crate) fn lease_lost(provider: &'static str, row: i64) {
    error!(
        target: TARGET,
        provider,
        row,
        "the lease of a running handler is lost: its delivery was taken over"
    );
}

/// A handler that nothing can run to its end.
#[cfg_attr(
    not(feature = "tokio"),
    expect(dead_code, reason = "nothing is handed over")
)]
pub(crate) fn cut_off(provider: &'static str) {
    error!(
        target: TARGET,
        provider,
        "a request was dropped where there is no runtime, and its handler with it; the sender will come again"
    );
}

pub(crate) fn undecodable(provider: &'static str, delivery_id: &str, problem: &DecodeError) {
    error!(
        target: TARGET,
        provider,
        delivery_id,
        error = %problem,
        "an authentic delivery cannot be decoded; the sender will come again"
    );
}

pub(crate) fn unhandled(provider: &'static str, event_type: &str, handler_to_paste: &str) {
    warn!(
        target: TARGET,
        provider,
        event_type,
        "no handler for this event; it is answered with 200. To handle it, add:\n{handler_to_paste}\n"
    );
}
