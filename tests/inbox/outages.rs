//! A database that fails, hangs, or loses its answers: 503 or a delay, no loss, no second run.

use std::time::Duration;

use webhook_runtime::inbox::{Filter, Inbox as _, State};
use webhook_runtime::testing::MemoryInbox;

use crate::app::{
    Behavior, Work, builder, deliver, delivery, endpoint, eventually, only, rows, status, until,
    within,
};
use crate::faults::{Call, Fault, FaultyInbox};

#[tokio::test]
async fn failed_enqueue_is_503() {
    for fault in [
        Fault::Fails,
        Fault::Panics,
        Fault::HangsAfter,
        Fault::FailsAfter,
    ] {
        let (work, inbox) = (Work::default(), FaultyInbox::default());
        let endpoint = builder(&work, inbox.clone())
            .store_timeout(Duration::from_millis(50))
            .build()
            .unwrap();
        inbox.next(Call::Enqueue, fault, 1);
        let answer = deliver(&endpoint, &delivery("batch.completed", "a")).await;
        assert_eq!(answer.status(), 503, "{fault:?}");
        assert!(answer.headers().contains_key("retry-after"));
        assert_eq!(
            status(&endpoint, &delivery("batch.completed", "a")).await,
            200
        );
        until(&inbox, State::Done, 1).await;
        assert_eq!(work.runs(), ["a"], "{fault:?}");
    }
}

#[tokio::test]
async fn failed_backlog_query_is_503() {
    let (work, inbox) = (Work::default(), FaultyInbox::default());
    let endpoint = builder(&work, inbox.clone())
        .max_backlog(10)
        .build()
        .unwrap();
    inbox.next(Call::Backlog, Fault::Fails, 1);
    assert_eq!(
        status(&endpoint, &delivery("batch.completed", "a")).await,
        503
    );
    assert_eq!(
        status(&endpoint, &delivery("batch.completed", "a")).await,
        200
    );
}

#[tokio::test]
async fn workers_continue_after_a_database_outage() {
    for fault in [Fault::Fails, Fault::Panics] {
        let (work, inbox) = (Work::default(), FaultyInbox::default());
        inbox.next(Call::Lease, fault, 2);
        let endpoint = endpoint(&work, inbox.clone());
        assert_eq!(
            status(&endpoint, &delivery("batch.completed", "a")).await,
            200
        );
        until(&inbox, State::Done, 1).await;
        assert!(inbox.count(Call::Lease) >= 3);
    }
}

#[tokio::test]
async fn failed_completion_is_repeated_without_running_the_handler_again() {
    for fault in [
        Fault::Fails,
        Fault::Panics,
        Fault::FailsAfter,
        Fault::HangsAfter,
    ] {
        let (work, inbox) = (Work::default(), FaultyInbox::default());
        let endpoint = builder(&work, inbox.clone())
            .store_timeout(Duration::from_millis(50))
            .build()
            .unwrap();
        inbox.next(Call::Complete, fault, 2);
        assert_eq!(
            status(&endpoint, &delivery("batch.completed", "a")).await,
            200
        );
        until(&inbox, State::Done, 1).await;
        let drained = within(endpoint.shutdown()).await;
        assert_eq!(drained.remaining, 0);
        assert_eq!(work.runs(), ["a"], "{fault:?}");
    }
}

#[tokio::test]
async fn rows_of_a_lost_lease_answer_are_leased_again_after_expiry() {
    let (work, inbox) = (Work::default(), FaultyInbox::default());
    inbox.next(Call::Lease, Fault::FailsAfter, 1);
    let storing = builder(&work, inbox.clone()).workers(0).build().unwrap();
    assert_eq!(
        status(&storing, &delivery("batch.completed", "a")).await,
        200
    );
    let _working = builder(&work, inbox.clone())
        .lease(Duration::from_millis(300))
        .build()
        .unwrap();
    until(&inbox, State::Done, 1).await;
    assert_eq!(work.runs(), ["a"]);
}

#[tokio::test]
async fn slow_handler_keeps_its_lease() {
    let (work, inbox) = (Work::default(), FaultyInbox::default());
    let lease = Duration::from_millis(300);
    let endpoint = builder(&work, inbox.clone()).lease(lease).build().unwrap();
    let other = builder(&work, inbox.clone()).lease(lease).build().unwrap();
    // A failed renewal has no effect.
    inbox.next(Call::Renew, Fault::Fails, 1);
    assert_eq!(status(&endpoint, &delivery("batch.failed", "a")).await, 200);
    work.ran(1).await;
    tokio::time::sleep(3 * lease).await;
    assert_eq!(work.runs(), ["a"]);
    assert!(
        inbox.count(Call::Renew) >= 4,
        "{}",
        inbox.count(Call::Renew)
    );
    work.open(1);
    until(&inbox, State::Done, 1).await;
    assert_eq!(work.runs(), ["a"]);
    assert_eq!(endpoint.in_flight() + other.in_flight(), 0);
}

#[tokio::test]
async fn row_of_a_crashed_process_is_handled_by_another_and_not_completed_twice() {
    let (work, inbox) = (Work::default(), FaultyInbox::default());
    let lease = Duration::from_millis(300);
    work.ends("a", [Behavior::Fails]);
    // It cannot reach the database any more, like a crashed process.
    let crashed = builder(&work, inbox.clone()).lease(lease).build().unwrap();
    inbox.next(Call::Renew, Fault::Fails, 1_000);
    assert_eq!(status(&crashed, &delivery("batch.failed", "a")).await, 200);
    work.ran(1).await;
    inbox.next(Call::Lease, Fault::Fails, 1_000);
    let other = endpoint(&work, inbox.memory.clone());
    work.ran(2).await;
    // The first handler fails while the second one runs.
    work.open(1);
    eventually(|| async { crashed.in_flight() == 0 }).await;
    assert_eq!(
        rows(&inbox, State::Running).await.len(),
        1,
        "its result is ignored"
    );
    work.open(1);
    let done = only(&inbox, State::Done).await;
    assert_eq!(done.failures, []);
    assert_eq!(work.runs(), ["a", "a"]);
    drop(other);
    assert_eq!(inbox.summary().await.unwrap().len(), 1);
}

#[tokio::test]
async fn delivery_that_crashes_every_worker_is_a_dead_letter() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let storing = builder(&work, inbox.new_handle()).name("app").workers(0);
    let storing = storing.build().unwrap();
    assert_eq!(
        status(&storing, &delivery("batch.completed", "a")).await,
        200
    );
    // A first attempt and two retries, whose workers crash.
    for _ in 0..3 {
        eventually(|| async {
            let lease = Duration::from_millis(20);
            !inbox.lease("app", 1, lease).await.unwrap().is_empty()
        })
        .await;
    }
    let _working = builder(&work, inbox.new_handle())
        .name("app")
        .build()
        .unwrap();
    let dead = only(&inbox, State::Dead).await;
    assert_eq!(work.runs(), [""; 0]);
    assert_eq!(
        dead.row.last_error.unwrap(),
        "the process crashed, or lost its lease, in the last of 3 attempts"
    );
    // An operator has fixed the cause, and replays it.
    let dead = Filter::new().state(State::Dead);
    assert_eq!(inbox.replay(&dead, 1).await.unwrap(), 1);
    only(&inbox, State::Done).await;
    assert_eq!(work.runs(), ["a"]);
}
