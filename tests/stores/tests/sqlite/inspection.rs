//! Inspection while another process owns the file.

use std::fs;
use std::time::Duration;

use webhook_runtime::inbox::{Filter, Inbox as _, State};
use webhook_runtime::sqlite::SqliteError;
use webhook_runtime::sqlite::SqliteInbox;

use crate::support::{
    LONG, complete, count, dead, delivery, done, enqueue, execute, lease, lease_one, within,
};
use crate::temp_dir::TempDir;

#[tokio::test]
async fn inspection_sees_all_rows_and_cannot_lease() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let worker = SqliteInbox::open(&path).unwrap();
    for id in ["msg_1", "msg_2", "msg_3"] {
        enqueue(&worker, &delivery(id)).await;
    }
    complete(&worker, &lease_one(&worker).await, &dead()).await;
    lease_one(&worker).await;
    let inspection = SqliteInbox::open_existing(&path).unwrap();
    for state in [State::Pending, State::Running, State::Dead] {
        assert_eq!(count(&inspection, state).await, 1, "{state:?}");
    }
    assert_eq!(inspection.summary().await.unwrap().len(), 3);
    let error = inspection.lease("app", 1, LONG).await.unwrap_err();
    assert!(error.to_string().contains("SqliteInbox::open`"), "{error}");
    assert_eq!(
        count(&inspection, State::Running).await,
        1,
        "inspection revokes no lease"
    );
}

#[tokio::test]
async fn rows_replayed_by_inspection_are_due_at_once() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let worker = SqliteInbox::open(&path).unwrap();
    enqueue(&worker, &delivery("msg_1")).await;
    complete(&worker, &lease_one(&worker).await, &dead()).await;
    // Simulates a worker whose clock is an hour behind.
    let hour = Duration::from_secs(3_600).as_millis();
    execute(
        &worker,
        format!("UPDATE webhook_inbox SET enqueued_at = enqueued_at - {hour}"),
    )
    .await;
    let inspection = SqliteInbox::open_existing(&path).unwrap();
    let replayed = inspection
        .replay(&Filter::new().state(State::Dead), 9)
        .await
        .unwrap();
    assert_eq!(replayed, 1);
    let row = &inspection.list(&Filter::new(), None, 1).await.unwrap()[0];
    assert_eq!(
        row.due_at,
        Some(row.enqueued_at),
        "not the clock of the inspecting process"
    );
    within(worker.wait("app", Duration::from_millis(10))).await;
    assert_eq!(lease_one(&worker).await.delivery.delivery_id, "msg_1");
}

#[tokio::test]
async fn inspection_does_not_delay_writes() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let worker = SqliteInbox::open(&path).unwrap();
    let inspection = SqliteInbox::open_existing(&path).unwrap();
    for id in 0..50 {
        enqueue(&worker, &delivery(&format!("msg_{id}"))).await;
        assert_eq!(inspection.count(&Filter::new()).await.unwrap(), id + 1);
    }
    for leased in lease(&worker, 50, LONG).await {
        complete(&worker, &leased, &done()).await;
    }
    assert_eq!(count(&inspection, State::Done).await, 50);
}

#[tokio::test]
async fn inspection_creates_and_changes_no_file() {
    let dir = TempDir::new();
    let missing = SqliteInbox::open_existing(dir.file("inbox.db")).unwrap_err();
    assert!(missing.to_string().contains("No such file"), "{missing}");
    assert!(!dir.file("inbox.db").exists());
    fs::write(dir.file("empty.db"), "").unwrap();
    let empty = SqliteInbox::open_existing(dir.file("empty.db")).unwrap_err();
    assert!(
        matches!(empty, SqliteError::OlderSchema { found: 0, .. }),
        "{empty:?}"
    );
    let length = fs::metadata(dir.file("empty.db")).unwrap().len();
    assert_eq!(length, 0, "the file is unchanged");
}
