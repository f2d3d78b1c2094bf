//! The lock of the process that owns a file.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use webhook_runtime::sqlite::SqliteError;
use webhook_runtime::sqlite::SqliteInbox;

use crate::support::within;
use crate::temp_dir::TempDir;

#[tokio::test]
async fn a_second_inbox_in_the_process_is_rejected() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    let error = SqliteInbox::open(dir.file("inbox.db")).unwrap_err();
    assert!(matches!(error, SqliteError::InUse { .. }), "{error:?}");
    assert!(
        error.to_string().contains("stop the other one first"),
        "{error}"
    );
    assert!(error.to_string().contains("open_existing"), "{error}");
    let clone = inbox.clone();
    drop(inbox);
    SqliteInbox::open(dir.file("inbox.db")).unwrap_err();
    drop(clone);
    SqliteInbox::open(dir.file("inbox.db")).expect("the lock is released with the last handle");
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_the_file_shares_its_lock() {
    let dir = TempDir::new();
    std::fs::write(dir.file("real.db"), "").unwrap();
    std::os::unix::fs::symlink(dir.file("real.db"), dir.file("link.db")).unwrap();
    let _inbox = SqliteInbox::open(dir.file("link.db")).unwrap();
    SqliteInbox::open(dir.file("real.db")).unwrap_err();
}

#[tokio::test]
async fn a_file_of_another_process_is_in_use_until_that_is_killed() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let mut process = Command::new(env!("CARGO_BIN_EXE_enqueue_until_killed"))
        .arg(&path)
        .arg("run")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    assert!(within(lines.next_line()).await.unwrap().is_some());
    let error = SqliteInbox::open(&path).unwrap_err();
    assert!(matches!(error, SqliteError::InUse { .. }), "{error:?}");
    process.kill().await.unwrap();
    SqliteInbox::open(&path).expect("the lock is released with its process");
}
