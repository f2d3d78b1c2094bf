//! The idempotent mode: a delivery is claimed in a store before its handler, and marked as done after it.

use std::collections::HashSet;
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;

use super::ask::{TooSlow, ask, guarded, in_time, pauses};
use super::mode::Terms;
use super::running::{Claim, pause};
use super::{DeliveryOutcome, Endpoint, Found};
use crate::observe::{DeliveryGuard, log};
use crate::outcome::{BoxError, chain};
use crate::router::Router;
use crate::store::{ClaimResult, DeliveryKey, FencingToken, LeaseStatus, Store};

/// The store of an endpoint, and how it is asked.
pub(super) struct Once {
    pub(super) store: Box<dyn Store>,
    pub(super) terms: Terms,
    /// What is handled, while the store could not be told so. Whatever becomes of its lease: it does not run again here.
    pub(super) untold: Mutex<HashSet<DeliveryKey>>,
}

impl Once {
    /// The claim of a delivery, or how else it ends.
    async fn claim(
        &self,
        key: &DeliveryKey,
        watched: &DeliveryGuard<'_>,
    ) -> Result<FencingToken, DeliveryOutcome> {
        if self.untold().contains(key) {
            return Err(DeliveryOutcome::InProgress);
        }
        let mut asked = self.store.claim(key, self.terms.lease);
        let Some(answer) = in_time(&mut asked, self.terms.timeout).await else {
            let slow = DeliveryOutcome::StoreUnavailable(TooSlow.into());
            if watched.answer_now(&slow) {
                // What the store still claims is given back.
                if let Ok(ClaimResult::New(fence)) = guarded(&mut asked).await {
                    // If this fails too, the lease runs out.
                    let _ = self.tell_later(key, fence, Told::Failed).await;
                }
            }
            return Err(slow);
        };
        match answer {
            Ok(ClaimResult::New(fence)) => Ok(fence),
            Ok(ClaimResult::Done) => Err(DeliveryOutcome::Duplicate),
            Ok(ClaimResult::InProgress) => Err(DeliveryOutcome::InProgress),
            Err(error) => Err(DeliveryOutcome::StoreUnavailable(error)),
        }
    }

    /// Renews a claim, for as long as it is polled.
    async fn renew(&self, key: &DeliveryKey, fence: FencingToken) {
        while pause(self.terms.lease / 3).await {
            let asked = self.store.renew(key, fence, self.terms.lease);
            match ask(asked, self.terms.timeout).await {
                Ok(LeaseStatus::Held) => {}
                Ok(LeaseStatus::Lost) => {
                    log::claim_lost(self.terms.provider, key);
                    break;
                }
                Err(error) => log::store_failed(self.terms.provider, key, "renew", &error),
            }
        }
        // Nothing more to do until the handler ends.
        pending::<()>().await;
    }

    /// Tells the store how the handler ended. If it cannot be told now, the sender is answered, and it is told later.
    async fn tell(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        told: Told,
        watched: &DeliveryGuard<'_>,
    ) -> Result<LeaseStatus, BoxError> {
        let error = match self.tell_once(key, fence, told).await {
            Ok(holding) => return Ok(holding),
            Err(error) => error,
        };
        log::store_failed(self.terms.provider, key, told.as_str(), &error);
        let _untold = (told == Told::Done).then(|| Untold::new(self, key));
        if !watched.answer_now(&DeliveryOutcome::StoreUnavailable(chain(&*error).into())) {
            // This sender waits.
            return Err(error);
        }
        self.tell_later(key, fence, told).await.ok_or(error)
    }

    /// Tells the store as soon as it listens; none if it never did.
    async fn tell_later(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        told: Told,
    ) -> Option<LeaseStatus> {
        let mut waited = Duration::ZERO;
        for wait in pauses() {
            if waited >= self.terms.keep || !pause(wait).await {
                break;
            }
            if let Ok(holding) = self.tell_once(key, fence, told).await {
                return Some(holding);
            }
            waited += wait;
        }
        None
    }

    async fn tell_once(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        told: Told,
    ) -> Result<LeaseStatus, BoxError> {
        let asked = match told {
            Told::Done => self.store.complete(key, fence, self.terms.keep),
            Told::Failed => self.store.release(key, fence),
        };
        ask(asked, self.terms.timeout).await
    }

    fn untold(&self) -> MutexGuard<'_, HashSet<DeliveryKey>> {
        // Nothing in here panics half-way.
        self.untold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a handler ended, as far as a store is concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Done,
    Failed,
}

impl Told {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "complete",
            Self::Failed => "release",
        }
    }
}

/// A key in [`Once::untold`], while it lives.
struct Untold<'o> {
    once: &'o Once,
    key: &'o DeliveryKey,
}

impl<'o> Untold<'o> {
    fn new(once: &'o Once, key: &'o DeliveryKey) -> Self {
        once.untold().insert(key.clone());
        Self { once, key }
    }
}

impl Drop for Untold<'_> {
    fn drop(&mut self) {
        self.once.untold().remove(self.key);
    }
}

impl<R: Router> Endpoint<R> {
    /// Calls the handler, if this delivery is not done and not in progress.
    pub(super) async fn call_once(
        &self,
        once: &Once,
        found: &Found<'_>,
        request: Option<&Claim>,
        watched: &mut DeliveryGuard<'_>,
    ) -> DeliveryOutcome {
        let received = &found.received;
        let key = &once.terms.keys.key(received.tenant, &received.verified);
        // From here on something may have been claimed, and is to be given back.
        if let Some(request) = request {
            request.begin();
        }
        let fence = match once.claim(key, watched).await {
            Ok(fence) => fence,
            Err(ending) => return ending,
        };
        let ending = {
            let mut handler = pin!(self.run_handler(found, request, watched));
            let mut renewal = pin!(once.renew(key, fence));
            poll_fn(|cx| {
                let step = handler.as_mut().poll(cx);
                if step.is_pending() {
                    let _ = renewal.as_mut().poll(cx);
                }
                step
            })
            .await
        };
        let told = match ending.status() {
            StatusCode::OK | StatusCode::GONE => Told::Done,
            _ => Told::Failed,
        };
        match (told, once.tell(key, fence, told, watched).await) {
            (Told::Done, Ok(LeaseStatus::Lost)) => DeliveryOutcome::ClaimLost,
            (Told::Done, Err(error)) => DeliveryOutcome::StoreUnavailable(error),
            _ => ending,
        }
    }
}
