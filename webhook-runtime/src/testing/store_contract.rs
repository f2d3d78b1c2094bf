//! Contract of [`Store`] as executable checks.

use std::fmt::Debug;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use crate::store::{ClaimResult, DeliveryKey, FencingToken, LeaseStatus, Store};

/// Longer than a check takes.
const LONG: Duration = Duration::from_secs(600);
/// Long enough for a slow store to answer meanwhile, and short enough to wait for.
const SHORT: Duration = Duration::from_millis(400);
/// Longer than [`SHORT`].
const PAST_SHORT: Duration = Duration::from_millis(700);

/// Checks that a store satisfies the contract of [`Store`], for tests of stores of your own.
///
/// Each call uses new keys, so the store may contain other entries. A call takes about 5 seconds, because leases must
/// expire. `sleep` is a parameter, so that no particular runtime is needed.
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
/// If the store violates the contract. The message contains the violated rule.
pub async fn store_contract(store: &dyn Store, sleep: impl AsyncFn(Duration)) {
    let contract = Contract {
        store,
        run: SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos()),
    };
    contract.new_keys_are_claimed_once().await;
    contract.done_keys_stay_done().await;
    contract.released_keys_are_new().await;
    contract.invalid_tokens_change_nothing().await;
    contract.keys_are_compared_byte_for_byte().await;
    contract.one_of_concurrent_claims_succeeds().await;
    contract.expired_leases_can_be_taken_over(&sleep).await;
    contract.renewed_leases_do_not_expire(&sleep).await;
    contract.done_keys_expire(&sleep).await;
}

/// Store under test.
struct Contract<'s> {
    store: &'s dyn Store,
    /// Distinguishes the keys of this call from those of earlier ones.
    run: u128,
}

#[expect(clippy::panic, reason = "only tests call it")]
#[track_caller]
fn violated(rule: &str, observed: &dyn Debug) -> ! {
    panic!("the store violates its contract: {rule}; observed {observed:?}")
}

#[track_caller]
fn check<T: PartialEq + Debug>(observed: T, expected: T, rule: &str) {
    if observed != expected {
        violated(rule, &(observed, "expected", expected));
    }
}

#[track_caller]
fn succeed<T, E: Debug>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => violated("calls succeed", &error),
    }
}

#[track_caller]
fn check_later(first: FencingToken, second: FencingToken) {
    if second <= first {
        let rule = "a later claim of a key has a greater fencing token";
        violated(rule, &(first, second));
    }
}

impl Contract<'_> {
    fn key(&self, name: &str) -> DeliveryKey {
        DeliveryKey::new(format!("contract/{}//{name}", self.run))
    }

    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> ClaimResult {
        succeed(self.store.claim(key, lease).await)
    }

    async fn claim_new(&self, key: &DeliveryKey, lease: Duration, rule: &str) -> FencingToken {
        match self.claim(key, lease).await {
            ClaimResult::New(token) => token,
            other => violated(rule, &other),
        }
    }

    async fn complete(
        &self,
        key: &DeliveryKey,
        token: FencingToken,
        keep: Duration,
    ) -> LeaseStatus {
        succeed(self.store.complete(key, token, keep).await)
    }

    async fn renew(&self, key: &DeliveryKey, token: FencingToken, lease: Duration) -> LeaseStatus {
        succeed(self.store.renew(key, token, lease).await)
    }

    async fn release(&self, key: &DeliveryKey, token: FencingToken) -> LeaseStatus {
        succeed(self.store.release(key, token).await)
    }

    async fn new_keys_are_claimed_once(&self) {
        let key = self.key("new");
        self.claim_new(&key, LONG, "an unknown key is new").await;
        for _ in 0..3 {
            let claim = self.claim(&key, LONG).await;
            let rule = "a claimed key is in progress";
            check(claim, ClaimResult::InProgress, rule);
        }
    }

    async fn done_keys_stay_done(&self) {
        let key = self.key("done");
        let token = self.claim_new(&key, LONG, "an unknown key is new").await;
        let status = self.complete(&key, token, LONG).await;
        let rule = "the holder of a claim completes it";
        check(status, LeaseStatus::Held, rule);
        let claim = self.claim(&key, LONG).await;
        check(claim, ClaimResult::Done, "a completed key is done");
        let status = self.complete(&key, token, LONG).await;
        let rule = "completing is idempotent: the first answer may have been lost";
        check(status, LeaseStatus::Held, rule);
        let status = self.release(&key, token).await;
        check(status, LeaseStatus::Lost, "a done key is not released");
        let status = self.renew(&key, token, LONG).await;
        check(status, LeaseStatus::Lost, "a done key is not renewed");
        let claim = self.claim(&key, LONG).await;
        check(claim, ClaimResult::Done, "a done key stays done");
    }

    async fn released_keys_are_new(&self) {
        let key = self.key("released");
        let first = self.claim_new(&key, LONG, "an unknown key is new").await;
        let status = self.release(&key, first).await;
        let rule = "the holder of a claim releases it";
        check(status, LeaseStatus::Held, rule);
        let status = self.release(&key, first).await;
        let rule = "a released claim is not released again";
        check(status, LeaseStatus::Lost, rule);
        let status = self.complete(&key, first, LONG).await;
        let rule = "a released claim is not completed";
        check(status, LeaseStatus::Lost, rule);
        let second = self.claim_new(&key, LONG, "a released key is new").await;
        check_later(first, second);
    }

    async fn invalid_tokens_change_nothing(&self) {
        let key = self.key("claimed");
        let token = self.claim_new(&key, LONG, "an unknown key is new").await;
        for number in [token.get() + 1, token.get().wrapping_sub(1), 0] {
            let invalid = FencingToken::new(number);
            let status = self.complete(&key, invalid, LONG).await;
            let rule = "another token does not complete a claim";
            check(status, LeaseStatus::Lost, rule);
            let status = self.release(&key, invalid).await;
            let rule = "another token does not release a claim";
            check(status, LeaseStatus::Lost, rule);
            let status = self.renew(&key, invalid, LONG).await;
            let rule = "another token does not renew a claim";
            check(status, LeaseStatus::Lost, rule);
        }
        let claim = self.claim(&key, LONG).await;
        let rule = "calls with another token change nothing";
        check(claim, ClaimResult::InProgress, rule);
        let unknown = self.key("never claimed");
        let status = self.complete(&unknown, token, LONG).await;
        let rule = "an unclaimed key is not completed";
        check(status, LeaseStatus::Lost, rule);
        let rule = "an unclaimed key is new";
        self.claim_new(&unknown, LONG, rule).await;
    }

    async fn keys_are_compared_byte_for_byte(&self) {
        let long = "x".repeat(1_000);
        let names = [
            "msg", "MSG", "msg ", " msg", "m%", "m_", "m*", "'m", "m\"", "m\\", "{m}", "ü",
            "u\u{308}", "🦀", &long,
        ];
        let mut tokens = Vec::new();
        for name in names {
            let rule = "keys that differ in any byte are different keys";
            tokens.push(self.claim_new(&self.key(name), LONG, rule).await);
        }
        for (name, token) in names.into_iter().zip(tokens) {
            let status = self.complete(&self.key(name), token, LONG).await;
            let rule = "each key has a claim of its own";
            check(status, LeaseStatus::Held, rule);
        }
    }

    async fn one_of_concurrent_claims_succeeds(&self) {
        for round in 0..10 {
            let key = self.key(&format!("concurrent-{round}"));
            let claims = join_all((0..16).map(|_| self.claim(&key, LONG))).await;
            let new = claims
                .iter()
                .filter(|claim| matches!(claim, ClaimResult::New(_)))
                .count();
            let in_progress = claims
                .iter()
                .filter(|claim| **claim == ClaimResult::InProgress)
                .count();
            if (new, in_progress) != (1, 15) {
                violated("of concurrent callers, one gets the claim", &claims);
            }
        }
    }

    async fn expired_leases_can_be_taken_over(&self, sleep: &impl AsyncFn(Duration)) {
        let (crashed_key, slow_key) = (self.key("crashed"), self.key("slow"));
        let rule = "an unknown key is new";
        let first = self.claim_new(&crashed_key, SHORT, rule).await;
        let slow = self.claim_new(&slow_key, SHORT, rule).await;
        sleep(PAST_SHORT).await;
        let status = self.complete(&slow_key, slow, LONG).await;
        let rule = "an expired claim is completed if its key was not claimed again";
        check(status, LeaseStatus::Held, rule);
        let rule = "a key whose lease has expired is new";
        let second = self.claim_new(&crashed_key, LONG, rule).await;
        check_later(first, second);
        for _ in 0..2 {
            let status = self.complete(&crashed_key, first, LONG).await;
            let rule = "a slow holder does not complete its successor's claim";
            check(status, LeaseStatus::Lost, rule);
            let status = self.release(&crashed_key, first).await;
            let rule = "a slow holder does not release its successor's claim";
            check(status, LeaseStatus::Lost, rule);
            let status = self.renew(&crashed_key, first, LONG).await;
            let rule = "a slow holder does not renew its successor's claim";
            check(status, LeaseStatus::Lost, rule);
        }
        let claim = self.claim(&crashed_key, LONG).await;
        let rule = "the successor still holds the claim";
        check(claim, ClaimResult::InProgress, rule);
        let status = self.complete(&crashed_key, second, LONG).await;
        check(status, LeaseStatus::Held, "the successor completes");
    }

    async fn renewed_leases_do_not_expire(&self, sleep: &impl AsyncFn(Duration)) {
        let key = self.key("renewed");
        let token = self.claim_new(&key, SHORT, "an unknown key is new").await;
        let status = self.renew(&key, token, LONG).await;
        let rule = "the holder of a claim renews it";
        check(status, LeaseStatus::Held, rule);
        sleep(PAST_SHORT).await;
        let claim = self.claim(&key, LONG).await;
        let rule = "a renewed lease expires at its new time";
        check(claim, ClaimResult::InProgress, rule);
        let status = self.complete(&key, token, LONG).await;
        check(status, LeaseStatus::Held, "a renewed claim is completed");
    }

    async fn done_keys_expire(&self, sleep: &impl AsyncFn(Duration)) {
        let (expired, retained) = (self.key("expired"), self.key("retained"));
        let rule = "an unknown key is new";
        let first = self.claim_new(&expired, LONG, rule).await;
        let token = self.claim_new(&retained, SHORT, rule).await;
        let rule = "the holder of a claim completes it";
        let status = self.complete(&expired, first, SHORT).await;
        check(status, LeaseStatus::Held, rule);
        let status = self.complete(&retained, token, LONG).await;
        check(status, LeaseStatus::Held, rule);
        sleep(PAST_SHORT).await;
        let claim = self.claim(&retained, LONG).await;
        let rule = "a done key is retained for its own time, not for that of its lease";
        check(claim, ClaimResult::Done, rule);
        let rule = "a done key is new once its retention has passed";
        let second = self.claim_new(&expired, LONG, rule).await;
        check_later(first, second);
    }
}

/// Runs futures concurrently, and returns their results in the order of completion.
pub(super) async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
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
