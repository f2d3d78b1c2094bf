//! Group commit: waiting jobs share a commit, and a failing job does not affect the others.

use std::sync::mpsc;

use tokio::task::JoinSet;
use webhook_runtime::inbox::{Enqueued, Inbox as _};
use webhook_runtime::sqlite::SqliteInbox;
use webhook_runtime::sqlite::rusqlite::Connection;

use crate::support::{delivery, enqueue, query, within};
use crate::temp_dir::TempDir;

const DELIVERIES: i64 = 100;

/// Returns the number of pages that the log grows by when many deliveries wait for the writer at once.
async fn log_pages(inbox: &SqliteInbox) -> i64 {
    // Allocates the pages of empty tables first.
    enqueue(inbox, &delivery("first")).await;
    let truncate = |db: &mut Connection| {
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
            row.get::<_, i64>(0)
        })
    };
    assert_eq!(inbox.with_connection(truncate).await.unwrap(), 0);
    let (resume, wait) = mpsc::channel::<()>();
    let (is_started, started) = tokio::sync::oneshot::channel();
    let busy = {
        let inbox = inbox.clone();
        tokio::spawn(async move {
            let busy = move |_: &mut Connection| {
                let _ = is_started.send(());
                wait.recv()
            };
            inbox.with_connection(busy).await
        })
    };
    started.await.unwrap();
    let mut enqueues = JoinSet::new();
    for id in 0..DELIVERIES {
        let inbox = inbox.clone();
        enqueues.spawn(async move { inbox.enqueue(&delivery(&format!("msg_{id}"))).await });
    }
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    resume.send(()).unwrap();
    busy.await.unwrap().unwrap();
    for result in enqueues.join_all().await {
        assert_eq!(result.unwrap(), Enqueued::Stored);
    }
    assert_eq!(
        query(inbox, "SELECT count(*) FROM webhook_inbox").await,
        DELIVERIES + 1
    );
    let log = |db: &mut Connection| {
        db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            row.get::<_, i64>(1)
        })
    };
    inbox.with_connection(log).await.unwrap()
}

#[tokio::test]
async fn waiting_deliveries_share_a_commit() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    let pages = within(log_pages(&inbox)).await;
    // A commit writes every page that it changed, and a delivery changes several.
    assert!(pages < DELIVERIES, "{pages}");
}

#[tokio::test]
async fn without_group_commit_each_delivery_has_a_commit() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open_without_group_commit(dir.file("inbox.db")).unwrap();
    let pages = within(log_pages(&inbox)).await;
    assert!(pages > DELIVERIES * 3, "{pages}");
}

#[tokio::test]
async fn a_failing_job_does_not_roll_back_others_in_its_commit() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    crate::support::execute(
        &inbox,
        "CREATE TEMP TRIGGER failing BEFORE INSERT ON webhook_inbox_content
         WHEN CAST(new.body AS TEXT) LIKE '%_7' BEGIN SELECT raise(FAIL, 'failed on purpose'); END",
    )
    .await;
    let mut enqueues = JoinSet::new();
    for id in 0..40 {
        let inbox = inbox.clone();
        enqueues.spawn(async move { (id, inbox.enqueue(&delivery(&format!("msg_{id}"))).await) });
    }
    for (id, result) in enqueues.join_all().await {
        if id % 10 == 7 && id > 10 || id == 7 {
            assert!(
                result
                    .unwrap_err()
                    .to_string()
                    .contains("failed on purpose")
            );
        } else {
            assert_eq!(result.unwrap(), Enqueued::Stored);
        }
    }
    assert_eq!(
        query(&inbox, "SELECT count(*) FROM webhook_inbox").await,
        36
    );
    assert_eq!(
        query(&inbox, "SELECT count(*) FROM webhook_inbox_content").await,
        36
    );
}

#[tokio::test]
async fn commits_are_synchronous() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    // 2 is FULL: an `fsync` for each commit of the write-ahead log.
    assert_eq!(query(&inbox, "PRAGMA synchronous").await, 2);
    assert_eq!(
        query(
            &inbox,
            "SELECT journal_mode = 'wal' FROM pragma_journal_mode"
        )
        .await,
        1
    );
}
