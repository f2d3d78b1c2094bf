//! A database that is away, slow, full of work, or restarted under load.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use webhook_runtime::inbox::{Enqueued, Filter, Inbox, State};
use webhook_runtime::{
    BoxError,
    postgres::{PostgresError, PostgresInbox, PostgresStore},
    store::{DeliveryKey, Store},
};

use crate::server::{LONG, Own, Shared, delivery, done, in_order, within};

/// A deadline that a test can wait for.
const DEADLINE: Duration = Duration::from_millis(700);
/// By when a call is over in any case.
const PATIENCE: Duration = Duration::from_secs(5);

fn error_of<T: std::fmt::Debug>(answer: Result<T, BoxError>) -> PostgresError {
    *answer.unwrap_err().downcast().unwrap()
}

#[tokio::test]
async fn a_server_that_is_away_or_never_answers_is_an_error() {
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
        begun.elapsed() < PATIENCE,
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
async fn a_table_that_is_locked_fails_calls_and_nothing_is_left_waiting() {
    let Some(shared) = Shared::new("locked").await else {
        return;
    };
    let database = shared.database().deadline(DEADLINE).connections(4);
    let inbox = PostgresInbox::open(&database).await.unwrap();
    let store = PostgresStore::open(&database).await.unwrap();
    let admin = shared.client().await;
    let lock = "BEGIN; LOCK TABLE inbox, claims IN ACCESS EXCLUSIVE MODE";
    admin.batch_execute(lock).await.unwrap();
    for round in 0..3 {
        let begun = Instant::now();
        let (put, taken, claimed, _) = tokio::join!(
            async { inbox.enqueue(&delivery("msg_1")).await },
            inbox.lease("app", 1, LONG),
            async { store.claim(&DeliveryKey::new("msg"), LONG).await },
            inbox.wait("app", Duration::from_millis(100)),
        );
        assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
        for error in [error_of(put), error_of(taken), error_of(claimed)] {
            let said = error.to_string();
            let is_timeout = said.contains("statement timeout") || said.contains("did not answer");
            assert!(is_timeout, "round {round}: {said}");
        }
    }
    let waiting = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%{}%'",
        shared.schema
    );
    within(async {
        while shared.number(&waiting).await > 0 {
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
    shared.clear().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_was_dropped_leaves_its_connection_to_nobody() {
    let Some(shared) = Shared::new("dropped-call").await else {
        return;
    };
    let database = shared.database().connections(1);
    let inbox = PostgresInbox::open(&database).await.unwrap();
    let admin = shared.client().await;
    admin
        .batch_execute("BEGIN; LOCK TABLE inbox")
        .await
        .unwrap();
    let first = delivery("msg_1");
    let put = tokio::time::timeout(Duration::from_millis(200), inbox.enqueue(&first));
    assert!(put.await.is_err(), "it waits for the lock");
    // On the connection of the dropped call, this would wait for it.
    let backlog = tokio::time::timeout(Duration::from_secs(1), inbox.inspect(1)).await;
    assert!(backlog.is_err(), "the table is locked");
    admin.batch_execute("COMMIT").await.unwrap();
    assert_eq!(
        inbox.enqueue(&delivery("msg_2")).await.unwrap(),
        Enqueued::Stored
    );
    shared.clear().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_all_in_use_are_an_error_that_says_so() {
    let Some(shared) = Shared::new("busy").await else {
        return;
    };
    let database = shared.database().deadline(DEADLINE).connections(1);
    let inbox = PostgresInbox::open(&database).await.unwrap();
    let admin = shared.client().await;
    admin
        .batch_execute("BEGIN; LOCK TABLE inbox")
        .await
        .unwrap();
    let puts = (0..4).map(|number| {
        let inbox = inbox.clone();
        tokio::spawn(async move { inbox.enqueue(&delivery(&number.to_string())).await })
    });
    let mut said = HashSet::new();
    for put in puts.collect::<Vec<_>>() {
        said.insert(error_of(put.await.unwrap()).to_string());
    }
    let busy = "all connections to PostgreSQL were in use for 700ms: allow more, \
                see `Postgres::connections` and `Postgres::transactions`";
    assert!(
        said.contains(busy) || said.iter().any(|said| said.contains("did not answer")),
        "{said:?}"
    );
    admin.batch_execute("COMMIT").await.unwrap();
    shared.clear().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_is_restarted_under_load_loses_nothing_that_it_acknowledged() {
    let Some(own) = Own::start("restarted", "").await else {
        return;
    };
    let is_over = Arc::new(AtomicBool::new(false));
    let inbox = PostgresInbox::open(&own.database()).await.unwrap();
    let senders: Vec<_> = (0..8)
        .map(|sender| {
            let (inbox, is_over) = (inbox.clone(), Arc::clone(&is_over));
            tokio::spawn(async move {
                let (mut acknowledged, mut failed) = (HashSet::new(), 0);
                for number in 0.. {
                    if is_over.load(Ordering::SeqCst) {
                        break;
                    }
                    let id = format!("msg_{sender}_{number}");
                    let delivery = match number % 3 {
                        0 => in_order(&id, &format!("order {sender}")),
                        _ => delivery(&id),
                    };
                    let begun = Instant::now();
                    let put = inbox.enqueue(&delivery).await;
                    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
                    match put {
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
            let (inbox, is_over) = (inbox.clone(), Arc::clone(&is_over));
            tokio::spawn(async move {
                let mut is_last = false;
                loop {
                    let taken = inbox.lease("app", 10, Duration::from_millis(500)).await;
                    match taken {
                        Ok(taken) if taken.is_empty() && is_last => return,
                        Ok(taken) if taken.is_empty() => {
                            is_last = is_over.load(Ordering::SeqCst);
                            let wait = if is_last { 1_000 } else { 20 };
                            tokio::time::sleep(Duration::from_millis(wait)).await;
                        }
                        Ok(taken) => {
                            is_last = false;
                            for taken in taken {
                                let end = webhook_runtime::inbox::Disposition::Done { keep: LONG };
                                let _ = inbox.complete(taken.token, &end, None).await;
                            }
                        }
                        Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                    }
                }
            })
        })
        .collect();
    for how in ["fast", "immediate", "immediate"] {
        tokio::time::sleep(Duration::from_millis(700)).await;
        own.stop(how).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        own.start_again().await;
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    is_over.store(true, Ordering::SeqCst);
    let (mut acknowledged, mut failed) = (HashSet::new(), 0);
    for sender in senders {
        let (ids, failures) = within(sender).await.unwrap();
        acknowledged.extend(ids);
        failed += failures;
    }
    for worker in workers {
        within(worker).await.unwrap();
    }
    assert!(failed > 0, "nobody noticed");
    let rows = own.client().await;
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
    assert_eq!(done, rows.len() as u64, "all are handled");
    println!("{} acknowledged, {failed} refused", acknowledged.len());
    // And goes on.
    assert_eq!(
        inbox.enqueue(&in_order("last", "order 1")).await.unwrap(),
        Enqueued::Stored
    );
    let taken = inbox.lease("app", 5, LONG).await.unwrap().remove(0);
    done_once(&inbox, taken.token).await;
}

async fn done_once(inbox: &PostgresInbox, token: webhook_runtime::inbox::LeaseToken) {
    let finished = done(inbox, token).await;
    assert!(matches!(finished, webhook_runtime::inbox::Completion::Recorded));
}
