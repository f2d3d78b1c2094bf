//! Full disks, and missing, damaged or locked files: the errors say what to do, and acknowledged deliveries are not lost.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};

use webhook_runtime::inbox::{Enqueued, Filter, Inbox as _, State};
use webhook_runtime::sqlite::{SqliteError, rusqlite};
use webhook_runtime::{
    BoxError,
    sqlite::{SqliteInbox, SqliteStore},
};

use crate::support::{complete, count, delivery, done, enqueue, execute, lease_one, query, within};
use crate::temp_dir::TempDir;

fn sqlite_error(error: &BoxError) -> &SqliteError {
    error.downcast_ref().expect("a `SqliteError`")
}

#[tokio::test]
async fn enqueuing_fails_on_a_full_disk_and_succeeds_once_there_is_space() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    execute(&inbox, "PRAGMA max_page_count = 60").await;
    let (mut stored, mut rejected) = (0, 0);
    let mut large = delivery("large");
    large.body = vec![b'x'; 20_000].into();
    // Concurrent, so that small deliveries share a commit with one that does not fit.
    for round in 0..20 {
        let mut enqueues = tokio::task::JoinSet::new();
        for id in 0..8 {
            let (inbox, mut delivery) = (inbox.clone(), delivery(&format!("msg_{round}_{id}")));
            if id == 4 {
                delivery.body = large.body.clone();
            }
            enqueues.spawn(async move { inbox.enqueue(&delivery).await });
        }
        for result in within(enqueues.join_all()).await {
            match result {
                Ok(enqueued) => {
                    assert_eq!(enqueued, Enqueued::Stored);
                    stored += 1;
                }
                Err(error) => {
                    assert!(
                        matches!(sqlite_error(&error), SqliteError::Full { .. }),
                        "{error}"
                    );
                    assert!(error.to_string().contains("free space"), "{error}");
                    rejected += 1;
                }
            }
        }
    }
    assert!(stored > 8 && rejected > 8, "{stored} {rejected}");
    assert_eq!(count(&inbox, State::Pending).await, stored);
    assert!(inbox.enqueue(&large).await.is_err());
    execute(&inbox, "PRAGMA max_page_count = 100000").await;
    enqueue(&inbox, &large).await;
    complete(&inbox, &lease_one(&inbox).await, &done()).await;
    assert_eq!(
        query(&inbox, "SELECT count(*) FROM webhook_inbox_content").await,
        i64::try_from(stored).unwrap() + 1
    );
}

#[tokio::test]
async fn writes_to_a_moved_file_are_not_acknowledged() {
    for name in ["inbox.db", "inbox.db-wal"] {
        let dir = TempDir::new();
        let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
        enqueue(&inbox, &delivery("before")).await;
        fs::rename(dir.file(name), dir.file("moved")).unwrap();
        let error = inbox.enqueue(&delivery("moved")).await.unwrap_err();
        assert!(
            matches!(sqlite_error(&error), SqliteError::Moved { .. }),
            "{name}: {error}"
        );
        assert!(error.to_string().contains("moved or deleted"), "{error}");
        fs::rename(dir.file("moved"), dir.file(name)).unwrap();
        enqueue(&inbox, &delivery("after")).await;
        assert!(inbox.count(&Filter::new()).await.unwrap() >= 2);
    }
}

#[tokio::test]
async fn a_locked_file_is_an_error_until_it_is_unlocked() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    execute(&inbox, "PRAGMA busy_timeout = 50").await;
    let other = rusqlite::Connection::open(dir.file("inbox.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = within(inbox.enqueue(&delivery("msg_1"))).await.unwrap_err();
    assert!(
        matches!(sqlite_error(&error), SqliteError::Busy { .. }),
        "{error}"
    );
    assert!(error.to_string().contains("end its transaction"), "{error}");
    assert_eq!(
        inbox.count(&Filter::new()).await.unwrap(),
        0,
        "reads are not blocked"
    );
    other.execute_batch("ROLLBACK").unwrap();
    enqueue(&inbox, &delivery("msg_1")).await;
}

#[tokio::test]
async fn a_file_that_is_not_a_database_is_rejected() {
    let dir = TempDir::new();
    fs::write(
        dir.file("inbox.db"),
        "text that is not a database\n".repeat(200),
    )
    .unwrap();
    let error = SqliteInbox::open(dir.file("inbox.db")).unwrap_err();
    assert!(matches!(error, SqliteError::Damaged { .. }), "{error:?}");
    assert!(
        error.to_string().contains("not a SQLite database"),
        "{error}"
    );
}

#[tokio::test]
async fn a_damaged_file_is_an_error_and_no_panic() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    for id in 0..200 {
        enqueue(&inbox, &delivery(&format!("msg_{id}"))).await;
    }
    drop(inbox);
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    let length = file.metadata().unwrap().len();
    // Overwrites everything but the first pages, which contain the schema.
    file.seek(SeekFrom::Start(4096 * 20)).unwrap();
    file.write_all(&vec![0xA5; usize::try_from(length).unwrap() - 4096 * 20])
        .unwrap();
    drop(file);
    match SqliteInbox::open(&path) {
        Err(error) => assert!(matches!(error, SqliteError::Damaged { .. }), "{error:?}"),
        Ok(inbox) => {
            let error = within(inbox.lease("app", 300, crate::support::LONG))
                .await
                .unwrap_err();
            assert!(
                matches!(sqlite_error(&error), SqliteError::Damaged { .. }),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn invalid_paths_are_rejected() {
    let dir = TempDir::new();
    for (path, expected) in [
        (dir.file("no/such/inbox.db"), "No such file"),
        (dir.file("."), "directory"),
        (":memory:".into(), "outlive"),
    ] {
        for error in [
            SqliteInbox::open(&path).unwrap_err(),
            SqliteStore::open(&path).unwrap_err(),
        ] {
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}

#[tokio::test]
async fn a_schema_of_a_later_version_is_rejected() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let inbox = SqliteInbox::open(&path).unwrap();
    execute(&inbox, "UPDATE webhook_schema SET version = 99").await;
    drop(inbox);
    for error in [
        SqliteInbox::open(&path).unwrap_err(),
        SqliteInbox::open_existing(&path).unwrap_err(),
        SqliteStore::open(&path).unwrap_err(),
    ] {
        assert!(
            matches!(error, SqliteError::NewerSchema { found: 99, .. }),
            "{error:?}"
        );
        assert!(error.to_string().contains("later version"), "{error}");
    }
}

#[tokio::test]
async fn tables_and_user_version_of_the_program_are_unchanged() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(
        "PRAGMA user_version = 7; CREATE TABLE batch (id TEXT); INSERT INTO batch VALUES ('b')",
    )
    .unwrap();
    drop(db);
    let inbox = SqliteInbox::open(&path).unwrap();
    enqueue(&inbox, &delivery("msg_1")).await;
    assert_eq!(query(&inbox, "PRAGMA user_version").await, 7);
    assert_eq!(query(&inbox, "SELECT count(*) FROM batch").await, 1);
}

#[tokio::test]
async fn a_function_that_panics_or_leaves_a_transaction_open_does_not_block_the_inbox() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    let panics = |_: &mut rusqlite::Connection| -> Result<(), SqliteError> { panic!("on purpose") };
    let error = inbox.with_connection(panics).await.unwrap_err();
    assert!(error.to_string().contains("panicked"), "{error}");
    execute(&inbox, "BEGIN; CREATE TABLE batch (id TEXT)").await;
    enqueue(&inbox, &delivery("msg_1")).await;
    assert_eq!(
        query(
            &inbox,
            "SELECT count(*) FROM sqlite_schema WHERE name = 'batch'"
        )
        .await,
        0
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    enqueue(&inbox, &delivery("msg_1")).await;
    for name in ["inbox.db", "inbox.db-wal", "inbox.db-shm"] {
        let mode = fs::metadata(dir.file(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn the_last_handle_can_be_dropped_on_any_thread() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let last = inbox.clone();
        // On the thread that writes.
        let drops = move |_: &mut rusqlite::Connection| -> Result<(), SqliteError> {
            drop(last);
            Ok(())
        };
        inbox.with_connection(drops).await.unwrap();
    });
    drop(runtime);
    drop(inbox);
    SqliteInbox::open(dir.file("inbox.db")).unwrap();
}
