//! Lanes: rows with one ordering key run one after another, also after a replay.

use std::time::Duration;

use webhook_runtime::inbox::{Completion, Disposition, Filter, Inbox as _};
use webhook_runtime::sqlite::SqliteInbox;

use crate::support::{
    LONG, complete, dead, delivery, done, enqueue, ids, lease, lease_one, ordered, within,
};
use crate::temp_dir::TempDir;

#[tokio::test]
async fn a_replayed_row_runs_before_a_later_one_with_an_expired_lease() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    for id in ["a1", "a2", "a3"] {
        enqueue(&inbox, &ordered(id, "a")).await;
    }
    complete(&inbox, &lease_one(&inbox).await, &dead()).await;
    let short = Duration::from_millis(100);
    let slow = lease(&inbox, 9, short).await;
    assert_eq!(ids(&slow), ["a2"]);
    inbox
        .replay(&Filter::new().delivery_id("a1"), 9)
        .await
        .unwrap();
    assert!(lease(&inbox, 9, LONG).await.is_empty(), "a2 is running");
    within(inbox.wait("app", LONG)).await;
    let a1 = lease(&inbox, 9, LONG).await;
    assert_eq!(ids(&a1), ["a1"]);
    let completion = inbox.complete(slow[0].token, &done(), None).await.unwrap();
    assert!(matches!(completion, Completion::Lost), "{completion:?}");
    complete(&inbox, &a1[0], &done()).await;
    let a2 = lease(&inbox, 9, LONG).await;
    assert_eq!(ids(&a2), ["a2"]);
    complete(&inbox, &a2[0], &done()).await;
    assert_eq!(ids(&lease(&inbox, 9, LONG).await), ["a3"]);
}

#[tokio::test]
async fn replayed_rows_run_in_their_original_order() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    let names: Vec<String> = (0..20).map(|n| format!("a{n:02}")).collect();
    for name in &names {
        enqueue(&inbox, &ordered(name, "a")).await;
    }
    for round in 0..3 {
        for name in &names {
            let leased = lease(&inbox, 9, LONG).await;
            assert_eq!(ids(&leased), [name.as_str()], "round {round}");
            let disposition = if round == 0 { dead() } else { done() };
            complete(&inbox, &leased[0], &disposition).await;
        }
        // Replays the last row first: the order is that of the rows, not of the replays.
        for name in names.iter().rev() {
            let filter = Filter::new().delivery_id(name.as_str());
            assert_eq!(inbox.replay(&filter, 9).await.unwrap(), 1);
        }
    }
}

#[tokio::test]
async fn an_unblocked_row_wakes_waiting_workers() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    enqueue(&inbox, &ordered("a1", "a")).await;
    enqueue(&inbox, &ordered("a2", "a")).await;
    let a1 = lease_one(&inbox).await;
    let waiting = {
        let inbox = inbox.clone();
        tokio::spawn(async move { inbox.wait("app", LONG).await })
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished(), "no row can be leased");
    complete(&inbox, &a1, &done()).await;
    within(waiting).await.unwrap();
    assert_eq!(lease_one(&inbox).await.delivery.delivery_id, "a2");
}

#[tokio::test]
async fn waiting_ends_when_a_retry_is_due() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    enqueue(&inbox, &delivery("msg_1")).await;
    let disposition = Disposition::Retry {
        after: Duration::from_millis(300),
        error: "not now".to_owned(),
    };
    complete(&inbox, &lease_one(&inbox).await, &disposition).await;
    assert!(lease(&inbox, 9, LONG).await.is_empty());
    within(inbox.wait("app", LONG)).await;
    assert_eq!(lease_one(&inbox).await.attempts, 1);
}

#[tokio::test]
async fn waiting_ends_at_its_timeout() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    within(inbox.wait("app", Duration::from_millis(20))).await;
}
