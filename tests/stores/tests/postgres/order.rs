//! Rows that are handled one after another, however many put and take.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use webhook_runtime::inbox::{Completion, Disposition, Enqueued, Filter, Inbox, State};
use webhook_runtime::postgres::PostgresInbox;

use crate::server::{LONG, Shared, delivery, done, in_order, lease, take_one, within};

const ROWS: usize = 600;
const ORDERS: usize = 5;

/// What handlers see: which order is at work, and what ran in it.
#[derive(Default)]
struct Seen {
    in_flight: Mutex<HashMap<String, i64>>,
    ran: Mutex<HashMap<String, Vec<i64>>>,
    left: AtomicUsize,
}

/// Takes and finishes until all are done, failing now and then.
async fn work(inbox: PostgresInbox, seen: Arc<Seen>, worker: usize) {
    let mut round = 0;
    while seen.left.load(Ordering::SeqCst) > 0 {
        let taken = lease(&inbox, 1 + worker % 4).await;
        if taken.is_empty() {
            inbox.wait("app", Duration::from_millis(200)).await;
        }
        for taken in taken {
            round += 1;
            let (row, serial) = (taken.token.row_id, taken.delivery.ordering_key.clone());
            if let Some(serial) = &serial {
                let other = seen.in_flight.lock().unwrap().insert(serial.clone(), row);
                assert_eq!(other, None, "{row} runs beside another one of {serial}");
            }
            tokio::task::yield_now().await;
            let fails = (round + worker).is_multiple_of(7);
            if let Some(serial) = serial {
                if !fails {
                    let mut ran = seen.ran.lock().unwrap();
                    ran.entry(serial.clone()).or_default().push(row);
                }
                seen.in_flight.lock().unwrap().remove(&serial);
            }
            let end = match fails {
                true => Disposition::Retry {
                    after: Duration::ZERO,
                    error: "as the test says".into(),
                },
                false => Disposition::Done { keep: LONG },
            };
            let finished = inbox.complete(taken.token, &end, None).await.unwrap();
            assert!(matches!(finished, Completion::Recorded), "{finished:?}");
            if !fails {
                seen.left.fetch_sub(1, Ordering::SeqCst);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_one_order_one_runs_at_a_time_and_all_run_in_the_order_of_their_rows() {
    let Some(shared) = Shared::new("order").await else {
        return;
    };
    let seen = Arc::new(Seen::default());
    seen.left.store(ROWS, Ordering::SeqCst);
    let mut tasks = Vec::new();
    // Inboxes of their own, as processes have them.
    for worker in 0..6 {
        let inbox = PostgresInbox::open(&shared.database().connections(3))
            .await
            .unwrap();
        tasks.push(tokio::spawn(work(inbox, Arc::clone(&seen), worker)));
    }
    for sender in 0..6 {
        let inbox = PostgresInbox::open(&shared.database().connections(3))
            .await
            .unwrap();
        tasks.push(tokio::spawn(async move {
            for number in (sender..ROWS).step_by(6) {
                let serial = format!("order {}", number % ORDERS);
                let delivery = match number % 10 {
                    9 => delivery(&format!("msg_{number}")),
                    _ => in_order(&format!("msg_{number}"), &serial),
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
    let ran = seen.ran.lock().unwrap().clone();
    assert_eq!(ran.len(), ORDERS);
    let mut count = 0;
    for (serial, rows) in ran {
        assert!(rows.is_sorted(), "{serial} ran as {rows:?}");
        count += rows.len();
    }
    assert_eq!(count, ROWS - ROWS / 10);
    let left = shared.number("SELECT count(*) FROM inbox WHERE state <> 'done' OR is_blocked");
    assert_eq!(left.await, 0);
    shared.clear().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rows_that_come_back_while_others_are_taken_and_put_keep_the_order() {
    let Some(shared) = Shared::new("comeback").await else {
        return;
    };
    let inbox = shared.inbox().await;
    for number in 0..60 {
        let delivery = in_order(&format!("msg_{number}"), &format!("order {}", number % 3));
        inbox.enqueue(&delivery).await.unwrap();
    }
    let replaying = {
        let inbox = shared.inbox().await;
        tokio::spawn(async move {
            let dead = Filter::new().state(State::Dead);
            let mut replayed = 0;
            while replayed < 60 {
                replayed += inbox.replay(&dead, 7).await.unwrap();
                tokio::task::yield_now().await;
            }
        })
    };
    let in_flight = Arc::new(Mutex::new(HashMap::new()));
    let finished = Arc::new(AtomicUsize::new(0));
    let workers = (0..4).map(|_| {
        let (in_flight, finished) = (Arc::clone(&in_flight), Arc::clone(&finished));
        let database = shared.database().connections(3);
        tokio::spawn(async move {
            let inbox = PostgresInbox::open(&database).await.unwrap();
            while finished.load(Ordering::SeqCst) < 60 {
                for taken in lease(&inbox, 3).await {
                    let (row, serial) = (taken.token.row_id, taken.delivery.ordering_key.unwrap());
                    let other = in_flight.lock().unwrap().insert(serial.clone(), row);
                    assert_eq!(other, None, "{row} runs beside another one of {serial}");
                    tokio::task::yield_now().await;
                    in_flight.lock().unwrap().remove(&serial);
                    // The first time, each is given up.
                    let inspected = inbox.inspect(row).await.unwrap().unwrap();
                    let end = match inspected.failures.len() {
                        0 => Disposition::Dead { error: "no".into() },
                        _ => Disposition::Done { keep: LONG },
                    };
                    let is_done = matches!(end, Disposition::Done { .. });
                    let ended = inbox.complete(taken.token, &end, None).await.unwrap();
                    assert!(matches!(ended, Completion::Recorded), "{ended:?}");
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
    shared.clear().await;
}

#[tokio::test]
async fn an_order_whose_first_row_was_deleted_by_hand_goes_on() {
    let Some(shared) = Shared::new("mend").await else {
        return;
    };
    let inbox = shared.inbox().await;
    for id in ["msg_1", "msg_2", "msg_3"] {
        inbox.enqueue(&in_order(id, "order")).await.unwrap();
    }
    let client = shared.client().await;
    let delete = "DELETE FROM inbox WHERE delivery_id = 'msg_1'";
    client.execute(delete, &[]).await.unwrap();
    assert_eq!(lease(&inbox, 5).await.len(), 0);
    assert_eq!(inbox.prune(10).await.unwrap(), 0);
    let taken = take_one(&inbox).await;
    assert_eq!(taken.delivery.delivery_id, "msg_2");
    inbox.prune(10).await.unwrap();
    assert_eq!(lease(&inbox, 5).await.len(), 0, "one at a time");
    done(&inbox, taken.token).await;
    assert_eq!(take_one(&inbox).await.delivery.delivery_id, "msg_3");
    shared.clear().await;
}

#[tokio::test]
async fn the_first_of_an_order_is_found_by_its_row_not_by_when_it_is_due() {
    let Some(shared) = Shared::new("first").await else {
        return;
    };
    let inbox = shared.inbox().await;
    for id in ["msg_1", "msg_2"] {
        inbox.enqueue(&in_order(id, "order")).await.unwrap();
    }
    let first = take_one(&inbox).await;
    let dead = Disposition::Dead { error: "no".into() };
    inbox.complete(first.token, &dead, None).await.unwrap();
    // The second one is first now, and waits for its retry.
    let second = take_one(&inbox).await;
    let retry = Disposition::Retry {
        after: LONG,
        error: "no".into(),
    };
    inbox.complete(second.token, &retry, None).await.unwrap();
    // The first one comes back, and goes before it.
    assert_eq!(
        inbox
            .replay(&Filter::new().state(State::Dead), 10)
            .await
            .unwrap(),
        1
    );
    let first = take_one(&inbox).await;
    assert_eq!(first.delivery.delivery_id, "msg_1");
    // It fails, and is still the first.
    inbox.complete(first.token, &retry, None).await.unwrap();
    assert_eq!(lease(&inbox, 5).await.len(), 0);
    let heads = "SELECT id FROM inbox WHERE NOT is_blocked";
    assert_eq!(shared.number(heads).await, first.token.row_id);
    shared.clear().await;
}
