//! Rows with unusual texts and sizes, rows changed by hand, and many rows.

use std::time::Duration;

use webhook_runtime::inbox::{Disposition, Enqueued, Filter, Inbox, State};
use webhook_runtime::store::DeliveryKey;
use webhook_stores::{LONG, delivery, ordered_delivery};

use crate::server::{SharedServer, complete_done, lease, lease_one};

#[tokio::test]
async fn texts_with_nul_and_long_texts_are_stored() {
    let Some(shared) = SharedServer::new("texts").await else {
        return;
    };
    let inbox = shared.inbox().await;
    // No index accepts a text of 10,000 random bytes.
    let mut seed = 7_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'!' + u8::try_from((seed >> 33) % 90).unwrap())
    };
    let long: String = (0..10_000).map(|_| random()).collect();
    let mut delivery = delivery(&long);
    delivery.key = DeliveryKey::new(long.clone());
    delivery.event_type = "nul\0".into();
    delivery.ordering_key = Some(format!("nul\0{long}"));
    delivery.body = vec![0; 1 << 20].into();
    assert_eq!(inbox.enqueue(&delivery).await.unwrap(), Enqueued::Stored);
    assert_eq!(inbox.enqueue(&delivery).await.unwrap(), Enqueued::Duplicate);
    delivery.key = DeliveryKey::new(format!("{long}\0"));
    assert_eq!(inbox.enqueue(&delivery).await.unwrap(), Enqueued::Stored);
    delivery.key = DeliveryKey::new(format!("{long}\u{fffd}"));
    assert_eq!(
        inbox.enqueue(&delivery).await.unwrap(),
        Enqueued::Stored,
        "NUL and its replacement are different keys"
    );
    let leased = lease_one(&inbox).await;
    assert_eq!(leased.delivery.event_type, "nul\u{fffd}");
    assert_eq!(leased.delivery.body, delivery.body);
    assert_eq!(leased.delivery.key.as_str(), long);
    let disposition = Disposition::Dead {
        error: "nul\0".into(),
    };
    inbox
        .complete(leased.token, &disposition, None)
        .await
        .unwrap();
    let inspected = inbox.inspect(leased.token.row_id).await.unwrap().unwrap();
    assert_eq!(inspected.failures[0].error, "nul\u{fffd}");
    let filter = Filter::new().event_type("nul\0");
    assert_eq!(inbox.count(&filter).await.unwrap(), 3);
    shared.clean_up().await;
}

#[tokio::test]
async fn longest_times_are_accepted() {
    let Some(shared) = SharedServer::new("times").await else {
        return;
    };
    let inbox = shared.inbox().await;
    inbox.enqueue(&delivery("msg_1")).await.unwrap();
    let leased = inbox
        .lease("app", 1, Duration::MAX)
        .await
        .unwrap()
        .remove(0);
    let lost = inbox.renew(&[leased.token], Duration::MAX).await.unwrap();
    assert_eq!(lost, []);
    let disposition = Disposition::Done {
        keep: Duration::MAX,
    };
    inbox
        .complete(leased.token, &disposition, None)
        .await
        .unwrap();
    for time in [
        std::time::SystemTime::UNIX_EPOCH,
        std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 60),
    ] {
        inbox
            .count(&Filter::new().since(time).before(time))
            .await
            .unwrap();
    }
    shared.clean_up().await;
}

#[tokio::test]
async fn unreadable_row_becomes_a_dead_letter_and_blocks_no_other_row() {
    let Some(shared) = SharedServer::new("malformed").await else {
        return;
    };
    let inbox = shared.inbox().await;
    for id in ["msg_1", "msg_2"] {
        inbox.enqueue(&ordered_delivery(id, "key")).await.unwrap();
    }
    inbox.enqueue(&delivery("msg_3")).await.unwrap();
    let corrupt = "UPDATE inbox SET header_names = '{x-extra}' WHERE delivery_id = 'msg_1'";
    shared.client().await.execute(corrupt, &[]).await.unwrap();
    assert_eq!(lease_one(&inbox).await.delivery.delivery_id, "msg_3");
    assert_eq!(lease_one(&inbox).await.delivery.delivery_id, "msg_2");
    let dead = inbox
        .list(&Filter::new().state(State::Dead), None, 5)
        .await
        .unwrap();
    let error = "invalid headers in a row: it was not written by webhook-runtime";
    assert_eq!(dead[0].last_error.as_deref(), Some(error));
    shared.clean_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replay_replays_each_row_once_up_to_the_limit() {
    let Some(shared) = SharedServer::new("replay").await else {
        return;
    };
    let inbox = shared.inbox().await;
    inbox
        .enqueue(&ordered_delivery("msg", "key"))
        .await
        .unwrap();
    // Done and dead rows, each in a lane of its own.
    let many = "INSERT INTO inbox (key_hash, key, endpoint, provider, tenant, delivery_id, event_type, timestamp,
            is_timestamp_signed, header_names, header_values, body, ordering_key, lane, is_blocked, state)
        SELECT sha256(n::text::bytea), n, 'app', 'openai', '', n, 'batch.failed', 0, true, '{}', '{}', '', n, n, false,
            CASE n % 2 WHEN 0 THEN 'done' ELSE 'dead' END
        FROM generate_series(1, 2400) n";
    shared.client().await.execute(many, &[]).await.unwrap();
    let all = Filter::new();
    assert_eq!(inbox.replay(&all, 0).await.unwrap(), 0);
    assert_eq!(inbox.replay(&all, 700).await.unwrap(), 700);
    let due = "SELECT count(*) FROM inbox WHERE state = 'pending' AND NOT is_blocked";
    assert_eq!(shared.query_number(due).await, 701);
    // Rows that workers complete meanwhile are not replayed a second time.
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let inbox = inbox.clone();
            tokio::spawn(async move {
                let mut count = 0;
                for _ in 0..200 {
                    for leased in lease(&inbox, 50).await {
                        complete_done(&inbox, leased.token).await;
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
    shared.clean_up().await;
}

#[tokio::test]
async fn backlog_age_is_that_of_the_oldest_row() {
    let Some(shared) = SharedServer::new("backlog").await else {
        return;
    };
    let inbox = shared.inbox().await;
    for id in ["msg_1", "msg_2"] {
        inbox.enqueue(&ordered_delivery(id, "key")).await.unwrap();
    }
    let backdate = "UPDATE inbox SET enqueued_at = enqueued_at - interval '1 hour' WHERE delivery_id = 'msg_2'";
    shared.client().await.execute(backdate, &[]).await.unwrap();
    let backlog = inbox.backlog("app").await.unwrap();
    assert_eq!(backlog.rows, 2);
    assert!(
        (3_600..3_700).contains(&backlog.age.as_secs()),
        "{backlog:?}"
    );
    let postdate = "UPDATE inbox SET enqueued_at = enqueued_at + interval '5 hours'";
    shared.client().await.execute(postdate, &[]).await.unwrap();
    let backlog = inbox.backlog("app").await.unwrap();
    assert_eq!(
        backlog.age,
        Duration::ZERO,
        "the server's clock was set back"
    );
    assert_eq!(inbox.renew(&[], LONG).await.unwrap(), []);
    shared.clean_up().await;
}
