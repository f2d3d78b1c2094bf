//! Looking in while another process works the file.

use std::fs;
use std::time::Duration;

use webhook_runtime::inbox::{Filter, Inbox as _, State};
use webhook_runtime::sqlite::SqliteError;
use webhook_runtime::sqlite::SqliteInbox;

use crate::deliveries::{
    LONG, complete, count, dead, delivery, done, enqueue, lease, say, take_one, within,
};
use crate::dir::Dir;

#[tokio::test]
async fn who_looks_sees_all_and_takes_nothing() {
    let dir = Dir::new();
    let path = dir.file("inbox.db");
    let working = SqliteInbox::open(&path).unwrap();
    for id in ["msg_1", "msg_2", "msg_3"] {
        enqueue(&working, &delivery(id)).await;
    }
    complete(&working, &take_one(&working).await, &dead()).await;
    take_one(&working).await;
    let looking = SqliteInbox::open_existing(&path).unwrap();
    for state in [State::Pending, State::Running, State::Dead] {
        assert_eq!(count(&looking, state).await, 1, "{state:?}");
    }
    assert_eq!(looking.summary().await.unwrap().len(), 3);
    let refused = looking.lease("app", 1, LONG).await.unwrap_err();
    assert!(
        refused.to_string().contains("SqliteInbox::open`"),
        "{refused}"
    );
    assert_eq!(
        count(&looking, State::Running).await,
        1,
        "looking frees nothing"
    );
}

#[tokio::test]
async fn what_another_one_replays_is_due_at_once_and_found_at_the_next_look() {
    let dir = Dir::new();
    let path = dir.file("inbox.db");
    let working = SqliteInbox::open(&path).unwrap();
    enqueue(&working, &delivery("msg_1")).await;
    complete(&working, &take_one(&working).await, &dead()).await;
    // As if the clock of the working process were far behind that of who looks.
    let hour = Duration::from_secs(3_600).as_millis();
    say(
        &working,
        format!("UPDATE webhook_inbox SET put_at = put_at - {hour}"),
    )
    .await;
    let looking = SqliteInbox::open_existing(&path).unwrap();
    let replayed = looking
        .replay(&Filter::new().state(State::Dead), 9)
        .await
        .unwrap();
    assert_eq!(replayed, 1);
    let row = &looking.list(&Filter::new(), None, 1).await.unwrap()[0];
    assert_eq!(
        row.due_at,
        Some(row.enqueued_at),
        "not by the clock of who looks"
    );
    within(working.wait("app", Duration::from_millis(10))).await;
    assert_eq!(take_one(&working).await.delivery.delivery_id, "msg_1");
}

#[tokio::test]
async fn many_looks_stall_nobody() {
    let dir = Dir::new();
    let path = dir.file("inbox.db");
    let working = SqliteInbox::open(&path).unwrap();
    let looking = SqliteInbox::open_existing(&path).unwrap();
    for id in 0..50 {
        enqueue(&working, &delivery(&format!("msg_{id}"))).await;
        assert_eq!(looking.count(&Filter::new()).await.unwrap(), id + 1);
    }
    for taken in lease(&working, 50, LONG).await {
        complete(&working, &taken, &done()).await;
    }
    assert_eq!(count(&looking, State::Done).await, 50);
}

#[tokio::test]
async fn what_is_not_there_is_not_made() {
    let dir = Dir::new();
    let missing = SqliteInbox::open_existing(dir.file("inbox.db")).unwrap_err();
    assert!(missing.to_string().contains("No such file"), "{missing}");
    assert!(!dir.file("inbox.db").exists());
    fs::write(dir.file("empty.db"), "").unwrap();
    let empty = SqliteInbox::open_existing(dir.file("empty.db")).unwrap_err();
    assert!(
        matches!(empty, SqliteError::Older { found: 0, .. }),
        "{empty:?}"
    );
    let length = fs::metadata(dir.file("empty.db")).unwrap().len();
    assert_eq!(length, 0, "what is no inbox is left as it is");
}
