//! Reopening the file of an earlier process.

use std::time::{Duration, SystemTime};

use webhook_runtime::inbox::{Backlog, Disposition, Enqueued, Filter, Inbox as _, State};
use webhook_runtime::sqlite::SqliteInbox;

use crate::support::{
    LONG, complete, count, delivery, done, enqueue, execute, ids, lease, lease_one, ordered, query,
    within,
};
use crate::temp_dir::TempDir;

#[tokio::test]
async fn rows_states_and_retries_survive_a_restart() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    for id in ["done", "later", "running", "pending"] {
        enqueue(&inbox, &delivery(id)).await;
    }
    let leased = lease(&inbox, 3, LONG).await;
    complete(&inbox, &leased[0], &done()).await;
    let later = Disposition::Retry {
        after: LONG,
        error: "not now".to_owned(),
    };
    complete(&inbox, &leased[1], &later).await;
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    assert_eq!(ids(&lease(&inbox, 9, LONG).await), ["pending", "running"]);
    assert_eq!(
        inbox.enqueue(&delivery("done")).await.unwrap(),
        Enqueued::Duplicate
    );
    let later = inbox
        .list(&Filter::new().delivery_id("later"), None, 1)
        .await
        .unwrap();
    assert_eq!(later[0].attempts, 1);
    assert_eq!(later[0].last_error.as_deref(), Some("not now"));
    assert!(later[0].due_at.unwrap() > SystemTime::now() + LONG / 2);
}

#[tokio::test]
async fn tokens_of_an_earlier_process_are_invalid() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    enqueue(&inbox, &delivery("msg_1")).await;
    let before = lease_one(&inbox).await;
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    assert_eq!(
        inbox.renew(&[before.token], LONG).await.unwrap(),
        [before.token]
    );
    let after = lease_one(&inbox).await;
    assert!(after.token.fencing_token > before.token.fencing_token);
    let completion = inbox.complete(before.token, &done(), None).await.unwrap();
    assert!(matches!(
        completion,
        webhook_runtime::inbox::Completion::Lost
    ));
    complete(&inbox, &after, &done()).await;
}

#[tokio::test]
async fn row_numbers_are_never_reused() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    enqueue(&inbox, &delivery("msg_1")).await;
    let first = lease_one(&inbox).await;
    let at_once = Disposition::Done {
        keep: Duration::ZERO,
    };
    complete(&inbox, &first, &at_once).await;
    assert_eq!(inbox.prune(10).await.unwrap(), 1);
    for table in [
        "webhook_inbox",
        "webhook_inbox_content",
        "webhook_inbox_failure",
    ] {
        let left = format!("SELECT count(*) FROM {table}");
        assert_eq!(query(&inbox, Box::leak(left.into_boxed_str())).await, 0);
    }
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    assert_eq!(
        inbox.enqueue(&delivery("msg_1")).await.unwrap(),
        Enqueued::Stored
    );
    assert!(lease_one(&inbox).await.token.row_id > first.token.row_id);
}

/// Moves all times of the file into the future, as if a clock that is ahead had written it.
async fn shift_times(inbox: &SqliteInbox, ahead: Duration) {
    let ahead = ahead.as_millis();
    execute(
        inbox,
        format!(
            "UPDATE webhook_inbox SET enqueued_at = enqueued_at + {ahead}, due_at = due_at + {ahead}, ended_at = ended_at + {ahead}"
        ),
    )
    .await;
}

#[tokio::test]
async fn a_clock_that_went_back_delays_no_row() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    for id in ["done", "retry", "running", "pending"] {
        enqueue(&inbox, &delivery(id)).await;
    }
    let leased = lease(&inbox, 3, LONG).await;
    complete(&inbox, &leased[0], &done()).await;
    let retry = Disposition::Retry {
        after: LONG,
        error: "not now".to_owned(),
    };
    complete(&inbox, &leased[1], &retry).await;
    let year = Duration::from_secs(365 * 24 * 60 * 60);
    shift_times(&inbox, year).await;
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    let mut due = lease(&inbox, 9, LONG).await;
    due.sort_by_key(|leased| leased.token.row_id);
    assert_eq!(ids(&due), ["retry", "running", "pending"]);
    assert_eq!(
        inbox.backlog("app").await.unwrap(),
        Backlog {
            rows: 3,
            age: Duration::ZERO
        },
        "an age is never negative"
    );
    // Done rows are retained for their time from now, not for a year more.
    let kept = query(
        &inbox,
        "SELECT due_at - unixepoch('now') * 1000 FROM webhook_inbox WHERE state = 'done'",
    )
    .await;
    let long = i64::try_from(LONG.as_millis()).unwrap();
    assert!((long - 60_000..=long + 60_000).contains(&kept), "{kept}");
    assert_eq!(
        inbox.enqueue(&delivery("done")).await.unwrap(),
        Enqueued::Duplicate
    );
}

#[tokio::test]
async fn a_clock_that_went_forward_makes_retries_due() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    enqueue(&inbox, &delivery("retry")).await;
    let retry = Disposition::Retry {
        after: LONG,
        error: "not now".to_owned(),
    };
    complete(&inbox, &lease_one(&inbox).await, &retry).await;
    execute(
        &inbox,
        "UPDATE webhook_inbox SET enqueued_at = 0, due_at = 600000",
    )
    .await;
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    assert_eq!(lease_one(&inbox).await.delivery.delivery_id, "retry");
}

#[tokio::test]
async fn a_lane_continues_after_a_crash() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    for id in ["a1", "a2", "a3"] {
        enqueue(&inbox, &ordered(id, "a")).await;
    }
    let a1 = lease_one(&inbox).await;
    complete(&inbox, &a1, &crate::support::dead()).await;
    // The second row runs while the first one is replayed.
    let a2 = lease_one(&inbox).await;
    assert_eq!(a2.delivery.delivery_id, "a2");
    inbox
        .replay(&Filter::new().state(State::Dead), 9)
        .await
        .unwrap();
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    for id in ["a1", "a2", "a3"] {
        let leased = lease(&inbox, 9, LONG).await;
        assert_eq!(ids(&leased), [id]);
        complete(&inbox, &leased[0], &done()).await;
    }
    assert_eq!(count(&inbox, State::Done).await, 3);
}

#[tokio::test]
async fn waiting_ends_when_a_lease_expires() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    enqueue(&inbox, &delivery("msg_1")).await;
    let hung = lease(&inbox, 1, Duration::from_millis(200)).await;
    within(inbox.wait("app", LONG)).await;
    let again = lease_one(&inbox).await;
    assert_eq!(again.token.row_id, hung[0].token.row_id);
}
