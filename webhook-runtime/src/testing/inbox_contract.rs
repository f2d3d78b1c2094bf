//! Contract of [`Inbox`] as executable checks.

use std::collections::HashSet;
use std::fmt::Debug;
use std::time::{Duration, Instant, SystemTime};

use http::{HeaderMap, HeaderValue};

use super::store_contract::join_all;
use crate::delivery::Timestamp;
use crate::inbox::{
    Backlog, Completion, Disposition, Enqueued, Failure, Filter, Inbox, LeaseToken, Leased, Row,
    State, StoredDelivery,
};
use crate::store::{DeliveryKey, FencingToken};
use crate::tenant::Tenant;

/// Longer than a check takes.
const LONG: Duration = Duration::from_secs(600);
/// Long enough for a slow database to answer meanwhile, and short enough to wait for.
const SHORT: Duration = Duration::from_millis(500);
/// Longer than [`SHORT`].
const PAST_SHORT: Duration = Duration::from_millis(900);

/// Checks that an inbox satisfies the contract of [`Inbox`], for tests of inboxes of your own.
///
/// Durability is not checked: test it by killing the process, or by cutting the power.
///
/// Each call uses new endpoints, so the inbox may contain other rows. A call takes about 5 seconds, because leases must
/// expire. `sleep` is a parameter, so that no particular runtime is needed.
///
/// ```
/// use webhook_runtime::testing::{MemoryInbox, inbox_contract};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// inbox_contract(&MemoryInbox::default(), tokio::time::sleep).await;
/// # });
/// ```
///
/// # Panics
/// If the inbox violates the contract. The message contains the violated rule.
pub async fn inbox_contract(inbox: &dyn Inbox, sleep: impl AsyncFn(Duration)) {
    let contract = Contract {
        inbox,
        run: SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos()),
    };
    contract.deliveries_are_stored_unchanged().await;
    contract.duplicate_keys_are_rejected().await;
    contract.rows_are_leased_once_and_in_order().await;
    contract.endpoints_are_isolated().await;
    contract.retries_wait_until_they_are_due(&sleep).await;
    contract.lost_attempts_are_counted(&sleep).await;
    contract.dispositions_are_recorded_once().await;
    contract.expired_leases_can_be_taken_over(&sleep).await;
    contract.renewed_leases_do_not_expire(&sleep).await;
    contract.lanes_run_one_row_at_a_time(&sleep).await;
    contract.failures_survive_a_replay().await;
    contract.filters_select_rows().await;
    contract.expired_done_rows_are_pruned(&sleep).await;
    contract.enqueuing_wakes_waiting_workers().await;
    contract.concurrent_calls_are_safe().await;
}

/// Inbox under test.
struct Contract<'i> {
    inbox: &'i dyn Inbox,
    /// Distinguishes the endpoints of this call from those of earlier ones.
    run: u128,
}

#[expect(clippy::panic, reason = "only tests call it")]
#[track_caller]
fn violated(rule: &str, observed: &dyn Debug) -> ! {
    panic!("the inbox violates its contract: {rule}; observed {observed:?}")
}

#[track_caller]
fn check<T: PartialEq + Debug>(observed: &T, expected: &T, rule: &str) {
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

fn owned(text: &str) -> String {
    text.to_owned()
}

const fn done() -> Disposition {
    Disposition::Done { keep: LONG }
}

fn retry(after: Duration, error: &str) -> Disposition {
    let error = owned(error);
    Disposition::Retry { after, error }
}

fn dead(error: &str) -> Disposition {
    let error = owned(error);
    Disposition::Dead { error }
}

impl Contract<'_> {
    fn endpoint(&self, name: &str) -> String {
        format!("contract-{}-{name}", self.run)
    }

    fn delivery(&self, endpoint: &str, id: &str) -> StoredDelivery {
        let endpoint = self.endpoint(endpoint);
        let mut headers = HeaderMap::new();
        headers.append("webhook-id", HeaderValue::from_static("msg"));
        headers.append("x-twice", HeaderValue::from_static("first"));
        headers.append("x-twice", HeaderValue::from_static("second"));
        if let Ok(not_utf8) = HeaderValue::from_bytes(b"caf\xe9 \xff") {
            headers.append("x-not-utf8", not_utf8);
        }
        StoredDelivery {
            key: DeliveryKey::new(format!("{endpoint}/provider//{id}")),
            endpoint,
            provider: "provider".to_owned(),
            tenant: Tenant::new("ten'ant\"ü\""),
            delivery_id: id.to_owned(),
            event_type: "batch.failed".to_owned(),
            timestamp: Timestamp::from_second(1_767_323_045),
            is_timestamp_signed: true,
            headers,
            body: bytes::Bytes::from_static(b"{\"n\": 1.10}\r\n\0\xff\xfe"),
            ordering_key: None,
        }
    }

    fn ordered(&self, endpoint: &str, id: &str, ordering_key: &str) -> StoredDelivery {
        StoredDelivery {
            ordering_key: Some(ordering_key.to_owned()),
            ..self.delivery(endpoint, id)
        }
    }

    async fn enqueue(&self, delivery: &StoredDelivery) {
        let enqueued = succeed(self.inbox.enqueue(delivery).await);
        let rule = "a delivery with a new key is stored";
        check(&enqueued, &Enqueued::Stored, rule);
    }

    async fn lease(&self, endpoint: &str, limit: usize, lease: Duration) -> Vec<Leased> {
        let endpoint = self.endpoint(endpoint);
        succeed(self.inbox.lease(&endpoint, limit, lease).await)
    }

    async fn lease_ids(&self, endpoint: &str, limit: usize) -> Vec<String> {
        ids(&self.lease(endpoint, limit, LONG).await)
    }

    async fn lease_one(&self, endpoint: &str, lease: Duration, rule: &str) -> Leased {
        match <[Leased; 1]>::try_from(self.lease(endpoint, 100, lease).await) {
            Ok([leased]) => leased,
            Err(leased) => violated(rule, &ids(&leased)),
        }
    }

    /// Returns whether the disposition was recorded.
    async fn try_complete(&self, token: LeaseToken, disposition: &Disposition) -> bool {
        match succeed(self.inbox.complete(token, disposition, None).await) {
            Completion::Recorded => true,
            Completion::Lost => false,
            Completion::EffectsFailed(error) => violated(
                "a completion without effects has no failing effects",
                &error,
            ),
        }
    }

    async fn complete(&self, token: LeaseToken, disposition: &Disposition) {
        let is_recorded = self.try_complete(token, disposition).await;
        check(&is_recorded, &true, "a valid token completes its row");
    }

    async fn list(&self, filter: &Filter) -> Vec<Row> {
        succeed(self.inbox.list(filter, None, 100).await)
    }

    async fn replay(&self, filter: &Filter, limit: usize) -> usize {
        succeed(self.inbox.replay(filter, limit).await)
    }

    async fn deliveries_are_stored_unchanged(&self) {
        let delivery = self.ordered("unchanged", "msg_1", "s'7\"");
        self.enqueue(&delivery).await;
        let rule = "an enqueued row is due at once";
        let leased = self.lease_one("unchanged", LONG, rule).await;
        check(&leased.attempts, &0, "a new row has no earlier attempts");
        let check_delivery = |other: &StoredDelivery, rule: &str| {
            check(&other.key, &delivery.key, rule);
            check(&other.endpoint, &delivery.endpoint, rule);
            check(&other.provider, &delivery.provider, rule);
            check(&other.tenant, &delivery.tenant, rule);
            check(&other.delivery_id, &delivery.delivery_id, rule);
            check(&other.event_type, &delivery.event_type, rule);
            check(&other.timestamp, &delivery.timestamp, rule);
            let is_signed = &delivery.is_timestamp_signed;
            check(&other.is_timestamp_signed, is_signed, rule);
            check(&other.headers, &delivery.headers, rule);
            check(&other.body, &delivery.body, rule);
            check(&other.ordering_key, &delivery.ordering_key, rule);
        };
        let rule = "a leased delivery equals the enqueued one, byte for byte";
        check_delivery(&leased.delivery, rule);
        let row_id = leased.token.row_id;
        match succeed(self.inbox.inspect(row_id).await) {
            Some(details) => {
                let rule = "an inspected delivery equals the enqueued one, byte for byte";
                check_delivery(&details.delivery, rule);
                let rule = "a leased row is running";
                check(&details.row.state, &State::Running, rule);
                let rule = "a new row has no failures";
                check(&details.failures, &vec![], rule);
            }
            None => violated("an existing row can be inspected", &leased.token),
        }
        let missing = succeed(self.inbox.inspect(i64::MAX).await);
        let rule = "inspecting a row that does not exist returns none";
        check(&missing.is_none(), &true, rule);
        self.complete(leased.token, &done()).await;
    }

    async fn duplicate_keys_are_rejected(&self) {
        let delivery = self.delivery("duplicates", "msg_1");
        self.enqueue(&delivery).await;
        let duplicate = async |delivery: &StoredDelivery| {
            let enqueued = succeed(self.inbox.enqueue(delivery).await);
            let rule = "a key is a duplicate in every state of its row";
            check(&enqueued, &Enqueued::Duplicate, rule);
        };
        duplicate(&delivery).await;
        let rule = "a duplicate does not add a row";
        let leased = self.lease_one("duplicates", LONG, rule).await;
        duplicate(&delivery).await;
        self.complete(leased.token, &done()).await;
        duplicate(&delivery).await;
        let rule = "a done row is not leased";
        check(&self.lease_ids("duplicates", 5).await, &vec![], rule);
        let delivery = self.delivery("duplicates", "msg_2");
        self.enqueue(&delivery).await;
        let rule = "an enqueued row is due at once";
        let leased = self.lease_one("duplicates", LONG, rule).await;
        self.complete(leased.token, &dead("no")).await;
        duplicate(&delivery).await;
        let rule = "a dead row is not leased";
        check(&self.lease_ids("duplicates", 5).await, &vec![], rule);
    }

    async fn rows_are_leased_once_and_in_order(&self) {
        for id in 0..10 {
            let delivery = self.delivery("order", &format!("msg_{id}"));
            self.enqueue(&delivery).await;
        }
        let rule = "rows are leased once, in the order of enqueuing";
        let expected =
            |range: std::ops::Range<i32>| range.map(|id| format!("msg_{id}")).collect::<Vec<_>>();
        check(&self.lease_ids("order", 3).await, &expected(0..3), rule);
        check(&self.lease_ids("order", 3).await, &expected(3..6), rule);
        check(&self.lease_ids("order", 100).await, &expected(6..10), rule);
        check(&self.lease_ids("order", 100).await, &vec![], rule);
    }

    async fn endpoints_are_isolated(&self) {
        self.enqueue(&self.delivery("one", "msg_1")).await;
        self.enqueue(&self.delivery("other", "msg_1")).await;
        self.enqueue(&self.delivery("other", "msg_2")).await;
        let backlog = async |endpoint: &str| {
            let endpoint = self.endpoint(endpoint);
            succeed(self.inbox.backlog(&endpoint).await)
        };
        let rule = "the backlog contains rows of its endpoint only";
        check(&backlog("one").await.rows, &1, rule);
        check(&backlog("other").await.rows, &2, rule);
        let rule = "an endpoint without rows has no backlog";
        check(&backlog("unknown").await, &Backlog::default(), rule);
        let rule = "an endpoint leases its own rows only";
        check(&self.lease_ids("one", 5).await, &vec![owned("msg_1")], rule);
        let rule = "a running row belongs to the backlog";
        check(&backlog("one").await.rows, &1, rule);
        let leased = self.lease("other", 5, LONG).await;
        check(&leased.len(), &2, "an endpoint leases all its rows");
        for leased in leased {
            self.complete(leased.token, &done()).await;
        }
        let rule = "a done row does not belong to the backlog";
        check(&backlog("other").await, &Backlog::default(), rule);
    }

    async fn retries_wait_until_they_are_due(&self, sleep: &impl AsyncFn(Duration)) {
        self.enqueue(&self.delivery("retry", "msg_1")).await;
        let mut tokens = Vec::new();
        for attempt in 0..3 {
            let leased = self.lease_one("retry", LONG, "a due row is leased").await;
            check(&leased.attempts, &attempt, "attempts are counted");
            tokens.push(leased.token.fencing_token);
            let after = if attempt == 1 { SHORT } else { Duration::ZERO };
            self.complete(leased.token, &retry(after, "no")).await;
            if attempt == 1 {
                let rule = "a row is not leased before it is due";
                check(&self.lease_ids("retry", 5).await, &vec![], rule);
                sleep(PAST_SHORT).await;
            }
        }
        if !tokens.is_sorted_by(|first, second| first < second) {
            violated("fencing tokens of a row increase with each lease", &tokens);
        }
    }

    /// A delivery that crashes its worker on every attempt must run out of retries.
    async fn lost_attempts_are_counted(&self, sleep: &impl AsyncFn(Duration)) {
        self.enqueue(&self.delivery("lost", "msg_1")).await;
        for attempt in 0..3 {
            let rule = "a row whose lease has expired is leased";
            let leased = self.lease_one("lost", SHORT, rule).await;
            let rule =
                "an attempt is counted when the row is leased, even if it is never completed";
            check(&leased.attempts, &attempt, rule);
            sleep(PAST_SHORT).await;
        }
        let rule = "a row whose lease has expired is leased";
        let leased = self.lease_one("lost", LONG, rule).await;
        self.complete(leased.token, &done()).await;
        let filter = Filter::new().endpoint(self.endpoint("lost"));
        let rows = self.list(&filter).await;
        let attempts: Vec<_> = rows.iter().map(|row| row.attempts).collect();
        check(&attempts, &vec![4], "all attempts are counted");
    }

    async fn dispositions_are_recorded_once(&self) {
        self.enqueue(&self.delivery("complete", "msg_1")).await;
        let rule = "an enqueued row is due at once";
        let token = self.lease_one("complete", LONG, rule).await.token;
        for invalid in [
            LeaseToken {
                fencing_token: FencingToken::new(token.fencing_token.get() + 1),
                ..token
            },
            LeaseToken {
                fencing_token: FencingToken::new(0),
                ..token
            },
            LeaseToken {
                row_id: i64::MAX,
                ..token
            },
        ] {
            let rule = "an invalid token does not complete a row";
            check(&self.try_complete(invalid, &done()).await, &false, rule);
            let lost = succeed(self.inbox.renew(&[invalid], LONG).await);
            check(&lost, &vec![invalid], "an invalid token is not renewed");
        }
        self.complete(token, &done()).await;
        for disposition in [done(), retry(Duration::ZERO, "no"), dead("no")] {
            let is_recorded = self.try_complete(token, &disposition).await;
            let rule = "a completed row is not completed again";
            check(&is_recorded, &false, rule);
        }
        let lost = succeed(self.inbox.renew(&[token], LONG).await);
        let rule = "the token of a completed row is not renewed";
        check(&lost, &vec![token], rule);
        let rule = "a done row is not leased";
        check(&self.lease_ids("complete", 5).await, &vec![], rule);
    }

    async fn expired_leases_can_be_taken_over(&self, sleep: &impl AsyncFn(Duration)) {
        self.enqueue(&self.delivery("crashed", "msg_1")).await;
        self.enqueue(&self.delivery("slow", "msg_1")).await;
        let rule = "an enqueued row is due at once";
        let first = self.lease_one("crashed", SHORT, rule).await.token;
        let slow = self.lease_one("slow", SHORT, rule).await.token;
        let rule = "a running row is not leased before its lease expires";
        check(&self.lease_ids("crashed", 5).await, &vec![], rule);
        sleep(PAST_SHORT).await;
        // An expired lease that was not taken over is still valid.
        self.complete(slow, &done()).await;
        let rule = "a row whose lease has expired is leased";
        let second = self.lease_one("crashed", LONG, rule).await.token;
        if second.fencing_token <= first.fencing_token {
            let rule = "fencing tokens of a row increase with each lease";
            violated(rule, &(first.fencing_token, second.fencing_token));
        }
        let rule = "the token of an earlier lease does not complete the row";
        check(&self.try_complete(first, &done()).await, &false, rule);
        check(&self.try_complete(first, &dead("no")).await, &false, rule);
        let lost = succeed(self.inbox.renew(&[first, second], LONG).await);
        let rule = "the token of an earlier lease is not renewed, and that of the latest is";
        check(&lost, &vec![first], rule);
        self.complete(second, &done()).await;
    }

    async fn renewed_leases_do_not_expire(&self, sleep: &impl AsyncFn(Duration)) {
        self.enqueue(&self.delivery("renewed", "msg_1")).await;
        let rule = "an enqueued row is due at once";
        let token = self.lease_one("renewed", SHORT, rule).await.token;
        let lost = succeed(self.inbox.renew(&[token], LONG).await);
        check(&lost, &vec![], "a valid token is renewed");
        sleep(PAST_SHORT).await;
        let rule = "a renewed lease expires at its new time";
        check(&self.lease_ids("renewed", 5).await, &vec![], rule);
        self.complete(token, &done()).await;
    }

    async fn lanes_run_one_row_at_a_time(&self, sleep: &impl AsyncFn(Duration)) {
        for (id, ordering_key) in [
            ("a1", "a"),
            ("a2", "a"),
            ("b1", "b"),
            ("a3", "a"),
            ("b2", "b"),
        ] {
            let delivery = self.ordered("lanes", id, ordering_key);
            self.enqueue(&delivery).await;
        }
        self.enqueue(&self.delivery("lanes", "unordered")).await;
        let delivery = self.ordered("other-lanes", "a1", "a");
        self.enqueue(&delivery).await;
        let leased = self.lease("lanes", 100, LONG).await;
        let rule =
            "only the first row of a lane is leased, and rows of other lanes are not blocked";
        let expected = ["a1", "b1", "unordered"].map(owned).to_vec();
        check(&ids(&leased), &expected, rule);
        check(&self.lease_ids("lanes", 100).await, &vec![], rule);
        let rule = "a lane belongs to one endpoint";
        let other = self.lease_ids("other-lanes", 100).await;
        check(&other, &vec![owned("a1")], rule);
        let rule = "only the first row of a lane is leased";
        let [a1, b1, _unordered] = match <[Leased; 3]>::try_from(leased) {
            Ok(leased) => leased,
            Err(leased) => violated(rule, &ids(&leased)),
        };
        self.complete(a1.token, &retry(SHORT, "no")).await;
        self.complete(b1.token, &done()).await;
        let rule = "a row that waits for its retry blocks the later rows of its lane";
        let b2 = self.lease_ids("lanes", 100).await;
        check(&b2, &vec![owned("b2")], rule);
        sleep(PAST_SHORT).await;
        let a1 = self.lease_one("lanes", LONG, rule).await;
        check(&a1.delivery.delivery_id, &owned("a1"), rule);
        self.complete(a1.token, &dead("no")).await;
        let rule = "a dead row blocks no other row";
        let a2 = self.lease_one("lanes", LONG, rule).await;
        check(&a2.delivery.delivery_id, &owned("a2"), rule);
        let filter = Filter::new().row(a1.token.row_id);
        let replayed = self.replay(&filter, 10).await;
        check(&replayed, &1, "a dead row is replayed");
        let rule =
            "a replayed row waits for the running row of its lane, then runs before later ones";
        check(&self.lease_ids("lanes", 100).await, &vec![], rule);
        self.complete(a2.token, &done()).await;
        let a1 = self.lease_one("lanes", LONG, rule).await;
        check(&a1.delivery.delivery_id, &owned("a1"), rule);
        self.complete(a1.token, &done()).await;
        let a3 = self.lease_one("lanes", LONG, rule).await;
        check(&a3.delivery.delivery_id, &owned("a3"), rule);
    }

    async fn failures_survive_a_replay(&self) {
        self.enqueue(&self.delivery("dead", "msg_1")).await;
        let rule = "an enqueued row is due at once";
        let leased = self.lease_one("dead", LONG, rule).await;
        let disposition = retry(Duration::ZERO, "the first 'failure'");
        self.complete(leased.token, &disposition).await;
        let rule = "a retry without a delay is due at once";
        let leased = self.lease_one("dead", LONG, rule).await;
        let disposition = dead("the last failure: ü");
        self.complete(leased.token, &disposition).await;
        let row_id = leased.token.row_id;
        let inspect = async || match succeed(self.inbox.inspect(row_id).await) {
            Some(details) => details,
            None => violated("an existing row can be inspected", &row_id),
        };
        let errors = |failures: &[Failure]| {
            let error = |failure: &Failure| (failure.attempt, failure.error.clone());
            failures.iter().map(error).collect::<Vec<_>>()
        };
        let expected = vec![
            (1, owned("the first 'failure'")),
            (2, owned("the last failure: ü")),
        ];
        let details = inspect().await;
        let rule = "failures are recorded, the oldest first";
        check(&errors(&details.failures), &expected, rule);
        let row = details.row;
        check(&row.state, &State::Dead, "a dead row is dead");
        check(&row.attempts, &2, "attempts are counted");
        let rule = "the error of the latest failure is that of the row";
        let last_error = Some(owned("the last failure: ü"));
        check(&row.last_error, &last_error, rule);
        let rule = "the time at which a row became dead is recorded";
        check(&row.ended_at.is_some(), &true, rule);
        let is_dead = Filter::new()
            .endpoint(self.endpoint("dead"))
            .state(State::Dead);
        let rule = "at most `limit` rows are replayed";
        check(&self.replay(&is_dead, 0).await, &0, rule);
        let rule = "a dead row is replayed";
        check(&self.replay(&is_dead, 10).await, &1, rule);
        let this = Filter::new().row(row_id);
        let rule = "a pending row is not replayed";
        check(&self.replay(&this, 10).await, &0, rule);
        let details = inspect().await;
        let row = details.row;
        check(&row.state, &State::Pending, "a replayed row is pending");
        check(&row.attempts, &0, "a replay resets the attempts");
        check(&row.ended_at, &None, "a replayed row has not ended");
        let rule = "a replay keeps recorded failures";
        check(&errors(&details.failures), &expected, rule);
        let rule = "a replayed row is due at once";
        let leased = self.lease_one("dead", LONG, rule).await;
        check(&leased.attempts, &0, "a replay resets the attempts");
        let rule = "a running row is not replayed";
        check(&self.replay(&this, 10).await, &0, rule);
        self.complete(leased.token, &done()).await;
        let rule = "a done row is replayed";
        check(&self.replay(&this, 10).await, &1, rule);
    }

    async fn filters_select_rows(&self) {
        let start = SystemTime::now();
        let mut first = self.delivery("filter", "msg_1");
        first.event_type = "batch.failed".to_owned();
        first.tenant = Tenant::new("t%");
        let mut second = self.delivery("filter", "msg_2");
        second.event_type = "batchXfailed.late".to_owned();
        second.tenant = Tenant::new("tx");
        self.enqueue(&first).await;
        self.enqueue(&second).await;
        let all = || Filter::new().endpoint(self.endpoint("filter"));
        let rows = self.list(&all()).await;
        let rule = "rows are listed in the order of their numbers";
        check(
            &delivery_ids(&rows),
            &vec![owned("msg_1"), owned("msg_2")],
            rule,
        );
        let (Some(first), Some(second)) = (rows.first(), rows.get(1)) else {
            violated(rule, &rows);
        };
        let page = succeed(self.inbox.list(&all(), Some(first.id), 1).await);
        let rule = "a page starts after the given row";
        check(
            &delivery_ids(&page),
            &vec![second.delivery_id.clone()],
            rule,
        );
        let page = succeed(self.inbox.list(&all(), None, 1).await);
        let rule = "a page has at most `limit` rows";
        check(&delivery_ids(&page), &vec![first.delivery_id.clone()], rule);
        for filter in [
            all().row(first.id),
            all().rows([first.id, -1, first.id]),
            all().tenant("t%"),
            all().delivery_id("msg_1"),
            all().event_type("batch.failed"),
            all().event_type("batch.*"),
        ] {
            let matching = delivery_ids(&self.list(&filter).await);
            if matching != ["msg_1"] {
                violated("a filter selects matching rows", &(filter, matching));
            }
        }
        let minute = Duration::from_secs(60);
        for (filter, expected) in [
            (all(), 2),
            (all().rows([first.id, second.id]), 2),
            (all().rows([]), 0),
            (all().event_type("*"), 2),
            (all().event_type("batch.failed.*"), 0),
            (all().event_type("batch"), 0),
            (all().event_type("%"), 0),
            (all().state(State::Pending), 2),
            (all().state(State::Done), 0),
            (all().since(start - minute), 2),
            (all().since(start + minute), 0),
            (all().before(start + minute), 2),
            (all().before(start - minute), 0),
            (all().tenant(""), 0),
        ] {
            let count = succeed(self.inbox.count(&filter).await);
            if count != expected {
                violated("matching rows are counted", &(filter, count, expected));
            }
        }
        let summaries = succeed(self.inbox.summary().await);
        let summary = summaries
            .iter()
            .find(|summary| summary.endpoint == self.endpoint("filter"));
        let rule = "the summary counts the rows of each endpoint and state";
        match summary {
            Some(summary) => check(&(summary.state, summary.rows), &(State::Pending, 2), rule),
            None => violated(rule, &summaries),
        }
    }

    async fn expired_done_rows_are_pruned(&self, sleep: &impl AsyncFn(Duration)) {
        for id in ["short", "long", "dead", "pending"] {
            self.enqueue(&self.delivery("prune", id)).await;
        }
        for leased in self.lease("prune", 3, LONG).await {
            let disposition = match leased.delivery.delivery_id.as_str() {
                "short" => Disposition::Done { keep: SHORT },
                "long" => done(),
                _ => dead("no"),
            };
            self.complete(leased.token, &disposition).await;
        }
        sleep(PAST_SHORT).await;
        while succeed(self.inbox.prune(1_000).await) > 0 {}
        let filter = Filter::new().endpoint(self.endpoint("prune"));
        let remaining = delivery_ids(&self.list(&filter).await);
        let rule = "done rows are deleted once their retention has passed, and no other rows are";
        let expected = ["long", "dead", "pending"].map(owned).to_vec();
        check(&remaining, &expected, rule);
        // The key of a deleted row is new again.
        self.enqueue(&self.delivery("prune", "short")).await;
    }

    async fn enqueuing_wakes_waiting_workers(&self) {
        let endpoint = self.endpoint("wake");
        let delivery = self.delivery("wake", "msg_1");
        let start = Instant::now();
        let wait = async {
            self.inbox.wait(&endpoint, Duration::from_secs(20)).await;
            None
        };
        let enqueue = async { Some(succeed(self.inbox.enqueue(&delivery).await)) };
        type Step<'s> = std::pin::Pin<Box<dyn Future<Output = Option<Enqueued>> + 's>>;
        let steps: [Step<'_>; 2] = [Box::pin(wait), Box::pin(enqueue)];
        join_all(steps.into_iter()).await;
        if start.elapsed() > Duration::from_secs(10) {
            violated("enqueuing wakes waiting workers", &start.elapsed());
        }
    }

    async fn concurrent_calls_are_safe(&self) {
        let deliveries: Vec<_> = (0..60)
            .map(|id| self.ordered("many", &format!("msg_{}", id / 2), &(id % 7).to_string()))
            .collect();
        let enqueued = join_all(
            deliveries
                .iter()
                .map(|delivery| self.inbox.enqueue(delivery)),
        )
        .await;
        let stored = enqueued
            .into_iter()
            .map(succeed)
            .filter(|enqueued| *enqueued == Enqueued::Stored);
        let rule = "of concurrent deliveries with one key, one is stored";
        check(&stored.count(), &30, rule);
        let mut handled = HashSet::new();
        loop {
            let leased: Vec<Leased> = join_all((0..4).map(|_| self.lease("many", 5, LONG)))
                .await
                .into_iter()
                .flatten()
                .collect();
            if leased.is_empty() {
                break;
            }
            let lanes: Vec<_> = leased
                .iter()
                .map(|leased| &leased.delivery.ordering_key)
                .collect();
            if lanes.iter().collect::<HashSet<_>>().len() != lanes.len() {
                violated("at most one row of a lane runs at a time", &ids(&leased));
            }
            for leased in &leased {
                if !handled.insert(leased.delivery.delivery_id.clone()) {
                    violated("a row is leased once", &leased.delivery.delivery_id);
                }
            }
            let disposition = done();
            join_all(
                leased
                    .iter()
                    .map(|leased| self.complete(leased.token, &disposition)),
            )
            .await;
        }
        check(&handled.len(), &30, "every row is leased");
    }
}

fn ids(leased: &[Leased]) -> Vec<String> {
    let id = |leased: &Leased| leased.delivery.delivery_id.clone();
    leased.iter().map(id).collect()
}

fn delivery_ids(rows: &[Row]) -> Vec<String> {
    rows.iter().map(|row| row.delivery_id.clone()).collect()
}
