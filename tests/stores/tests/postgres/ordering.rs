//! Ordered rows: handled one after another, however many processes enqueue and lease.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use webhook_runtime::inbox::{Completion, Disposition, Enqueued, Filter, Inbox, State};
use webhook_runtime::postgres::PostgresInbox;
use webhook_stores::{LONG, delivery, ordered_delivery, within};

use crate::server::{SharedServer, complete_done, dead, lease, lease_one, retry};

const ROWS: usize = 600;
const KEYS: usize = 5;

/// Rows in flight and rows that ran, by ordering key.
#[derive(Default)]
struct Progress {
    in_flight: Mutex<HashMap<String, i64>>,
    ran: Mutex<HashMap<String, Vec<i64>>>,
    remaining: AtomicUsize,
}

/// Leases and completes rows until all are done. Some attempts fail.
async fn work(inbox: PostgresInbox, progress: Arc<Progress>, worker: usize) {
    let mut round = 0;
    while progress.remaining.load(Ordering::SeqCst) > 0 {
        let leased = lease(&inbox, 1 + worker % 4).await;
        if leased.is_empty() {
            inbox.wait("app", Duration::from_millis(200)).await;
        }
        for leased in leased {
            round += 1;
            let (row, key) = (leased.token.row_id, leased.delivery.ordering_key.clone());
            if let Some(key) = &key {
                let other = progress.in_flight.lock().unwrap().insert(key.clone(), row);
                assert_eq!(other, None, "row {row} runs beside another one of {key}");
            }
            tokio::task::yield_now().await;
            let fails = (round + worker).is_multiple_of(7);
            if let Some(key) = key {
                if !fails {
                    let mut ran = progress.ran.lock().unwrap();
                    ran.entry(key.clone()).or_default().push(row);
                }
                progress.in_flight.lock().unwrap().remove(&key);
            }
            let disposition = match fails {
                true => retry(Duration::ZERO),
                false => Disposition::Done { keep: LONG },
            };
            let completion = inbox.complete(leased.token, &disposition, None).await;
            let completion = completion.unwrap();
            assert!(matches!(completion, Completion::Recorded), "{completion:?}");
            if !fails {
                progress.remaining.fetch_sub(1, Ordering::SeqCst);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rows_of_one_key_run_one_at_a_time_in_the_order_of_their_ids() {
    let Some(shared) = SharedServer::new("key").await else {
        return;
    };
    let progress = Arc::new(Progress::default());
    progress.remaining.store(ROWS, Ordering::SeqCst);
    let mut tasks = Vec::new();
    // Separate inboxes, like those of processes.
    for worker in 0..6 {
        let inbox = PostgresInbox::open(&shared.database().max_connections(3))
            .await
            .unwrap();
        tasks.push(tokio::spawn(work(inbox, Arc::clone(&progress), worker)));
    }
    for sender in 0..6 {
        let inbox = PostgresInbox::open(&shared.database().max_connections(3))
            .await
            .unwrap();
        tasks.push(tokio::spawn(async move {
            for number in (sender..ROWS).step_by(6) {
                let key = format!("key {}", number % KEYS);
                let delivery = match number % 10 {
                    9 => delivery(&format!("msg_{number}")),
                    _ => ordered_delivery(&format!("msg_{number}"), &key),
                };
                assert_eq!(inbox.enqueue(&delivery).await.unwrap(), Enqueued::Stored);
                assert_eq!(inbox.enqueue(&delivery).await.unwrap(), Enqueued::Duplicate);
            }
        }));
    }
    within(async {
        for task in tasks {
            task.await.unwrap();
        }
    })
    .await;
    let ran = progress.ran.lock().unwrap().clone();
    assert_eq!(ran.len(), KEYS);
    let mut count = 0;
    for (key, rows) in ran {
        assert!(rows.is_sorted(), "{key} ran as {rows:?}");
        count += rows.len();
    }
    assert_eq!(count, ROWS - ROWS / 10);
    let unfinished = "SELECT count(*) FROM inbox WHERE state <> 'done' OR is_blocked";
    assert_eq!(shared.query_number(unfinished).await, 0);
    shared.clean_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replayed_rows_keep_the_order_while_others_are_leased() {
    let Some(shared) = SharedServer::new("replayed-order").await else {
        return;
    };
    let inbox = shared.inbox().await;
    for number in 0..60 {
        let delivery = ordered_delivery(&format!("msg_{number}"), &format!("key {}", number % 3));
        inbox.enqueue(&delivery).await.unwrap();
    }
    let replaying = {
        let inbox = shared.inbox().await;
        tokio::spawn(async move {
            let dead_rows = Filter::new().state(State::Dead);
            let mut replayed = 0;
            while replayed < 60 {
                replayed += inbox.replay(&dead_rows, 7).await.unwrap();
                tokio::task::yield_now().await;
            }
        })
    };
    let in_flight = Arc::new(Mutex::new(HashMap::new()));
    let finished = Arc::new(AtomicUsize::new(0));
    let workers = (0..4).map(|_| {
        let (in_flight, finished) = (Arc::clone(&in_flight), Arc::clone(&finished));
        let database = shared.database().max_connections(3);
        tokio::spawn(async move {
            let inbox = PostgresInbox::open(&database).await.unwrap();
            while finished.load(Ordering::SeqCst) < 60 {
                for leased in lease(&inbox, 3).await {
                    let (row, key) = (leased.token.row_id, leased.delivery.ordering_key.unwrap());
                    let other = in_flight.lock().unwrap().insert(key.clone(), row);
                    assert_eq!(other, None, "row {row} runs beside another one of {key}");
                    tokio::task::yield_now().await;
                    in_flight.lock().unwrap().remove(&key);
                    // The first attempt of each row ends as a dead letter.
                    let inspected = inbox.inspect(row).await.unwrap().unwrap();
                    let disposition = match inspected.failures.len() {
                        0 => dead(),
                        _ => Disposition::Done { keep: LONG },
                    };
                    let is_done = matches!(disposition, Disposition::Done { .. });
                    let completion = inbox.complete(leased.token, &disposition, None).await;
                    let completion = completion.unwrap();
                    assert!(matches!(completion, Completion::Recorded), "{completion:?}");
                    finished.fetch_add(usize::from(is_done), Ordering::SeqCst);
                }
            }
        })
    });
    let workers: Vec<_> = workers.collect();
    within(async {
        for worker in workers {
            worker.await.unwrap();
        }
        replaying.await.unwrap();
    })
    .await;
    shared.clean_up().await;
}

#[tokio::test]
async fn lane_continues_after_its_first_row_was_deleted_by_hand() {
    let Some(shared) = SharedServer::new("repair").await else {
        return;
    };
    let inbox = shared.inbox().await;
    for id in ["msg_1", "msg_2", "msg_3"] {
        inbox.enqueue(&ordered_delivery(id, "key")).await.unwrap();
    }
    let client = shared.client().await;
    let delete = "DELETE FROM inbox WHERE delivery_id = 'msg_1'";
    client.execute(delete, &[]).await.unwrap();
    assert_eq!(lease(&inbox, 5).await.len(), 0);
    assert_eq!(inbox.prune(10).await.unwrap(), 0);
    let leased = lease_one(&inbox).await;
    assert_eq!(leased.delivery.delivery_id, "msg_2");
    inbox.prune(10).await.unwrap();
    assert_eq!(lease(&inbox, 5).await.len(), 0, "one at a time");
    complete_done(&inbox, leased.token).await;
    assert_eq!(lease_one(&inbox).await.delivery.delivery_id, "msg_3");
    shared.clean_up().await;
}

#[tokio::test]
async fn first_row_of_a_lane_is_the_one_with_the_lowest_id_not_the_earliest_due_time() {
    let Some(shared) = SharedServer::new("first").await else {
        return;
    };
    let inbox = shared.inbox().await;
    for id in ["msg_1", "msg_2"] {
        inbox.enqueue(&ordered_delivery(id, "key")).await.unwrap();
    }
    let first = lease_one(&inbox).await;
    inbox.complete(first.token, &dead(), None).await.unwrap();
    // The second row is the first one of its lane now, and waits for its retry.
    let second = lease_one(&inbox).await;
    inbox
        .complete(second.token, &retry(LONG), None)
        .await
        .unwrap();
    // The first row is replayed and precedes it again.
    assert_eq!(
        inbox
            .replay(&Filter::new().state(State::Dead), 10)
            .await
            .unwrap(),
        1
    );
    let first = lease_one(&inbox).await;
    assert_eq!(first.delivery.delivery_id, "msg_1");
    // After a failure, it is still the first one.
    inbox
        .complete(first.token, &retry(LONG), None)
        .await
        .unwrap();
    assert_eq!(lease(&inbox, 5).await.len(), 0);
    let heads = "SELECT id FROM inbox WHERE NOT is_blocked";
    assert_eq!(shared.query_number(heads).await, first.token.row_id);
    shared.clean_up().await;
}
