//! A database that fails, hangs, or loses its answers: 503 or waiting, never a loss, never a second run.

use std::time::Duration;

use webhook_runtime::inbox::{Filter, Inbox as _, State};
use webhook_runtime::testing::MemoryInbox;

use crate::app::{
    End, Work, builder, deliver, delivery, endpoint, eventually, only, rows, status, until, within,
};
use crate::shaky::{Call, FaultyStore, Trouble};

#[tokio::test]
async fn what_cannot_be_stored_is_503() {
    for trouble in [
        Trouble::Fails,
        Trouble::Panics,
        Trouble::HangsAfter,
        Trouble::FailsAfter,
    ] {
        let (work, inbox) = (Work::default(), FaultyStore::default());
        let endpoint = builder(&work, inbox.clone())
            .store_timeout(Duration::from_millis(50))
            .build()
            .unwrap();
        inbox.next(Call::Enqueue, trouble, 1);
        let answer = deliver(&endpoint, &delivery("batch.completed", "a")).await;
        assert_eq!(answer.status(), 503, "{trouble:?}");
        assert!(answer.headers().contains_key("retry-after"));
        assert_eq!(
            status(&endpoint, &delivery("batch.completed", "a")).await,
            200
        );
        until(&inbox, State::Done, 1).await;
        assert_eq!(work.runs(), ["a"], "{trouble:?}");
    }
}

#[tokio::test]
async fn a_backlog_that_cannot_be_told_is_503() {
    let (work, inbox) = (Work::default(), FaultyStore::default());
    let endpoint = builder(&work, inbox.clone())
        .max_backlog(10)
        .build()
        .unwrap();
    inbox.next(Call::Backlog, Trouble::Fails, 1);
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
async fn workers_outlive_a_database_that_is_away() {
    for trouble in [Trouble::Fails, Trouble::Panics] {
        let (work, inbox) = (Work::default(), FaultyStore::default());
        inbox.next(Call::Take, trouble, 2);
        let endpoint = endpoint(&work, inbox.clone());
        assert_eq!(
            status(&endpoint, &delivery("batch.completed", "a")).await,
            200
        );
        until(&inbox, State::Done, 1).await;
        assert!(inbox.count(Call::Take) >= 3);
    }
}

#[tokio::test]
async fn an_end_that_cannot_be_written_is_written_later_and_nothing_runs_again() {
    for trouble in [
        Trouble::Fails,
        Trouble::Panics,
        Trouble::FailsAfter,
        Trouble::HangsAfter,
    ] {
        let (work, inbox) = (Work::default(), FaultyStore::default());
        let endpoint = builder(&work, inbox.clone())
            .store_timeout(Duration::from_millis(50))
            .build()
            .unwrap();
        inbox.next(Call::Finish, trouble, 2);
        assert_eq!(
            status(&endpoint, &delivery("batch.completed", "a")).await,
            200
        );
        until(&inbox, State::Done, 1).await;
        let drained = within(endpoint.shutdown()).await;
        assert_eq!(drained.remaining, 0);
        assert_eq!(work.runs(), ["a"], "{trouble:?}");
    }
}

#[tokio::test]
async fn what_was_taken_in_an_answer_that_was_lost_is_taken_again_after_its_lease() {
    let (work, inbox) = (Work::default(), FaultyStore::default());
    inbox.next(Call::Take, Trouble::FailsAfter, 1);
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
async fn a_slow_handler_keeps_its_row() {
    let (work, inbox) = (Work::default(), FaultyStore::default());
    let lease = Duration::from_millis(300);
    let endpoint = builder(&work, inbox.clone()).lease(lease).build().unwrap();
    let other = builder(&work, inbox.clone()).lease(lease).build().unwrap();
    // A beat that is missed harms nobody.
    inbox.next(Call::Renew, Trouble::Fails, 1);
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
async fn what_a_dead_process_ran_is_run_by_another_one_and_it_cannot_finish_it_afterwards() {
    let (work, inbox) = (Work::default(), FaultyStore::default());
    let lease = Duration::from_millis(300);
    work.ends("a", [End::Fails]);
    // It cannot reach the database any more: as good as dead.
    let cut_off = builder(&work, inbox.clone()).lease(lease).build().unwrap();
    inbox.next(Call::Renew, Trouble::Fails, 1_000);
    assert_eq!(status(&cut_off, &delivery("batch.failed", "a")).await, 200);
    work.ran(1).await;
    inbox.next(Call::Take, Trouble::Fails, 1_000);
    let lives = endpoint(&work, inbox.memory.clone());
    work.ran(2).await;
    // The first one fails now, the second one is at work.
    work.open(1);
    eventually(|| async { cut_off.in_flight() == 0 }).await;
    assert_eq!(
        rows(&inbox, State::Running).await.len(),
        1,
        "its end does not count"
    );
    work.open(1);
    let done = only(&inbox, State::Done).await;
    assert_eq!(done.failures, []);
    assert_eq!(work.runs(), ["a", "a"]);
    drop(lives);
    assert_eq!(inbox.summary().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_kills_each_of_its_workers_is_a_dead_letter_in_the_end() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let storing = builder(&work, inbox.clone()).name("app").workers(0);
    let storing = storing.build().unwrap();
    assert_eq!(
        status(&storing, &delivery("batch.completed", "a")).await,
        200
    );
    // A first try and two retries, which nobody ends.
    for _ in 0..3 {
        eventually(|| async {
            let lease = Duration::from_millis(20);
            !inbox.lease("app", 1, lease).await.unwrap().is_empty()
        })
        .await;
    }
    let _working = builder(&work, inbox.clone()).name("app").build().unwrap();
    let dead = only(&inbox, State::Dead).await;
    assert_eq!(work.runs(), [""; 0]);
    assert_eq!(
        dead.row.last_error.unwrap(),
        "the process died, or lost its lease, in the last of 3 attempts"
    );
    // Whoever has repaired what was wrong replays it.
    let dead = Filter::new().state(State::Dead);
    assert_eq!(inbox.replay(&dead, 1).await.unwrap(), 1);
    only(&inbox, State::Done).await;
    assert_eq!(work.runs(), ["a"]);
}
