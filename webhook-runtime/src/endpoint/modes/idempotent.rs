//! The idempotent mode: a delivery is claimed in a store before its handler runs, and completed after it.
//!
//! - A claim is made for the handler, not for the request: a delivery that is not authentic or has no handler is not
//!   claimed. From the claim on, a delivery runs to its end if its request is dropped, so that no claim is left behind.
//! - The outcome is recorded, however long that takes. A handler that succeeded while the store is unavailable must not
//!   run again: the sender is answered with 503, the delivery continues without its request and repeats the call, and this
//!   process rejects redeliveries of the key until the call succeeds. A claim whose answer arrived too late is released in the same way.

use std::collections::HashSet;
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;

use super::call::{TimedOut, backoff_delays, call, call_within, catching_panics};
use super::store_config::StoreConfig;
use crate::endpoint::running::RoutedGuard;
use crate::endpoint::running::timer::sleep;
use crate::observe::{DeliveryOutcome, log};
use crate::outcome::{BoxError, chain};
use crate::store::{ClaimResult, DeliveryKey, FencingToken, LeaseStatus, Store};

/// The store of an endpoint.
pub(in crate::endpoint) struct IdempotentMode {
    store: Box<dyn Store>,
    config: StoreConfig,
    /// Keys whose handler succeeded but whose completion is not recorded yet; this process rejects redeliveries of them.
    unrecorded: Mutex<HashSet<DeliveryKey>>,
}

/// A claimed delivery.
pub(in crate::endpoint) struct Claim<'k> {
    key: &'k DeliveryKey,
    fence: FencingToken,
}

impl IdempotentMode {
    pub(in crate::endpoint) fn new(store: Box<dyn Store>, config: StoreConfig) -> Self {
        Self {
            store,
            config,
            unrecorded: Mutex::default(),
        }
    }

    pub(in crate::endpoint) const fn config(&self) -> &StoreConfig {
        &self.config
    }

    /// Claims a delivery. The error is the outcome of a delivery that is not claimed.
    pub(in crate::endpoint) async fn claim<'k>(
        &self,
        key: &'k DeliveryKey,
        guard: &RoutedGuard<'_, '_>,
    ) -> Result<Claim<'k>, DeliveryOutcome> {
        if self.unrecorded().contains(key) {
            return Err(DeliveryOutcome::InProgress);
        }
        let mut claiming = self.store.claim(key, self.config.lease);
        let Some(result) = call_within(&mut claiming, self.config.timeout).await else {
            let timed_out = DeliveryOutcome::StoreUnavailable(TimedOut.into());
            if guard.answer_now(&timed_out) {
                // The store may still make the claim: it is released then.
                if let Ok(ClaimResult::New(fence)) = catching_panics(&mut claiming).await {
                    // If this fails, too, the lease expires.
                    let claim = Claim { key, fence };
                    let _ = self.record_later(&claim, ClaimEnd::Release).await;
                }
            }
            return Err(timed_out);
        };
        match result {
            Ok(ClaimResult::New(fence)) => Ok(Claim { key, fence }),
            Ok(ClaimResult::Done) => Err(DeliveryOutcome::Duplicate),
            Ok(ClaimResult::InProgress) => Err(DeliveryOutcome::InProgress),
            Err(error) => Err(DeliveryOutcome::StoreUnavailable(error)),
        }
    }

    /// Awaits the handler, and renews the claim meanwhile.
    pub(in crate::endpoint) async fn keep_claimed(
        &self,
        claim: &Claim<'_>,
        handler: impl Future<Output = DeliveryOutcome>,
    ) -> DeliveryOutcome {
        let mut handler = pin!(handler);
        let mut renewal = pin!(self.renew(claim));
        poll_fn(|cx| {
            let step = handler.as_mut().poll(cx);
            if step.is_pending() {
                let _ = renewal.as_mut().poll(cx);
            }
            step
        })
        .await
    }

    /// Completes or releases the claim. Returns the outcome of the delivery.
    pub(in crate::endpoint) async fn record(
        &self,
        claim: &Claim<'_>,
        outcome: DeliveryOutcome,
        guard: &RoutedGuard<'_, '_>,
    ) -> DeliveryOutcome {
        let end = match outcome.status() {
            StatusCode::OK | StatusCode::GONE => ClaimEnd::Complete,
            _ => ClaimEnd::Release,
        };
        match (end, self.record_end(claim, end, guard).await) {
            (ClaimEnd::Complete, Ok(LeaseStatus::Lost)) => DeliveryOutcome::ClaimLost,
            (ClaimEnd::Complete, Err(error)) => DeliveryOutcome::StoreUnavailable(error),
            _ => outcome,
        }
    }

    /// Renews a claim for as long as it is polled.
    async fn renew(&self, claim: &Claim<'_>) {
        let Claim { key, fence } = *claim;
        while sleep(self.config.lease / 3).await {
            let renewing = self.store.renew(key, fence, self.config.lease);
            match call(renewing, self.config.timeout).await {
                Ok(LeaseStatus::Held) => {}
                Ok(LeaseStatus::Lost) => {
                    log::claim_lost(self.config.provider(), key);
                    break;
                }
                Err(error) => log::store_failed(self.config.provider(), key, "renew", &error),
            }
        }
        // Nothing more to do until the handler ends.
        pending::<()>().await;
    }

    /// Records the end of a claim. If the store is unavailable, the sender is answered, and the call is repeated later.
    async fn record_end(
        &self,
        claim: &Claim<'_>,
        end: ClaimEnd,
        guard: &RoutedGuard<'_, '_>,
    ) -> Result<LeaseStatus, BoxError> {
        let error = match self.try_record(claim, end).await {
            Ok(status) => return Ok(status),
            Err(error) => error,
        };
        log::store_failed(self.config.provider(), claim.key, end.as_str(), &error);
        let _unrecorded = (end == ClaimEnd::Complete).then(|| Unrecorded::new(self, claim.key));
        if !guard.answer_now(&DeliveryOutcome::StoreUnavailable(chain(&*error).into())) {
            // The caller of this entry point waits, and gets the error.
            return Err(error);
        }
        self.record_later(claim, end).await.ok_or(error)
    }

    /// Repeats the call until it succeeds. `None`: it did not, for as long as completed deliveries are remembered.
    async fn record_later(&self, claim: &Claim<'_>, end: ClaimEnd) -> Option<LeaseStatus> {
        let mut waited = Duration::ZERO;
        for delay in backoff_delays() {
            if waited >= self.config.retention || !sleep(delay).await {
                break;
            }
            if let Ok(status) = self.try_record(claim, end).await {
                return Some(status);
            }
            waited += delay;
        }
        None
    }

    async fn try_record(&self, claim: &Claim<'_>, end: ClaimEnd) -> Result<LeaseStatus, BoxError> {
        let Claim { key, fence } = *claim;
        let recording = match end {
            ClaimEnd::Complete => self.store.complete(key, fence, self.config.retention),
            ClaimEnd::Release => self.store.release(key, fence),
        };
        call(recording, self.config.timeout).await
    }

    fn unrecorded(&self) -> MutexGuard<'_, HashSet<DeliveryKey>> {
        // No code panics while it has the lock.
        self.unrecorded
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// End of a claim.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ClaimEnd {
    Complete,
    Release,
}

impl ClaimEnd {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Release => "release",
        }
    }
}

/// A key in [`IdempotentMode::unrecorded`], until it is dropped.
struct Unrecorded<'o> {
    mode: &'o IdempotentMode,
    key: &'o DeliveryKey,
}

impl<'o> Unrecorded<'o> {
    fn new(mode: &'o IdempotentMode, key: &'o DeliveryKey) -> Self {
        mode.unrecorded().insert(key.clone());
        Self { mode, key }
    }
}

impl Drop for Unrecorded<'_> {
    fn drop(&mut self) {
        self.mode.unrecorded().remove(self.key);
    }
}
