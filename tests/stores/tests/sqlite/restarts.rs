//! What a process finds that opens the file of its predecessor.

use std::time::{Duration, SystemTime};

use webhook_runtime::inbox::{Backlog, Disposition, Enqueued, Filter, Inbox as _, State};
use webhook_runtime::sqlite::SqliteInbox;

use crate::deliveries::{
    LONG, ask, complete, count, delivery, done, enqueue, ids, in_order, lease, say, take_one,
    within,
};
use crate::dir::Dir;

#[tokio::test]
async fn rows_their_states_and_their_retries_outlive_the_process() {
    let dir = Dir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    for id in ["done", "later", "running", "pending"] {
        enqueue(&inbox, &delivery(id)).await;
    }
    let taken = lease(&inbox, 3, LONG).await;
    complete(&inbox, &taken[0], &done()).await;
    let later = Disposition::Retry {
        after: LONG,
        error: "not now".to_owned(),
    };
    complete(&inbox, &taken[1], &later).await;
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
async fn a_ticket_of_the_process_before_is_lost() {
    let dir = Dir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    enqueue(&inbox, &delivery("msg_1")).await;
    let before = take_one(&inbox).await;
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    assert_eq!(
        inbox.renew(&[before.token], LONG).await.unwrap(),
        [before.token]
    );
    let after = take_one(&inbox).await;
    assert!(after.token.fencing_token > before.token.fencing_token);
    let finished = inbox.complete(before.token, &done(), None).await.unwrap();
    assert!(matches!(finished, webhook_runtime::inbox::Completion::Lost));
    complete(&inbox, &after, &done()).await;
}

#[tokio::test]
async fn numbers_of_rows_are_not_given_again() {
    let dir = Dir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    enqueue(&inbox, &delivery("msg_1")).await;
    let first = take_one(&inbox).await;
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
        assert_eq!(ask(&inbox, Box::leak(left.into_boxed_str())).await, 0);
    }
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    assert_eq!(
        inbox.enqueue(&delivery("msg_1")).await.unwrap(),
        Enqueued::Stored
    );
    assert!(take_one(&inbox).await.token.row_id > first.token.row_id);
}

/// Moves all times of the file, as if it had been written by a clock that is this much ahead of ours.
async fn written_ahead(inbox: &SqliteInbox, ahead: Duration) {
    let ahead = ahead.as_millis();
    say(
        inbox,
        format!(
            "UPDATE webhook_inbox SET put_at = put_at + {ahead}, due_at = due_at + {ahead}, ended_at = ended_at + {ahead}"
        ),
    )
    .await;
}

#[tokio::test]
async fn a_clock_that_went_back_delays_nothing() {
    let dir = Dir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    for id in ["done", "retry", "running", "pending"] {
        enqueue(&inbox, &delivery(id)).await;
    }
    let taken = lease(&inbox, 3, LONG).await;
    complete(&inbox, &taken[0], &done()).await;
    let retry = Disposition::Retry {
        after: LONG,
        error: "not now".to_owned(),
    };
    complete(&inbox, &taken[1], &retry).await;
    let year = Duration::from_secs(365 * 24 * 60 * 60);
    written_ahead(&inbox, year).await;
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    let mut due = lease(&inbox, 9, LONG).await;
    due.sort_by_key(|taken| taken.token.row_id);
    assert_eq!(ids(&due), ["retry", "running", "pending"]);
    assert_eq!(
        inbox.backlog("app").await.unwrap(),
        Backlog {
            rows: 3,
            age: Duration::ZERO
        },
        "no age is below nothing"
    );
    // What is done is kept for its time from now on, not for a year longer.
    let kept = ask(
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
async fn a_clock_that_went_forward_hastens_what_it_must() {
    let dir = Dir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    enqueue(&inbox, &delivery("retry")).await;
    let retry = Disposition::Retry {
        after: LONG,
        error: "not now".to_owned(),
    };
    complete(&inbox, &take_one(&inbox).await, &retry).await;
    say(
        &inbox,
        "UPDATE webhook_inbox SET put_at = 0, due_at = 600000",
    )
    .await;
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    assert_eq!(take_one(&inbox).await.delivery.delivery_id, "retry");
}

#[tokio::test]
async fn an_order_goes_on_where_the_process_before_died() {
    let dir = Dir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    for id in ["a1", "a2", "a3"] {
        enqueue(&inbox, &in_order(id, "a")).await;
    }
    let a1 = take_one(&inbox).await;
    complete(&inbox, &a1, &crate::deliveries::dead()).await;
    // The second runs, and the first comes back before it.
    let a2 = take_one(&inbox).await;
    assert_eq!(a2.delivery.delivery_id, "a2");
    inbox
        .replay(&Filter::new().state(State::Dead), 9)
        .await
        .unwrap();
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    for id in ["a1", "a2", "a3"] {
        let taken = lease(&inbox, 9, LONG).await;
        assert_eq!(ids(&taken), [id]);
        complete(&inbox, &taken[0], &done()).await;
    }
    assert_eq!(count(&inbox, State::Done).await, 3);
}

#[tokio::test]
async fn a_worker_sleeps_until_a_lease_runs_out() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    enqueue(&inbox, &delivery("msg_1")).await;
    let hung = lease(&inbox, 1, Duration::from_millis(200)).await;
    within(inbox.wait("app", LONG)).await;
    let again = take_one(&inbox).await;
    assert_eq!(again.token.row_id, hung[0].token.row_id);
}
