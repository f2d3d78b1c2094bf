//! One after another, where that is asked for: also when rows come back.

use std::time::Duration;

use webhook_runtime::inbox::{Completion, Disposition, Filter, Inbox as _};
use webhook_runtime::sqlite::SqliteInbox;

use crate::deliveries::{
    LONG, complete, dead, delivery, done, enqueue, ids, in_order, lease, take_one, within,
};
use crate::dir::Dir;

#[tokio::test]
async fn one_that_comes_back_goes_before_one_whose_worker_died() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    for id in ["a1", "a2", "a3"] {
        enqueue(&inbox, &in_order(id, "a")).await;
    }
    complete(&inbox, &take_one(&inbox).await, &dead()).await;
    let short = Duration::from_millis(100);
    let slow = lease(&inbox, 9, short).await;
    assert_eq!(ids(&slow), ["a2"]);
    inbox
        .replay(&Filter::new().delivery_id("a1"), 9)
        .await
        .unwrap();
    assert!(lease(&inbox, 9, LONG).await.is_empty(), "a2 runs");
    within(inbox.wait("app", LONG)).await;
    let a1 = lease(&inbox, 9, LONG).await;
    assert_eq!(ids(&a1), ["a1"]);
    let finished = inbox.complete(slow[0].token, &done(), None).await.unwrap();
    assert!(matches!(finished, Completion::Lost), "{finished:?}");
    complete(&inbox, &a1[0], &done()).await;
    let a2 = lease(&inbox, 9, LONG).await;
    assert_eq!(ids(&a2), ["a2"]);
    complete(&inbox, &a2[0], &done()).await;
    assert_eq!(ids(&lease(&inbox, 9, LONG).await), ["a3"]);
}

#[tokio::test]
async fn many_that_come_back_are_in_their_old_order() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    let names: Vec<String> = (0..20).map(|n| format!("a{n:02}")).collect();
    for name in &names {
        enqueue(&inbox, &in_order(name, "a")).await;
    }
    for round in 0..3 {
        for name in &names {
            let taken = lease(&inbox, 9, LONG).await;
            assert_eq!(ids(&taken), [name.as_str()], "round {round}");
            let end = if round == 0 { dead() } else { done() };
            complete(&inbox, &taken[0], &end).await;
        }
        // From the back, in parts: the order is that of the rows, not of the replays.
        for name in names.iter().rev() {
            let filter = Filter::new().delivery_id(name.as_str());
            assert_eq!(inbox.replay(&filter, 9).await.unwrap(), 1);
        }
    }
}

#[tokio::test]
async fn what_is_behind_is_taken_as_soon_as_it_is_not() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    enqueue(&inbox, &in_order("a1", "a")).await;
    enqueue(&inbox, &in_order("a2", "a")).await;
    let a1 = take_one(&inbox).await;
    let waiting = {
        let inbox = inbox.clone();
        tokio::spawn(async move { inbox.wait("app", LONG).await })
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished(), "there is nothing to take");
    complete(&inbox, &a1, &done()).await;
    within(waiting).await.unwrap();
    assert_eq!(take_one(&inbox).await.delivery.delivery_id, "a2");
}

#[tokio::test]
async fn whoever_waits_is_woken_when_a_retry_is_due() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    enqueue(&inbox, &delivery("msg_1")).await;
    let end = Disposition::Retry {
        after: Duration::from_millis(300),
        error: "not now".to_owned(),
    };
    complete(&inbox, &take_one(&inbox).await, &end).await;
    assert!(lease(&inbox, 9, LONG).await.is_empty());
    within(inbox.wait("app", LONG)).await;
    assert_eq!(take_one(&inbox).await.attempts, 1);
}

#[tokio::test]
async fn nobody_waits_for_longer_than_was_said() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    within(inbox.wait("app", Duration::from_millis(20))).await;
}
