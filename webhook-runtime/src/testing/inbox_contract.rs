//! What every inbox promises, as checks.

use std::collections::HashSet;
use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue};

use super::store_contract::all;
use crate::delivery::Timestamp;
use crate::inbox::{
    Backlog, Completion, Disposition, Enqueued, Filter, Inbox, LeaseToken, Leased, Row, State,
    StoredDelivery,
};
use crate::store::{DeliveryKey, FencingToken};
use crate::tenant::Tenant;

/// Longer than a check takes.
const LONG: Duration = Duration::from_secs(600);
/// Long enough for a slow database to answer in between, short enough to wait for.
const SHORT: Duration = Duration::from_millis(500);
const PAST_SHORT: Duration = Duration::from_millis(900);

/// Runs every rule of [`Inbox`] against an inbox, but that it is durable: pull the plug for that.
///
/// The endpoints in it are new with each call, so the inbox may hold other things. It takes some 5 seconds; `sleep` waits
/// for leases to run out.
///
/// # Panics
/// If the inbox breaks a rule: the message says which.
pub async fn inbox_contract(inbox: &dyn Inbox, sleep: impl AsyncFn(Duration)) {
    let contract = Contract {
        inbox,
        run: SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos()),
    };
    contract.what_was_put_is_taken_as_it_was().await;
    contract.a_key_is_stored_once().await;
    contract.rows_are_taken_once_and_in_order().await;
    contract.endpoints_are_apart().await;
    contract.a_retry_waits_for_its_time(&sleep).await;
    contract.an_attempt_that_nobody_ends_counts(&sleep).await;
    contract.an_end_is_written_once().await;
    contract.a_lease_runs_out(&sleep).await;
    contract.a_lease_is_renewed(&sleep).await;
    contract.one_of_an_order_at_a_time(&sleep).await;
    contract.failures_are_kept_and_rows_are_replayed().await;
    contract.filters_pick().await;
    contract.what_is_old_is_pruned(&sleep).await;
    contract.news_wake().await;
    contract.many_at_a_time().await;
}

struct Contract<'i> {
    inbox: &'i dyn Inbox,
    /// Told apart from all earlier runs.
    run: u128,
}

#[expect(clippy::panic, reason = "a kit for tests")]
#[track_caller]
fn broken(rule: &str, seen: &dyn Debug) -> ! {
    panic!("the inbox breaks a rule: {rule}; it said {seen:?}")
}

#[track_caller]
fn expect<T: PartialEq + Debug>(seen: &T, expected: &T, rule: &str) {
    if seen != expected {
        broken(rule, &(seen, "instead of", expected));
    }
}

#[track_caller]
fn answered<T, E: Debug>(answer: Result<T, E>) -> T {
    match answer {
        Ok(answer) => answer,
        Err(error) => broken("every call is answered", &error),
    }
}

fn error(text: &str) -> String {
    text.to_owned()
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
        if let Ok(odd) = HeaderValue::from_bytes(b"caf\xe9 \xff") {
            headers.append("x-odd", odd);
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

    fn in_order(&self, endpoint: &str, id: &str, serial: &str) -> StoredDelivery {
        StoredDelivery {
            ordering_key: Some(serial.to_owned()),
            ..self.delivery(endpoint, id)
        }
    }

    async fn enqueue(&self, delivery: &StoredDelivery) {
        let put = answered(self.inbox.enqueue(delivery).await);
        expect(&put, &Enqueued::Stored, "an unknown key is stored");
    }

    async fn lease(&self, endpoint: &str, limit: usize, lease: Duration) -> Vec<Leased> {
        answered(
            self.inbox
                .lease(&self.endpoint(endpoint), limit, lease)
                .await,
        )
    }

    async fn take_ids(&self, endpoint: &str, limit: usize) -> Vec<String> {
        ids(&self.lease(endpoint, limit, LONG).await)
    }

    #[track_caller]
    fn one(taken: Vec<Leased>, rule: &str) -> Leased {
        match <[Leased; 1]>::try_from(taken) {
            Ok([taken]) => taken,
            Err(taken) => broken(rule, &ids(&taken)),
        }
    }

    async fn complete(&self, token: LeaseToken, end: &Disposition) -> bool {
        match answered(self.inbox.complete(token, end, None).await) {
            Completion::Recorded => true,
            Completion::Lost => false,
            Completion::EffectsFailed(error) => broken("no effects cannot fail", &error),
        }
    }

    async fn done(&self, token: LeaseToken) {
        let is_held = self
            .complete(token, &Disposition::Done { keep: LONG })
            .await;
        expect(&is_held, &true, "a holder finishes");
    }

    async fn list(&self, filter: &Filter) -> Vec<Row> {
        answered(self.inbox.list(filter, None, 100).await)
    }

    async fn what_was_put_is_taken_as_it_was(&self) {
        let delivery = StoredDelivery {
            ordering_key: Some("s'7\"".to_owned()),
            ..self.delivery("as-it-was", "msg_1")
        };
        self.enqueue(&delivery).await;
        let taken = Self::one(
            self.lease("as-it-was", 5, LONG).await,
            "what was put is due",
        );
        expect(&taken.attempts, &0, "a new row was not tried");
        let same = |other: &StoredDelivery, rule: &str| {
            expect(&other.key, &delivery.key, rule);
            expect(&other.endpoint, &delivery.endpoint, rule);
            expect(&other.provider, &delivery.provider, rule);
            expect(&other.tenant, &delivery.tenant, rule);
            expect(&other.delivery_id, &delivery.delivery_id, rule);
            expect(&other.event_type, &delivery.event_type, rule);
            expect(&other.timestamp, &delivery.timestamp, rule);
            expect(
                &other.is_timestamp_signed,
                &delivery.is_timestamp_signed,
                rule,
            );
            expect(&other.headers, &delivery.headers, rule);
            expect(&other.body, &delivery.body, rule);
            expect(&other.ordering_key, &delivery.ordering_key, rule);
        };
        same(
            &taken.delivery,
            "a delivery is taken as it was put, to the byte",
        );
        match answered(self.inbox.inspect(taken.token.row_id).await) {
            Some(seen) => {
                same(
                    &seen.delivery,
                    "a delivery is shown as it was put, to the byte",
                );
                expect(
                    &seen.row.state,
                    &State::Running,
                    "a row that is taken is running",
                );
                expect(&seen.failures, &vec![], "a new row has no failures");
            }
            None => broken("a row is shown", &taken.token),
        }
        expect(
            &answered(self.inbox.inspect(i64::MAX).await).is_none(),
            &true,
            "a row that is not there is not shown",
        );
        self.done(taken.token).await;
    }

    async fn a_key_is_stored_once(&self) {
        let delivery = self.delivery("once", "msg_1");
        self.enqueue(&delivery).await;
        let rule = "a known key is a duplicate, whatever became of it";
        let put = async || answered(self.inbox.enqueue(&delivery).await);
        expect(&put().await, &Enqueued::Duplicate, rule);
        let taken = Self::one(self.lease("once", 5, LONG).await, "a duplicate is no row");
        expect(&put().await, &Enqueued::Duplicate, rule);
        self.done(taken.token).await;
        expect(&put().await, &Enqueued::Duplicate, rule);
        expect(
            &self.take_ids("once", 5).await,
            &vec![],
            "what is done is not taken",
        );
        let dead = self.delivery("once", "msg_2");
        self.enqueue(&dead).await;
        let taken = Self::one(self.lease("once", 5, LONG).await, "what was put is due");
        let end = Disposition::Dead { error: error("no") };
        expect(
            &self.complete(taken.token, &end).await,
            &true,
            "a holder finishes",
        );
        expect(
            &answered(self.inbox.enqueue(&dead).await),
            &Enqueued::Duplicate,
            rule,
        );
        expect(
            &self.take_ids("once", 5).await,
            &vec![],
            "what is dead is not taken",
        );
    }

    async fn rows_are_taken_once_and_in_order(&self) {
        for id in 0..10 {
            self.enqueue(&self.delivery("order", &format!("msg_{id}")))
                .await;
        }
        let rule = "rows are taken once, in the order in which they were put";
        let expected =
            |range: std::ops::Range<i32>| range.map(|id| format!("msg_{id}")).collect::<Vec<_>>();
        expect(&self.take_ids("order", 3).await, &expected(0..3), rule);
        expect(&self.take_ids("order", 3).await, &expected(3..6), rule);
        expect(&self.take_ids("order", 100).await, &expected(6..10), rule);
        expect(&self.take_ids("order", 100).await, &vec![], rule);
    }

    async fn endpoints_are_apart(&self) {
        self.enqueue(&self.delivery("here", "msg_1")).await;
        self.enqueue(&self.delivery("there", "msg_1")).await;
        self.enqueue(&self.delivery("there", "msg_2")).await;
        let rule = "what is of one endpoint is not of another one";
        let backlog = async |endpoint: &str| {
            let name = self.endpoint(endpoint);
            answered(self.inbox.backlog(&name).await)
        };
        expect(&backlog("here").await.rows, &1, rule);
        expect(&backlog("there").await.rows, &2, rule);
        expect(
            &backlog("nowhere").await,
            &Backlog::default(),
            "nothing waits where nothing was put",
        );
        expect(
            &self.take_ids("here", 5).await,
            &vec!["msg_1".to_owned()],
            rule,
        );
        expect(
            &backlog("here").await.rows,
            &1,
            "what runs is not handled yet",
        );
        let taken = self.lease("there", 5, LONG).await;
        expect(&taken.len(), &2, rule);
        for taken in taken {
            self.done(taken.token).await;
        }
        expect(
            &backlog("there").await,
            &Backlog::default(),
            "what is done does not wait",
        );
    }

    async fn a_retry_waits_for_its_time(&self, sleep: &impl AsyncFn(Duration)) {
        self.enqueue(&self.delivery("retry", "msg_1")).await;
        let mut fences = Vec::new();
        for attempt in 0..3 {
            let taken = Self::one(
                self.lease("retry", 5, LONG).await,
                "a row that is due is taken",
            );
            expect(&taken.attempts, &attempt, "attempts are counted");
            fences.push(taken.token.fencing_token);
            let end = Disposition::Retry {
                after: if attempt == 1 { SHORT } else { Duration::ZERO },
                error: error("no"),
            };
            expect(
                &self.complete(taken.token, &end).await,
                &true,
                "a holder finishes",
            );
            if attempt == 1 {
                let rule = "a row is not taken before it is due";
                expect(&self.take_ids("retry", 5).await, &vec![], rule);
                sleep(PAST_SHORT).await;
            }
        }
        if !fences.is_sorted_by(|first, second| first < second) {
            broken("a later token of a row has a greater fence", &fences);
        }
    }

    /// What kills its worker each time is to come to an end, too.
    async fn an_attempt_that_nobody_ends_counts(&self, sleep: &impl AsyncFn(Duration)) {
        self.enqueue(&self.delivery("lost", "msg_1")).await;
        for attempt in 0..3 {
            let taken = self.lease("lost", 5, SHORT).await;
            let taken = Self::one(taken, "a row whose lease has run out is taken");
            let rule = "an attempt counts when it begins, also if nobody says how it ended";
            expect(&taken.attempts, &attempt, rule);
            sleep(PAST_SHORT).await;
        }
        let taken = self.lease("lost", 5, LONG).await;
        self.done(Self::one(taken, "it is taken").token).await;
        let filter = Filter::new().endpoint(self.endpoint("lost"));
        let listed = self.list(&filter).await;
        let attempts: Vec<_> = listed.iter().map(|row| row.attempts).collect();
        expect(&attempts, &vec![4], "all attempts are counted");
    }

    async fn an_end_is_written_once(&self) {
        self.enqueue(&self.delivery("end", "msg_1")).await;
        let taken = Self::one(self.lease("end", 5, LONG).await, "what was put is due");
        let token = taken.token;
        for wrong in [
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
            let end = Disposition::Done { keep: LONG };
            let rule = "another token does not finish";
            expect(&self.complete(wrong, &end).await, &false, rule);
            let lost = answered(self.inbox.renew(&[wrong], LONG).await);
            expect(&lost, &vec![wrong], "another token does not renew");
        }
        self.done(token).await;
        for end in [
            Disposition::Done { keep: LONG },
            Disposition::Retry {
                after: Duration::ZERO,
                error: error("no"),
            },
            Disposition::Dead { error: error("no") },
        ] {
            let rule = "what is finished is not finished again";
            expect(&self.complete(token, &end).await, &false, rule);
        }
        let lost = answered(self.inbox.renew(&[token], LONG).await);
        expect(&lost, &vec![token], "what is finished is not renewed");
        expect(
            &self.take_ids("end", 5).await,
            &vec![],
            "what is done stays done",
        );
    }

    async fn a_lease_runs_out(&self, sleep: &impl AsyncFn(Duration)) {
        self.enqueue(&self.delivery("died", "msg_1")).await;
        self.enqueue(&self.delivery("slow", "msg_1")).await;
        let first = Self::one(self.lease("died", 5, SHORT).await, "what was put is due");
        let slow = Self::one(self.lease("slow", 5, SHORT).await, "what was put is due");
        expect(
            &self.take_ids("died", 5).await,
            &vec![],
            "what runs is not taken",
        );
        sleep(PAST_SHORT).await;
        self.done(slow.token).await;
        let second = Self::one(
            self.lease("died", 5, LONG).await,
            "a row whose lease has run out is taken again",
        );
        if second.token.fencing_token <= first.token.fencing_token {
            let fences = (first.token.fencing_token, second.token.fencing_token);
            broken("a later token of a row has a greater fence", &fences);
        }
        let rule = "a slow worker does not finish over its successor";
        let end = Disposition::Done { keep: LONG };
        expect(&self.complete(first.token, &end).await, &false, rule);
        let end = Disposition::Dead { error: error("no") };
        expect(&self.complete(first.token, &end).await, &false, rule);
        let lost = answered(self.inbox.renew(&[first.token, second.token], LONG).await);
        expect(
            &lost,
            &vec![first.token],
            "a slow worker does not renew over its successor",
        );
        self.done(second.token).await;
    }

    async fn a_lease_is_renewed(&self, sleep: &impl AsyncFn(Duration)) {
        self.enqueue(&self.delivery("renewed", "msg_1")).await;
        let taken = Self::one(self.lease("renewed", 5, SHORT).await, "what was put is due");
        let lost = answered(self.inbox.renew(&[taken.token], LONG).await);
        expect(&lost, &vec![], "a holder renews");
        sleep(PAST_SHORT).await;
        let rule = "a renewed lease lasts for its new time";
        expect(&self.take_ids("renewed", 5).await, &vec![], rule);
        self.done(taken.token).await;
    }

    async fn one_of_an_order_at_a_time(&self, sleep: &impl AsyncFn(Duration)) {
        for (id, serial) in [
            ("a1", "a"),
            ("a2", "a"),
            ("b1", "b"),
            ("a3", "a"),
            ("b2", "b"),
        ] {
            self.enqueue(&self.in_order("serial", id, serial)).await;
        }
        self.enqueue(&self.delivery("serial", "free")).await;
        self.enqueue(&self.in_order("serial-elsewhere", "a1", "a"))
            .await;
        let first = self.lease("serial", 100, LONG).await;
        let rule = "of one order, the first row alone is taken; the others go on";
        expect(
            &ids(&first),
            &vec!["a1", "b1", "free"].into_iter().map(error).collect(),
            rule,
        );
        expect(&self.take_ids("serial", 100).await, &vec![], rule);
        expect(
            &self.take_ids("serial-elsewhere", 100).await,
            &vec![error("a1")],
            "an order is that of one endpoint",
        );
        let [a1, b1, _free] = match <[Leased; 3]>::try_from(first) {
            Ok(taken) => taken,
            Err(taken) => broken(rule, &ids(&taken)),
        };
        // A retry holds up those behind it.
        let end = Disposition::Retry {
            after: SHORT,
            error: error("no"),
        };
        expect(
            &self.complete(a1.token, &end).await,
            &true,
            "a holder finishes",
        );
        self.done(b1.token).await;
        let rule = "a row that waits for its retry holds up those behind it";
        let b2 = self.lease("serial", 100, LONG).await;
        expect(&ids(&b2), &vec![error("b2")], rule);
        sleep(PAST_SHORT).await;
        let a1 = Self::one(self.lease("serial", 100, LONG).await, rule);
        expect(&a1.delivery.delivery_id, &error("a1"), rule);
        // A dead one does not.
        let end = Disposition::Dead { error: error("no") };
        expect(
            &self.complete(a1.token, &end).await,
            &true,
            "a holder finishes",
        );
        let rule = "a dead row holds up nobody";
        let a2 = Self::one(self.lease("serial", 100, LONG).await, rule);
        expect(&a2.delivery.delivery_id, &error("a2"), rule);
        // Replayed, it is the first again, and waits for what runs.
        let filter = Filter::new().row(a1.token.row_id);
        let replayed = answered(self.inbox.replay(&filter, 10).await);
        expect(&replayed, &1, "a dead row is replayed");
        let rule = "a row that comes back waits for the one that runs";
        expect(&self.take_ids("serial", 100).await, &vec![], rule);
        self.done(a2.token).await;
        let a1 = Self::one(self.lease("serial", 100, LONG).await, rule);
        expect(&a1.delivery.delivery_id, &error("a1"), rule);
        self.done(a1.token).await;
        let a3 = Self::one(self.lease("serial", 100, LONG).await, rule);
        expect(&a3.delivery.delivery_id, &error("a3"), rule);
    }

    async fn failures_are_kept_and_rows_are_replayed(&self) {
        self.enqueue(&self.delivery("dead", "msg_1")).await;
        let taken = Self::one(self.lease("dead", 5, LONG).await, "what was put is due");
        let end = Disposition::Retry {
            after: Duration::ZERO,
            error: error("the first 'failure'"),
        };
        expect(
            &self.complete(taken.token, &end).await,
            &true,
            "a holder finishes",
        );
        let taken = Self::one(self.lease("dead", 5, LONG).await, "a retry is due");
        let end = Disposition::Dead {
            error: error("the last failure: ü"),
        };
        expect(
            &self.complete(taken.token, &end).await,
            &true,
            "a holder finishes",
        );
        let row = taken.token.row_id;
        let seen = async || match answered(self.inbox.inspect(row).await) {
            Some(seen) => seen,
            None => broken("a row is shown", &row),
        };
        let dead = seen().await;
        let texts = |failures: &[crate::inbox::Failure]| {
            let of = |failure: &crate::inbox::Failure| (failure.attempt, failure.error.clone());
            failures.iter().map(of).collect::<Vec<_>>()
        };
        let both = vec![
            (1, error("the first 'failure'")),
            (2, error("the last failure: ü")),
        ];
        expect(
            &texts(&dead.failures),
            &both,
            "failures are kept, the oldest first",
        );
        expect(&dead.row.state, &State::Dead, "a dead row is dead");
        expect(&dead.row.attempts, &2, "attempts are counted");
        expect(
            &dead.row.last_error,
            &Some(error("the last failure: ü")),
            "the last failure is shown",
        );
        expect(
            &dead.row.ended_at.is_some(),
            &true,
            "it is known when a row was given up",
        );
        let filter = Filter::new()
            .endpoint(self.endpoint("dead"))
            .state(State::Dead);
        expect(
            &answered(self.inbox.replay(&filter, 0).await),
            &0,
            "at most this many are replayed",
        );
        expect(
            &answered(self.inbox.replay(&filter, 10).await),
            &1,
            "a dead row is replayed",
        );
        expect(
            &answered(self.inbox.replay(&filter, 10).await),
            &0,
            "what waits is not replayed",
        );
        let waiting = seen().await;
        expect(&waiting.row.state, &State::Pending, "a replayed row waits");
        expect(
            &waiting.row.attempts,
            &0,
            "a replayed row has all its retries",
        );
        expect(&waiting.row.ended_at, &None, "a replayed row has not ended");
        expect(&texts(&waiting.failures), &both, "failures stay on record");
        let again = Self::one(self.lease("dead", 5, LONG).await, "a replayed row is due");
        expect(&again.attempts, &0, "a replayed row has all its retries");
        let running = Filter::new().row(row);
        expect(
            &answered(self.inbox.replay(&running, 10).await),
            &0,
            "what runs is not replayed",
        );
        self.done(again.token).await;
        expect(
            &answered(self.inbox.replay(&running, 10).await),
            &1,
            "a done row is replayed",
        );
    }

    async fn filters_pick(&self) {
        let started = SystemTime::now();
        let mut wanted = self.delivery("filter", "msg_1");
        wanted.event_type = "batch.failed".to_owned();
        wanted.tenant = Tenant::new("t%");
        let mut other = self.delivery("filter", "msg_2");
        other.event_type = "batchXfailed.late".to_owned();
        other.tenant = Tenant::new("tx");
        self.enqueue(&wanted).await;
        self.enqueue(&other).await;
        let here = || Filter::new().endpoint(self.endpoint("filter"));
        let rows = self.list(&here()).await;
        expect(
            &ids_of(&rows),
            &vec![error("msg_1"), error("msg_2")],
            "rows are listed in order",
        );
        let (Some(first), Some(second)) = (rows.first(), rows.get(1)) else {
            broken("rows are listed", &rows);
        };
        let page = answered(self.inbox.list(&here(), Some(first.id), 1).await);
        expect(
            &ids_of(&page),
            &vec![second.delivery_id.clone()],
            "a page begins after its row",
        );
        let page = answered(self.inbox.list(&here(), None, 1).await);
        expect(
            &ids_of(&page),
            &vec![first.delivery_id.clone()],
            "a page has at most this many",
        );
        let minute = Duration::from_secs(60);
        for filter in [
            here().row(first.id),
            here().rows([first.id, -1, first.id]),
            here().tenant("t%"),
            here().delivery_id("msg_1"),
            here().event_type("batch.failed"),
            here().event_type("batch.*"),
        ] {
            let picked = ids_of(&self.list(&filter).await);
            if picked != ["msg_1"] {
                broken("a filter picks what it says", &(filter, picked));
            }
        }
        for (filter, count) in [
            (here(), 2),
            (here().rows([first.id, second.id]), 2),
            (here().rows([]), 0),
            (here().event_type("*"), 2),
            (here().event_type("batch.failed.*"), 0),
            (here().event_type("batch"), 0),
            (here().event_type("%"), 0),
            (here().state(State::Pending), 2),
            (here().state(State::Done), 0),
            (here().since(started - minute), 2),
            (here().since(started + minute), 0),
            (here().before(started + minute), 2),
            (here().before(started - minute), 0),
            (here().tenant(""), 0),
        ] {
            let seen = answered(self.inbox.count(&filter).await);
            if seen != count {
                broken("a filter counts what it picks", &(filter, seen, count));
            }
        }
        let all = answered(self.inbox.summary().await);
        let of = all
            .iter()
            .find(|summary| summary.endpoint == self.endpoint("filter"));
        match of {
            Some(summary) => {
                expect(
                    &(summary.state, summary.rows),
                    &(State::Pending, 2),
                    "rows are summed up",
                );
            }
            None => broken("rows are summed up", &all),
        }
    }

    async fn what_is_old_is_pruned(&self, sleep: &impl AsyncFn(Duration)) {
        for id in ["short", "long", "dead", "pending"] {
            self.enqueue(&self.delivery("prune", id)).await;
        }
        let taken = self.lease("prune", 3, LONG).await;
        for taken in taken {
            let end = match taken.delivery.delivery_id.as_str() {
                "short" => Disposition::Done { keep: SHORT },
                "long" => Disposition::Done { keep: LONG },
                _ => Disposition::Dead { error: error("no") },
            };
            expect(
                &self.complete(taken.token, &end).await,
                &true,
                "a holder finishes",
            );
        }
        sleep(PAST_SHORT).await;
        while answered(self.inbox.prune(1_000).await) > 0 {}
        let filter = Filter::new().endpoint(self.endpoint("prune"));
        let left = ids_of(&self.list(&filter).await);
        let rule = "done rows alone are thrown away, when their time is over";
        expect(
            &left,
            &vec![error("long"), error("dead"), error("pending")],
            rule,
        );
        self.enqueue(&self.delivery("prune", "short")).await;
    }

    async fn news_wake(&self) {
        let endpoint = self.endpoint("news");
        let delivery = self.delivery("news", "msg_1");
        let started = std::time::Instant::now();
        let wait = async {
            self.inbox.wait(&endpoint, Duration::from_secs(20)).await;
            None
        };
        let put = async { Some(answered(self.inbox.enqueue(&delivery).await)) };
        type Step<'s> = std::pin::Pin<Box<dyn Future<Output = Option<Enqueued>> + 's>>;
        let steps: [Step<'_>; 2] = [Box::pin(wait), Box::pin(put)];
        all(steps.into_iter()).await;
        if started.elapsed() > Duration::from_secs(10) {
            broken("what is put wakes those who wait", &started.elapsed());
        }
    }

    async fn many_at_a_time(&self) {
        let deliveries: Vec<_> = (0..60)
            .map(|id| self.in_order("many", &format!("msg_{}", id / 2), &(id % 7).to_string()))
            .collect();
        let put = all(deliveries
            .iter()
            .map(|delivery| self.inbox.enqueue(delivery)))
        .await;
        let stored = put
            .into_iter()
            .map(answered)
            .filter(|put| *put == Enqueued::Stored);
        expect(&stored.count(), &30, "of two with one key, one is stored");
        let mut done = HashSet::new();
        loop {
            let taken: Vec<Leased> = all((0..4).map(|_| self.lease("many", 5, LONG)))
                .await
                .into_iter()
                .flatten()
                .collect();
            if taken.is_empty() {
                break;
            }
            let orders: Vec<_> = taken
                .iter()
                .map(|taken| &taken.delivery.ordering_key)
                .collect();
            if orders.iter().collect::<HashSet<_>>().len() != orders.len() {
                broken("two of one order do not run at a time", &ids(&taken));
            }
            for taken in &taken {
                if !done.insert(taken.delivery.delivery_id.clone()) {
                    broken("a row is taken once", &ids(std::slice::from_ref(taken)));
                }
            }
            all(taken.iter().map(|taken| self.done(taken.token))).await;
        }
        expect(&done.len(), &30, "every row is taken");
    }
}

fn ids(taken: &[Leased]) -> Vec<String> {
    let id = |taken: &Leased| taken.delivery.delivery_id.clone();
    taken.iter().map(id).collect()
}

fn ids_of(rows: &[Row]) -> Vec<String> {
    rows.iter().map(|row| row.delivery_id.clone()).collect()
}
