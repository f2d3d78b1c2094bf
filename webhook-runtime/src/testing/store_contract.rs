//! What every store promises, as checks.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use crate::store::{ClaimResult, DeliveryKey, FencingToken, LeaseStatus, Store};

/// Longer than a check takes.
const LONG: Duration = Duration::from_secs(600);
/// Long enough for a slow store to answer in between, short enough to wait for.
const SHORT: Duration = Duration::from_millis(400);
const PAST_SHORT: Duration = Duration::from_millis(700);

/// Runs every rule of [`Store`] against a store. For tests of stores of your own; the shipped ones pass it.
///
/// The keys are new with each call, so the store may hold other things. It takes some 5 seconds, since leases must run
/// out; `sleep` waits for that, so that no runtime is asked for.
///
/// ```
/// use webhook_runtime::MemoryStore;
/// use webhook_runtime::testing::store_contract;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// store_contract(&MemoryStore::default(), tokio::time::sleep).await;
/// # });
/// ```
///
/// # Panics
/// If the store breaks a rule: the message says which.
pub async fn store_contract(store: &dyn Store, sleep: impl AsyncFn(Duration)) {
    let contract = Contract {
        store,
        run: SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos()),
    };
    contract.a_new_key_is_claimed_once().await;
    contract.what_is_done_stays_done().await;
    contract.what_is_released_is_new().await;
    contract.nothing_else_speaks_for_a_claim().await;
    contract.keys_are_what_they_are().await;
    contract.of_many_one_gets_it().await;
    contract.a_lease_runs_out(&sleep).await;
    contract.a_lease_is_renewed(&sleep).await;
    contract.a_done_entry_grows_old(&sleep).await;
}

struct Contract<'s> {
    store: &'s dyn Store,
    /// Told apart from all earlier runs.
    run: u128,
}

#[expect(clippy::panic, reason = "a kit for tests")]
fn broken(rule: &str, seen: &dyn std::fmt::Debug) -> ! {
    panic!("the store breaks a rule: {rule}; it said {seen:?}")
}

#[track_caller]
fn expect<T: PartialEq + Copy + std::fmt::Debug>(seen: T, expected: &T, rule: &str) {
    if seen != *expected {
        broken(rule, &seen);
    }
}

impl Contract<'_> {
    fn key(&self, name: &str) -> DeliveryKey {
        DeliveryKey::new(format!("contract/{}//{name}", self.run))
    }

    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> ClaimResult {
        match self.store.claim(key, lease).await {
            Ok(claimed) => claimed,
            Err(error) => broken("a claim is answered", &error),
        }
    }

    async fn new_claim(&self, key: &DeliveryKey, lease: Duration, rule: &str) -> FencingToken {
        match self.claim(key, lease).await {
            ClaimResult::New(fence) => fence,
            other => broken(rule, &other),
        }
    }

    async fn complete(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        keep: Duration,
    ) -> LeaseStatus {
        match self.store.complete(key, fence, keep).await {
            Ok(holding) => holding,
            Err(error) => broken("a completion is answered", &error),
        }
    }

    async fn renew(&self, key: &DeliveryKey, fence: FencingToken, lease: Duration) -> LeaseStatus {
        match self.store.renew(key, fence, lease).await {
            Ok(holding) => holding,
            Err(error) => broken("a renewal is answered", &error),
        }
    }

    async fn release(&self, key: &DeliveryKey, fence: FencingToken) -> LeaseStatus {
        match self.store.release(key, fence).await {
            Ok(holding) => holding,
            Err(error) => broken("a release is answered", &error),
        }
    }

    async fn a_new_key_is_claimed_once(&self) {
        let key = self.key("once");
        self.new_claim(&key, LONG, "an unknown key is new").await;
        for _ in 0..3 {
            let again = self.claim(&key, LONG).await;
            expect(again, &ClaimResult::InProgress, "a held key is in progress");
        }
    }

    async fn what_is_done_stays_done(&self) {
        let key = self.key("done");
        let fence = self.new_claim(&key, LONG, "an unknown key is new").await;
        let holding = self.complete(&key, fence, LONG).await;
        expect(holding, &LeaseStatus::Held, "a holder completes");
        let again = self.claim(&key, LONG).await;
        expect(again, &ClaimResult::Done, "a completed key is done");
        let holding = self.complete(&key, fence, LONG).await;
        expect(
            holding,
            &LeaseStatus::Held,
            "a completion whose answer was lost can be said again",
        );
        let holding = self.release(&key, fence).await;
        expect(holding, &LeaseStatus::Lost, "what is done is not released");
        let holding = self.renew(&key, fence, LONG).await;
        expect(holding, &LeaseStatus::Lost, "what is done is not renewed");
        let again = self.claim(&key, LONG).await;
        expect(again, &ClaimResult::Done, "what is done stays done");
    }

    async fn what_is_released_is_new(&self) {
        let key = self.key("released");
        let first = self.new_claim(&key, LONG, "an unknown key is new").await;
        let holding = self.release(&key, first).await;
        expect(holding, &LeaseStatus::Held, "a holder releases");
        let holding = self.release(&key, first).await;
        expect(holding, &LeaseStatus::Lost, "what is released is not held");
        let holding = self.complete(&key, first, LONG).await;
        expect(
            holding,
            &LeaseStatus::Lost,
            "what is released is not completed",
        );
        let second = self
            .new_claim(&key, LONG, "a released key is new, nothing of it is kept")
            .await;
        if second <= first {
            broken(
                "a later claim of a key has a greater fence",
                &(first, second),
            );
        }
    }

    async fn nothing_else_speaks_for_a_claim(&self) {
        let key = self.key("spoken-for");
        let fence = self.new_claim(&key, LONG, "an unknown key is new").await;
        for other in [fence.get() + 1, fence.get().wrapping_sub(1), 0] {
            let other = FencingToken::new(other);
            let holding = self.complete(&key, other, LONG).await;
            expect(
                holding,
                &LeaseStatus::Lost,
                "another fence does not complete",
            );
            let holding = self.release(&key, other).await;
            expect(
                holding,
                &LeaseStatus::Lost,
                "another fence does not release",
            );
            let holding = self.renew(&key, other, LONG).await;
            expect(holding, &LeaseStatus::Lost, "another fence does not renew");
        }
        let again = self.claim(&key, LONG).await;
        expect(
            again,
            &ClaimResult::InProgress,
            "what others say changes nothing",
        );
        let unknown = self.key("never claimed");
        let holding = self.complete(&unknown, fence, LONG).await;
        expect(
            holding,
            &LeaseStatus::Lost,
            "what nobody claimed is not completed",
        );
        self.new_claim(&unknown, LONG, "what nobody claimed is new")
            .await;
    }

    async fn keys_are_what_they_are(&self) {
        let long = "x".repeat(1_000);
        let names = [
            "msg", "MSG", "msg ", " msg", "m%", "m_", "m*", "'m", "m\"", "m\\", "{m}", "ü",
            "u\u{308}", "🦀", &long,
        ];
        let mut fences = Vec::new();
        for name in names {
            let rule = "keys that differ in case, space or any character are different keys";
            fences.push(self.new_claim(&self.key(name), LONG, rule).await);
        }
        for (name, fence) in names.into_iter().zip(fences) {
            let holding = self.complete(&self.key(name), fence, LONG).await;
            expect(
                holding,
                &LeaseStatus::Held,
                "each key has a claim of its own",
            );
        }
    }

    async fn of_many_one_gets_it(&self) {
        for round in 0..10 {
            let key = self.key(&format!("wanted-{round}"));
            let all = all((0..16).map(|_| self.claim(&key, LONG))).await;
            let new = all
                .iter()
                .filter(|claimed| matches!(claimed, ClaimResult::New(_)))
                .count();
            let in_progress = all
                .iter()
                .filter(|claimed| **claimed == ClaimResult::InProgress)
                .count();
            if (new, in_progress) != (1, 15) {
                broken("of many callers at a time, one gets the claim", &all);
            }
        }
    }

    async fn a_lease_runs_out(&self, sleep: &impl AsyncFn(Duration)) {
        let (key, finished) = (self.key("died"), self.key("slow"));
        let first = self.new_claim(&key, SHORT, "an unknown key is new").await;
        let slow = self
            .new_claim(&finished, SHORT, "an unknown key is new")
            .await;
        sleep(PAST_SHORT).await;
        let holding = self.complete(&finished, slow, LONG).await;
        expect(
            holding,
            &LeaseStatus::Held,
            "a claim that nobody has taken over can still be completed",
        );
        let second = self
            .new_claim(&key, LONG, "a key whose lease has run out is new")
            .await;
        if second <= first {
            broken(
                "a later claim of a key has a greater fence",
                &(first, second),
            );
        }
        for _ in 0..2 {
            let holding = self.complete(&key, first, LONG).await;
            expect(
                holding,
                &LeaseStatus::Lost,
                "a slow holder does not complete over its successor",
            );
            let holding = self.release(&key, first).await;
            expect(
                holding,
                &LeaseStatus::Lost,
                "a slow holder does not release its successor's claim",
            );
            let holding = self.renew(&key, first, LONG).await;
            expect(
                holding,
                &LeaseStatus::Lost,
                "a slow holder does not renew its successor's claim",
            );
        }
        let again = self.claim(&key, LONG).await;
        expect(
            again,
            &ClaimResult::InProgress,
            "the successor holds the key",
        );
        let holding = self.complete(&key, second, LONG).await;
        expect(holding, &LeaseStatus::Held, "the successor completes");
    }

    async fn a_lease_is_renewed(&self, sleep: &impl AsyncFn(Duration)) {
        let key = self.key("renewed");
        let fence = self.new_claim(&key, SHORT, "an unknown key is new").await;
        let holding = self.renew(&key, fence, LONG).await;
        expect(holding, &LeaseStatus::Held, "a holder renews");
        sleep(PAST_SHORT).await;
        let again = self.claim(&key, LONG).await;
        expect(
            again,
            &ClaimResult::InProgress,
            "a renewed lease lasts for its new time",
        );
        let holding = self.complete(&key, fence, LONG).await;
        expect(holding, &LeaseStatus::Held, "a renewed claim is completed");
    }

    async fn a_done_entry_grows_old(&self, sleep: &impl AsyncFn(Duration)) {
        let (old, young) = (self.key("old"), self.key("young"));
        let first = self.new_claim(&old, LONG, "an unknown key is new").await;
        expect(
            self.complete(&old, first, SHORT).await,
            &LeaseStatus::Held,
            "a holder completes",
        );
        let fence = self.new_claim(&young, SHORT, "an unknown key is new").await;
        expect(
            self.complete(&young, fence, LONG).await,
            &LeaseStatus::Held,
            "a holder completes",
        );
        sleep(PAST_SHORT).await;
        let again = self.claim(&young, LONG).await;
        expect(
            again,
            &ClaimResult::Done,
            "a done entry lives for its own time, not for that of its lease",
        );
        let second = self
            .new_claim(&old, LONG, "a done entry that is too old is new")
            .await;
        if second <= first {
            broken(
                "a later claim of a key has a greater fence",
                &(first, second),
            );
        }
    }
}

/// All results of futures that run at a time.
pub(super) async fn all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<Pin<Box<F>>> = futures.map(Box::pin).collect();
    let mut done = Vec::with_capacity(running.len());
    poll_fn(|cx| {
        running.retain_mut(|future| match future.as_mut().poll(cx) {
            Poll::Ready(output) => {
                done.push(output);
                false
            }
            Poll::Pending => true,
        });
        if running.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    done
}
