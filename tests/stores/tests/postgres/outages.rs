//! A server that is unreachable, slow, busy, or restarted under load.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use webhook_runtime::inbox::{Completion, Disposition, Enqueued, Filter, Inbox, State};
use webhook_runtime::{
    BoxError,
    postgres::{PostgresError, PostgresInbox, PostgresStore},
    store::{DeliveryKey, Store},
};
use webhook_stores::{LONG, delivery, ordered_delivery, within};

use crate::server::{OwnServer, SharedServer, complete_done, lease_one};

/// A timeout that a test can wait for.
const CALL_TIMEOUT: Duration = Duration::from_millis(700);
/// Maximum duration of a call.
const MAX_CALL: Duration = Duration::from_secs(5);

fn error_of<T: std::fmt::Debug>(result: Result<T, BoxError>) -> PostgresError {
    *result.unwrap_err().downcast().unwrap()
}

#[tokio::test]
async fn unreachable_or_silent_server_is_an_error() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://postgres@{}/test", closed.local_addr().unwrap());
    drop(closed);
    let error = PostgresInbox::connect(&url).await.unwrap_err();
    assert!(matches!(error, PostgresError::Connection(_)), "{error:?}");

    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://postgres@{}/test", silent.local_addr().unwrap());
    let begun = Instant::now();
    let error = PostgresStore::connect(&url).await.unwrap_err();
    assert!(
        begun.elapsed() < MAX_CALL,
        "{:?}: {error:?}",
        begun.elapsed()
    );

    assert!(matches!(
        PostgresInbox::connect("mysql://127.0.0.1")
            .await
            .unwrap_err(),
        PostgresError::Url(_)
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_on_a_locked_table_fail_and_leave_no_waiting_statement() {
    let Some(shared) = SharedServer::new("locked").await else {
        return;
    };
    let database = shared
        .database()
        .call_timeout(CALL_TIMEOUT)
        .max_connections(4);
    let inbox = PostgresInbox::open(&database).await.unwrap();
    let store = PostgresStore::open(&database).await.unwrap();
    let admin = shared.client().await;
    let lock = "BEGIN; LOCK TABLE inbox, claims IN ACCESS EXCLUSIVE MODE";
    admin.batch_execute(lock).await.unwrap();
    for round in 0..3 {
        let begun = Instant::now();
        let (enqueued, leased, claimed, _) = tokio::join!(
            async { inbox.enqueue(&delivery("msg_1")).await },
            inbox.lease("app", 1, LONG),
            async { store.claim(&DeliveryKey::new("msg"), LONG).await },
            inbox.wait("app", Duration::from_millis(100)),
        );
        assert!(begun.elapsed() < MAX_CALL, "{:?}", begun.elapsed());
        for error in [error_of(enqueued), error_of(leased), error_of(claimed)] {
            let is_timeout = match &error {
                PostgresError::Server { message, .. } => message.contains("statement timeout"),
                PostgresError::Timeout(_) => true,
                _ => false,
            };
            assert!(is_timeout, "round {round}: {error}");
        }
    }
    let waiting = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%{}%'",
        shared.schema
    );
    within(async {
        while shared.query_number(&waiting).await > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    admin.batch_execute("COMMIT").await.unwrap();
    assert_eq!(
        inbox.enqueue(&delivery("msg_1")).await.unwrap(),
        Enqueued::Stored
    );
    assert_eq!(inbox.lease("app", 5, LONG).await.unwrap().len(), 1);
    shared.clean_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connection_of_a_dropped_call_is_not_reused() {
    let Some(shared) = SharedServer::new("dropped-call").await else {
        return;
    };
    let database = shared.database().max_connections(1);
    let inbox = PostgresInbox::open(&database).await.unwrap();
    let admin = shared.client().await;
    admin
        .batch_execute("BEGIN; LOCK TABLE inbox")
        .await
        .unwrap();
    let first = delivery("msg_1");
    let enqueued = tokio::time::timeout(Duration::from_millis(200), inbox.enqueue(&first));
    assert!(enqueued.await.is_err(), "the call waits for the lock");
    // On the connection of the dropped call, this call would wait for it.
    let inspected = tokio::time::timeout(Duration::from_secs(1), inbox.inspect(1)).await;
    assert!(inspected.is_err(), "the table is locked");
    admin.batch_execute("COMMIT").await.unwrap();
    assert_eq!(
        inbox.enqueue(&delivery("msg_2")).await.unwrap(),
        Enqueued::Stored
    );
    shared.clean_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exhausted_connection_pool_is_an_error_of_its_own() {
    let Some(shared) = SharedServer::new("busy").await else {
        return;
    };
    let database = shared
        .database()
        .call_timeout(CALL_TIMEOUT)
        .max_connections(1);
    let inbox = PostgresInbox::open(&database).await.unwrap();
    let admin = shared.client().await;
    admin
        .batch_execute("BEGIN; LOCK TABLE inbox")
        .await
        .unwrap();
    let calls = (0..4).map(|number| {
        let inbox = inbox.clone();
        tokio::spawn(async move { inbox.enqueue(&delivery(&number.to_string())).await })
    });
    let mut errors = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        errors.push(error_of(call.await.unwrap()));
    }
    let is_expected = errors.iter().any(|error| {
        matches!(
            error,
            PostgresError::PoolTimeout(_) | PostgresError::Timeout(_)
        )
    });
    assert!(is_expected, "{errors:?}");
    admin.batch_execute("COMMIT").await.unwrap();
    shared.clean_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn restart_under_load_loses_no_acknowledged_delivery() {
    let Some(server) = OwnServer::start("restarted", "").await else {
        return;
    };
    let is_finished = Arc::new(AtomicBool::new(false));
    let inbox = PostgresInbox::open(&server.database()).await.unwrap();
    let senders: Vec<_> = (0..8)
        .map(|sender| {
            let (inbox, is_finished) = (inbox.clone(), Arc::clone(&is_finished));
            tokio::spawn(async move {
                let (mut acknowledged, mut failed) = (HashSet::new(), 0);
                for number in 0.. {
                    if is_finished.load(Ordering::SeqCst) {
                        break;
                    }
                    let id = format!("msg_{sender}_{number}");
                    let delivery = match number % 3 {
                        0 => ordered_delivery(&id, &format!("key {sender}")),
                        _ => delivery(&id),
                    };
                    let begun = Instant::now();
                    let enqueued = inbox.enqueue(&delivery).await;
                    assert!(begun.elapsed() < MAX_CALL, "{:?}", begun.elapsed());
                    match enqueued {
                        Ok(_) => drop(acknowledged.insert(id)),
                        Err(_) => {
                            failed += 1;
                            tokio::time::sleep(Duration::from_millis(10)).await;
                        }
                    }
                }
                (acknowledged, failed)
            })
        })
        .collect();
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (inbox, is_finished) = (inbox.clone(), Arc::clone(&is_finished));
            tokio::spawn(async move {
                let mut is_last = false;
                loop {
                    let leased = inbox.lease("app", 10, Duration::from_millis(500)).await;
                    match leased {
                        Ok(leased) if leased.is_empty() && is_last => return,
                        Ok(leased) if leased.is_empty() => {
                            is_last = is_finished.load(Ordering::SeqCst);
                            let wait = if is_last { 1_000 } else { 20 };
                            tokio::time::sleep(Duration::from_millis(wait)).await;
                        }
                        Ok(leased) => {
                            is_last = false;
                            for leased in leased {
                                let done = Disposition::Done { keep: LONG };
                                let _ = inbox.complete(leased.token, &done, None).await;
                            }
                        }
                        Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                    }
                }
            })
        })
        .collect();
    for mode in ["fast", "immediate", "immediate"] {
        tokio::time::sleep(Duration::from_millis(700)).await;
        server.stop(mode).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.restart().await;
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    is_finished.store(true, Ordering::SeqCst);
    let (mut acknowledged, mut failed) = (HashSet::new(), 0);
    for sender in senders {
        let (ids, failures) = within(sender).await.unwrap();
        acknowledged.extend(ids);
        failed += failures;
    }
    for worker in workers {
        within(worker).await.unwrap();
    }
    assert!(failed > 0, "no call failed, so the test shows nothing");
    let rows = server.client().await;
    let rows = rows
        .query("SELECT delivery_id, state FROM webhook.inbox", &[])
        .await
        .unwrap();
    let stored: HashSet<String> = rows.iter().map(|row| row.get(0)).collect();
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(
        lost.is_empty(),
        "{} of {} lost",
        lost.len(),
        acknowledged.len()
    );
    let done = inbox
        .count(&Filter::new().state(State::Done))
        .await
        .unwrap();
    assert_eq!(done, rows.len() as u64, "unhandled rows");
    println!("{} acknowledged, {failed} failed", acknowledged.len());
    // The inbox continues to work.
    assert_eq!(
        inbox
            .enqueue(&ordered_delivery("last", "key 1"))
            .await
            .unwrap(),
        Enqueued::Stored
    );
    let last = lease_one(&inbox).await;
    let completion = complete_done(&inbox, last.token).await;
    assert!(matches!(completion, Completion::Recorded));
}
