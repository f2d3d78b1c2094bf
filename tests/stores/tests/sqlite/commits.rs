//! What comes together is committed together, and what fails fails alone.

use std::sync::mpsc;

use tokio::task::JoinSet;
use webhook_runtime::inbox::{Enqueued, Inbox as _};
use webhook_runtime::sqlite::SqliteInbox;
use webhook_runtime::sqlite::rusqlite::Connection;

use crate::deliveries::{ask, delivery, enqueue, within};
use crate::dir::Dir;

const PUTS: i64 = 100;

/// How many pages the log grows by when many deliveries wait for the writer at a time.
async fn pages_of_puts(inbox: &SqliteInbox) -> i64 {
    // The pages that the first ones make.
    enqueue(inbox, &delivery("first")).await;
    let truncate = |db: &mut Connection| {
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
            row.get::<_, i64>(0)
        })
    };
    assert_eq!(inbox.with_connection(truncate).await.unwrap(), 0);
    let (go_on, wait) = mpsc::channel::<()>();
    let (is_there, there) = tokio::sync::oneshot::channel();
    let busy = {
        let inbox = inbox.clone();
        tokio::spawn(async move {
            let busy = move |_: &mut Connection| {
                let _ = is_there.send(());
                wait.recv()
            };
            inbox.with_connection(busy).await
        })
    };
    there.await.unwrap();
    let mut puts = JoinSet::new();
    for id in 0..PUTS {
        let inbox = inbox.clone();
        puts.spawn(async move { inbox.enqueue(&delivery(&format!("msg_{id}"))).await });
    }
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    go_on.send(()).unwrap();
    busy.await.unwrap().unwrap();
    for result in puts.join_all().await {
        assert_eq!(result.unwrap(), Enqueued::Stored);
    }
    assert_eq!(
        ask(inbox, "SELECT count(*) FROM webhook_inbox").await,
        PUTS + 1
    );
    let log = |db: &mut Connection| {
        db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            row.get::<_, i64>(1)
        })
    };
    inbox.with_connection(log).await.unwrap()
}

#[tokio::test]
async fn what_waits_shares_a_commit() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    let pages = within(pages_of_puts(&inbox)).await;
    // Each commit writes each page that it has changed, and a put changes several.
    assert!(pages < PUTS, "{pages}");
}

#[tokio::test]
async fn without_sharing_each_has_its_own() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open_without_group_commit(dir.file("inbox.db")).unwrap();
    let pages = within(pages_of_puts(&inbox)).await;
    assert!(pages > PUTS * 3, "{pages}");
}

#[tokio::test]
async fn one_that_fails_does_not_undo_those_that_share_its_commit() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    crate::deliveries::say(
        &inbox,
        "CREATE TEMP TRIGGER poison BEFORE INSERT ON webhook_inbox_content
         WHEN CAST(new.body AS TEXT) LIKE '%_7' BEGIN SELECT raise(FAIL, 'as the test says'); END",
    )
    .await;
    let mut puts = JoinSet::new();
    for id in 0..40 {
        let inbox = inbox.clone();
        puts.spawn(async move { (id, inbox.enqueue(&delivery(&format!("msg_{id}"))).await) });
    }
    for (id, result) in puts.join_all().await {
        if id % 10 == 7 && id > 10 || id == 7 {
            assert!(result.unwrap_err().to_string().contains("as the test says"));
        } else {
            assert_eq!(result.unwrap(), Enqueued::Stored);
        }
    }
    assert_eq!(ask(&inbox, "SELECT count(*) FROM webhook_inbox").await, 36);
    assert_eq!(
        ask(&inbox, "SELECT count(*) FROM webhook_inbox_content").await,
        36
    );
}

#[tokio::test]
async fn a_commit_is_on_the_disk_before_it_is_acknowledged() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    // 2 is FULL: with a write-ahead log, an `fsync` for each commit.
    assert_eq!(ask(&inbox, "PRAGMA synchronous").await, 2);
    assert_eq!(
        ask(
            &inbox,
            "SELECT journal_mode = 'wal' FROM pragma_journal_mode"
        )
        .await,
        1
    );
}
