//! One attempt to handle a delivery of an inbox, and what is written down of it.

use std::time::Duration;

use super::Inboxed;
use crate::endpoint::ask::{ask, pauses};
use crate::endpoint::running::pause;
use crate::endpoint::{DeliveryOutcome, Endpoint};
use crate::inbox::{Completion, Disposition, Effects, LeaseToken, Leased};
use crate::outcome::Outcome;
use crate::retry::Retry;
use crate::router::Router;
use crate::trace;

/// What is kept of an error.
const MAX_ERROR: usize = 2_000;

impl<R: Router> Endpoint<R> {
    /// Handles a delivery of the inbox, and writes down how that ended. Whether it is done.
    pub(super) async fn attempt(&self, inboxed: &Inboxed, taken: Leased) -> bool {
        let Leased {
            token,
            attempts,
            delivery,
        } = &taken;
        let _at_work = AtWork::new(inboxed, *token);
        let effects = inboxed.inbox.effects();
        let (policy, found) = match self.find_stored(delivery, effects.as_deref()) {
            Ok(found) => (found.info.retry(), Ok(found)),
            Err(ending) => (Retry::new(), Err(ending)),
        };
        let failed = Failed {
            key: delivery.key.as_str(),
            attempts: *attempts,
            policy: policy.or(inboxed.retry),
        };
        let end = match found {
            // Whoever had the last attempt would have given it up.
            _ if !failed.policy.allows(*attempts) => Disposition::Dead {
                error: format!(
                    "the process died, or lost its lease, in the last of {attempts} attempts"
                ),
            },
            Ok(found) => failed.end(&self.run_stored(&found).await, inboxed.terms.keep),
            Err(ending) => failed.end(&ending, inboxed.terms.keep),
        };
        inboxed.complete(*token, end, effects, &failed).await
    }
}

/// What decides on the end of a delivery that failed.
struct Failed<'d> {
    key: &'d str,
    attempts: u32,
    policy: Retry,
}

impl Failed<'_> {
    /// What is written down of an ending.
    fn end(&self, ending: &DeliveryOutcome, keep: Duration) -> Disposition {
        match ending {
            DeliveryOutcome::Handled(Outcome::Done) => Disposition::Done { keep },
            DeliveryOutcome::Handled(Outcome::Gone) => Disposition::Dead {
                error: "the handler said that the endpoint is gone".to_owned(),
            },
            DeliveryOutcome::Handled(Outcome::RetryLater(after)) => self.retry("", Some(*after)),
            ending => self.retry(&ending.problem(), None),
        }
    }

    /// Another try, after this time or that of the policy; or none.
    fn retry(&self, problem: &str, after: Option<Duration>) -> Disposition {
        let mut error = problem.to_owned();
        let end = (0..=MAX_ERROR.min(error.len())).rev();
        let end = end.into_iter().find(|end| error.is_char_boundary(*end));
        error.truncate(end.unwrap_or_default());
        match self.policy.backoff(self.key, self.attempts) {
            Some(pause) => Disposition::Retry {
                after: after.unwrap_or(pause),
                error,
            },
            None => Disposition::Dead { error },
        }
    }
}

impl Inboxed {
    /// Writes down how a handler ended, however often that takes. Whether the delivery is done.
    async fn complete(
        &self,
        token: LeaseToken,
        mut end: Disposition,
        effects: Option<Box<dyn Effects>>,
        failed: &Failed<'_>,
    ) -> bool {
        let provider = self.terms.provider;
        let mut effects = effects.filter(|effects| effects.are_there());
        let mut is_uncertain = false;
        for wait in pauses() {
            let had_effects = effects.is_some();
            let asked = self.inbox.complete(token, &end, effects.take());
            match ask(asked, self.terms.timeout).await {
                Ok(Completion::Recorded) => {
                    trace::put_down(provider, failed.key, failed.attempts, &end);
                    return matches!(end, Disposition::Done { .. });
                }
                // It was written by the call whose answer was lost, or is somebody else's by now.
                Ok(Completion::Lost) if is_uncertain => return true,
                Ok(Completion::Lost) => {
                    trace::ticket_lost(provider, failed.key);
                    return false;
                }
                Ok(Completion::EffectsFailed(error)) => {
                    trace::inbox_failed(provider, "commit what the handler wrote", &error);
                    end = failed.retry(&format!("what the handler wrote: {error}"), None);
                }
                Err(error) => {
                    trace::inbox_failed(provider, "finish", &error);
                    is_uncertain = true;
                    if had_effects {
                        // Gone with that call: if they were not committed, the handler has to write them again. If
                        // they were, the row is done, and this is refused.
                        end = failed.retry(&format!("what the handler wrote: {error}"), None);
                    }
                    if !pause(wait).await {
                        break;
                    }
                }
            }
        }
        false
    }
}

/// A row that somebody is at work on here, while it lives.
struct AtWork<'i> {
    inboxed: &'i Inboxed,
    token: LeaseToken,
}

impl<'i> AtWork<'i> {
    fn new(inboxed: &'i Inboxed, token: LeaseToken) -> Self {
        inboxed.tokens().insert(token);
        Self { inboxed, token }
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.inboxed.tokens().remove(&self.token);
    }
}
