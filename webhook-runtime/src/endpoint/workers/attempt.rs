//! One attempt to handle an inbox row, and its result in the inbox.
//!
//! The worker that ran the handler records the result, and only if the row is still leased to it. If it is unknown whether
//! the handler's writes in the row's transaction were committed, the result becomes a retry, which the fencing token
//! rejects if they were.

use std::time::Duration;

use crate::endpoint::modes::{InboxMode, backoff_delays, call};
use crate::endpoint::running::timer::sleep;
use crate::endpoint::state::EndpointState;
use crate::inbox::{Completion, Disposition, Effects, LeaseToken, Leased};
use crate::observe::{DeliveryOutcome, log};
use crate::outcome::Outcome;
use crate::retry::Retry;
use crate::router::Router;

/// Maximum length of a recorded error, in bytes.
const MAX_ERROR: usize = 2_000;

/// Handles a row and records the result. Returns whether the delivery is completed.
pub(super) async fn run<R: Router>(
    state: &EndpointState<R>,
    mode: &InboxMode,
    leased: Leased,
) -> bool {
    let Leased {
        token,
        attempts,
        delivery,
    } = &leased;
    let _active = ActiveRow::new(mode, *token);
    let effects = mode.inbox.effects();
    let (policy, routed) = match state.route_stored(delivery, effects.as_deref()) {
        Ok(routed) => (routed.handler.retry(), Ok(routed)),
        Err(outcome) => (Retry::new(), Err(outcome)),
    };
    let attempt = Attempt {
        key: delivery.key.as_str(),
        attempts: *attempts,
        policy: policy.or(mode.retry),
    };
    let disposition = match routed {
        // A worker that had survived the last attempt would have recorded the row as dead.
        _ if !attempt.policy.allows(*attempts) => Disposition::Dead {
            error: format!(
                "the process crashed, or lost its lease, in the last of {attempts} attempts"
            ),
        },
        Ok(routed) => {
            let outcome = state.run_stored(&routed).await;
            attempt.disposition(&outcome, mode.config.retention)
        }
        Err(outcome) => attempt.disposition(&outcome, mode.config.retention),
    };
    attempt.complete(mode, *token, disposition, effects).await
}

/// Facts of an attempt that decide its result, together with its outcome.
struct Attempt<'d> {
    key: &'d str,
    /// Number of earlier attempts, including those whose worker crashed.
    attempts: u32,
    policy: Retry,
}

impl Attempt<'_> {
    fn disposition(&self, outcome: &DeliveryOutcome, retention: Duration) -> Disposition {
        match outcome {
            DeliveryOutcome::Handled(Outcome::Done) => Disposition::Done { keep: retention },
            DeliveryOutcome::Handled(Outcome::Gone) => Disposition::Dead {
                error: "the handler returned `Outcome::Gone`".to_owned(),
            },
            DeliveryOutcome::Handled(Outcome::RetryLater(after)) => self.retry("", Some(*after)),
            outcome => self.retry(&outcome.recorded_error(), None),
        }
    }

    /// Returns a retry after the given time, or after the policy's backoff; a dead letter if no retry is left.
    fn retry(&self, problem: &str, after: Option<Duration>) -> Disposition {
        let mut error = problem.to_owned();
        let end = (0..=MAX_ERROR.min(error.len())).rev();
        let end = end.into_iter().find(|end| error.is_char_boundary(*end));
        error.truncate(end.unwrap_or_default());
        match self.policy.backoff(self.key, self.attempts) {
            Some(backoff) => Disposition::Retry {
                after: after.unwrap_or(backoff),
                error,
            },
            None => Disposition::Dead { error },
        }
    }

    /// Records the result, with repeated calls if the inbox fails. Returns whether the delivery is completed.
    async fn complete(
        &self,
        mode: &InboxMode,
        token: LeaseToken,
        mut disposition: Disposition,
        effects: Option<Box<dyn Effects>>,
    ) -> bool {
        let (provider, timeout) = (mode.config.provider(), mode.config.timeout);
        let mut effects = effects.filter(|effects| !effects.is_empty());
        let mut is_uncertain = false;
        for delay in backoff_delays() {
            let had_effects = effects.is_some();
            let completing = mode.inbox.complete(token, &disposition, effects.take());
            match call(completing, timeout).await {
                Ok(Completion::Recorded) => {
                    log::attempt_recorded(provider, self.key, self.attempts, &disposition);
                    return matches!(disposition, Disposition::Done { .. });
                }
                // The call whose answer was lost has recorded it, or another worker has the row.
                Ok(Completion::Lost) if is_uncertain => return true,
                Ok(Completion::Lost) => {
                    log::completion_lost(provider, self.key);
                    return false;
                }
                Ok(Completion::EffectsFailed(error)) => {
                    log::effects_failed(provider, self.key, &error);
                    disposition = self.retry(&format!("the handler's writes: {error}"), None);
                }
                Err(error) => {
                    log::inbox_failed(provider, "complete", &error);
                    is_uncertain = true;
                    if had_effects {
                        // The failed call has consumed the writes. If they were not committed, the handler must run
                        // again. If they were, the row is completed, and the retry is rejected.
                        disposition = self.retry(&format!("the handler's writes: {error}"), None);
                    }
                    if !sleep(delay).await {
                        break;
                    }
                }
            }
        }
        false
    }
}

/// A row whose handler runs in this process: its lease is renewed until this is dropped.
struct ActiveRow<'i> {
    mode: &'i InboxMode,
    token: LeaseToken,
}

impl<'i> ActiveRow<'i> {
    fn new(mode: &'i InboxMode, token: LeaseToken) -> Self {
        mode.active().insert(token);
        Self { mode, token }
    }
}

impl Drop for ActiveRow<'_> {
    fn drop(&mut self) {
        self.mode.active().remove(&self.token);
    }
}
