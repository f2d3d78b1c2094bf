//! Odd rows: what texts and sizes can be, what people change by hand, and many at a time.

use std::time::Duration;

use webhook_runtime::inbox::{Disposition, Enqueued, Filter, Inbox, State};
use webhook_runtime::store::DeliveryKey;

use crate::server::{LONG, Shared, delivery, done, in_order, lease, take_one};

#[tokio::test]
async fn texts_that_postgresql_does_not_take_are_stored_all_the_same() {
    let Some(shared) = Shared::new("texts").await else {
        return;
    };
    let inbox = shared.inbox().await;
    // No index takes a text of 10,000 random bytes.
    let mut seed = 7_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'!' + u8::try_from((seed >> 33) % 90).unwrap())
    };
    let long: String = (0..10_000).map(|_| random()).collect();
    let mut odd = delivery(&long);
    odd.key = DeliveryKey::new(long.clone());
    odd.event_type = "nul\0".into();
    odd.ordering_key = Some(format!("nul\0{long}"));
    odd.body = vec![0; 1 << 20].into();
    assert_eq!(inbox.enqueue(&odd).await.unwrap(), Enqueued::Stored);
    assert_eq!(inbox.enqueue(&odd).await.unwrap(), Enqueued::Duplicate);
    odd.key = DeliveryKey::new(format!("{long}\0"));
    assert_eq!(inbox.enqueue(&odd).await.unwrap(), Enqueued::Stored);
    odd.key = DeliveryKey::new(format!("{long}\u{fffd}"));
    assert_eq!(
        inbox.enqueue(&odd).await.unwrap(),
        Enqueued::Stored,
        "keys are what they are"
    );
    let taken = take_one(&inbox).await;
    assert_eq!(taken.delivery.event_type, "nul\u{fffd}");
    assert_eq!(taken.delivery.body, odd.body);
    assert_eq!(taken.delivery.key.as_str(), long);
    let end = Disposition::Dead {
        error: "nul\0".into(),
    };
    inbox.complete(taken.token, &end, None).await.unwrap();
    let inspected = inbox.inspect(taken.token.row_id).await.unwrap().unwrap();
    assert_eq!(inspected.failures[0].error, "nul\u{fffd}");
    let filter = Filter::new().event_type("nul\0");
    assert_eq!(inbox.count(&filter).await.unwrap(), 3);
    shared.clear().await;
}

#[tokio::test]
async fn the_longest_times_are_none_that_postgresql_refuses() {
    let Some(shared) = Shared::new("times").await else {
        return;
    };
    let inbox = shared.inbox().await;
    inbox.enqueue(&delivery("msg_1")).await.unwrap();
    let taken = inbox
        .lease("app", 1, Duration::MAX)
        .await
        .unwrap()
        .remove(0);
    let lost = inbox.renew(&[taken.token], Duration::MAX).await.unwrap();
    assert_eq!(lost, []);
    let end = Disposition::Done {
        keep: Duration::MAX,
    };
    inbox.complete(taken.token, &end, None).await.unwrap();
    for time in [
        std::time::SystemTime::UNIX_EPOCH,
        std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 60),
    ] {
        inbox
            .count(&Filter::new().since(time).before(time))
            .await
            .unwrap();
    }
    shared.clear().await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_given_up_and_keeps_nobody_from_being_taken() {
    let Some(shared) = Shared::new("malformed").await else {
        return;
    };
    let inbox = shared.inbox().await;
    for id in ["msg_1", "msg_2"] {
        inbox.enqueue(&in_order(id, "order")).await.unwrap();
    }
    inbox.enqueue(&delivery("msg_3")).await.unwrap();
    let ruin = "UPDATE inbox SET header_names = '{}' WHERE delivery_id = 'msg_1'";
    shared.client().await.execute(ruin, &[]).await.unwrap();
    assert_eq!(take_one(&inbox).await.delivery.delivery_id, "msg_3");
    assert_eq!(take_one(&inbox).await.delivery.delivery_id, "msg_2");
    let dead = inbox
        .list(&Filter::new().state(State::Dead), None, 5)
        .await
        .unwrap();
    let said = "the headers of a row cannot be read: it was not written by webhook-runtime";
    assert_eq!(dead[0].last_error.as_deref(), Some(said));
    shared.clear().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_rows_are_replayed_each_once_and_no_more_than_was_said() {
    let Some(shared) = Shared::new("replay").await else {
        return;
    };
    let inbox = shared.inbox().await;
    inbox.enqueue(&in_order("msg", "order")).await.unwrap();
    // As they are after they were handled; each in an order of its own.
    let many = "INSERT INTO inbox (key_hash, key, endpoint, provider, tenant, delivery_id, event_type, signed_at,
            is_time_signed, header_names, header_values, body, serial, lane, is_blocked, state)
        SELECT sha256(n::text::bytea), n, 'app', 'openai', '', n, 'batch.failed', 0, true, '{}', '{}', '', n, n, false,
            CASE n % 2 WHEN 0 THEN 'done' ELSE 'dead' END
        FROM generate_series(1, 2400) n";
    shared.client().await.execute(many, &[]).await.unwrap();
    let all = Filter::new();
    assert_eq!(inbox.replay(&all, 0).await.unwrap(), 0);
    assert_eq!(inbox.replay(&all, 700).await.unwrap(), 700);
    let due = "SELECT count(*) FROM inbox WHERE state = 'pending' AND NOT is_blocked";
    assert_eq!(shared.number(due).await, 701);
    // Workers that finish what comes back do not make it come back again.
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let inbox = inbox.clone();
            tokio::spawn(async move {
                let mut count = 0;
                for _ in 0..200 {
                    for taken in lease(&inbox, 50).await {
                        done(&inbox, taken.token).await;
                        count += 1;
                    }
                    if count == 2_401 {
                        break;
                    }
                }
            })
        })
        .collect();
    let dead = Filter::new().state(State::Dead);
    let dead_rows = inbox.count(&dead).await.unwrap();
    let replayed = inbox.replay(&dead, 10_000).await.unwrap();
    assert_eq!(replayed as u64, dead_rows);
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(inbox.count(&dead).await.unwrap(), 0);
    shared.clear().await;
}

#[tokio::test]
async fn a_backlog_is_as_old_as_its_oldest_row() {
    let Some(shared) = Shared::new("backlog").await else {
        return;
    };
    let inbox = shared.inbox().await;
    for id in ["msg_1", "msg_2"] {
        inbox.enqueue(&in_order(id, "order")).await.unwrap();
    }
    let old = "UPDATE inbox SET put_at = put_at - interval '1 hour' WHERE delivery_id = 'msg_2'";
    shared.client().await.execute(old, &[]).await.unwrap();
    let backlog = inbox.backlog("app").await.unwrap();
    assert_eq!(backlog.rows, 2);
    assert!(
        (3_600..3_700).contains(&backlog.age.as_secs()),
        "{backlog:?}"
    );
    let young = "UPDATE inbox SET put_at = put_at + interval '5 hours'";
    shared.client().await.execute(young, &[]).await.unwrap();
    let backlog = inbox.backlog("app").await.unwrap();
    assert_eq!(backlog.age, Duration::ZERO, "a clock that was set back");
    assert_eq!(inbox.renew(&[], LONG).await.unwrap(), []);
    shared.clear().await;
}
