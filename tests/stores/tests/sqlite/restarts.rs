//! What a process finds that opens the file of its predecessor.

use std::time::{Duration, SystemTime};

use webhook_runtime::SqliteInbox;
use webhook_runtime::inbox::{Backlog, End, Filter, Inbox as _, Put, State};

use crate::deliveries::{
    LONG, ask, count, delivery, done, finish, ids, in_order, put, say, take, take_one, within,
};
use crate::dir::Dir;

#[tokio::test]
async fn rows_their_states_and_their_retries_outlive_the_process() {
    let dir = Dir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    for id in ["done", "later", "running", "waiting"] {
        put(&inbox, &delivery(id)).await;
    }
    let taken = take(&inbox, 3, LONG).await;
    finish(&inbox, &taken[0], &done()).await;
    let later = End::Retry {
        after: LONG,
        error: "not now".to_owned(),
    };
    finish(&inbox, &taken[1], &later).await;
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    assert_eq!(ids(&take(&inbox, 9, LONG).await), ["waiting", "running"]);
    assert_eq!(inbox.put(&delivery("done")).await.unwrap(), Put::Duplicate);
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
    put(&inbox, &delivery("msg_1")).await;
    let before = take_one(&inbox).await;
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    assert_eq!(
        inbox.renew(&[before.ticket], LONG).await.unwrap(),
        [before.ticket]
    );
    let after = take_one(&inbox).await;
    assert!(after.ticket.fence > before.ticket.fence);
    let finished = inbox.finish(before.ticket, &done(), None).await.unwrap();
    assert!(matches!(finished, webhook_runtime::inbox::Finished::Lost));
    finish(&inbox, &after, &done()).await;
}

#[tokio::test]
async fn numbers_of_rows_are_not_given_again() {
    let dir = Dir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    put(&inbox, &delivery("msg_1")).await;
    let first = take_one(&inbox).await;
    let at_once = End::Done {
        keep: Duration::ZERO,
    };
    finish(&inbox, &first, &at_once).await;
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
    assert_eq!(inbox.put(&delivery("msg_1")).await.unwrap(), Put::Stored);
    assert!(take_one(&inbox).await.ticket.row > first.ticket.row);
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
    for id in ["done", "retry", "running", "waiting"] {
        put(&inbox, &delivery(id)).await;
    }
    let taken = take(&inbox, 3, LONG).await;
    finish(&inbox, &taken[0], &done()).await;
    let retry = End::Retry {
        after: LONG,
        error: "not now".to_owned(),
    };
    finish(&inbox, &taken[1], &retry).await;
    let year = Duration::from_secs(365 * 24 * 60 * 60);
    written_ahead(&inbox, year).await;
    drop(inbox);
    let inbox = SqliteInbox::open(&path).unwrap();
    let mut due = take(&inbox, 9, LONG).await;
    due.sort_by_key(|taken| taken.ticket.row);
    assert_eq!(ids(&due), ["retry", "running", "waiting"]);
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
    assert_eq!(inbox.put(&delivery("done")).await.unwrap(), Put::Duplicate);
}

#[tokio::test]
async fn a_clock_that_went_forward_hastens_what_it_must() {
    let dir = Dir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    put(&inbox, &delivery("retry")).await;
    let retry = End::Retry {
        after: LONG,
        error: "not now".to_owned(),
    };
    finish(&inbox, &take_one(&inbox).await, &retry).await;
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
        put(&inbox, &in_order(id, "a")).await;
    }
    let a1 = take_one(&inbox).await;
    finish(&inbox, &a1, &crate::deliveries::dead()).await;
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
        let taken = take(&inbox, 9, LONG).await;
        assert_eq!(ids(&taken), [id]);
        finish(&inbox, &taken[0], &done()).await;
    }
    assert_eq!(count(&inbox, State::Done).await, 3);
}

#[tokio::test]
async fn a_worker_sleeps_until_a_lease_runs_out() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    put(&inbox, &delivery("msg_1")).await;
    let hung = take(&inbox, 1, Duration::from_millis(200)).await;
    within(inbox.wait("app", LONG)).await;
    let again = take_one(&inbox).await;
    assert_eq!(again.ticket.row, hung[0].ticket.row);
}
