//! One process works a file.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use webhook_runtime::sqlite::SqliteError;
use webhook_runtime::sqlite::SqliteInbox;

use crate::deliveries::within;
use crate::dir::Dir;

#[tokio::test]
async fn a_second_one_in_this_process_is_refused_with_what_to_do() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    let refused = SqliteInbox::open(dir.file("inbox.db")).unwrap_err();
    assert!(matches!(refused, SqliteError::InUse { .. }), "{refused:?}");
    assert!(
        refused.to_string().contains("end that one first"),
        "{refused}"
    );
    assert!(refused.to_string().contains("open_existing"), "{refused}");
    let clone = inbox.clone();
    drop(inbox);
    SqliteInbox::open(dir.file("inbox.db")).unwrap_err();
    drop(clone);
    SqliteInbox::open(dir.file("inbox.db")).expect("it is free as soon as the last is dropped");
}

#[cfg(unix)]
#[tokio::test]
async fn another_path_to_the_same_file_is_the_same_file() {
    let dir = Dir::new();
    std::fs::write(dir.file("real.db"), "").unwrap();
    std::os::unix::fs::symlink(dir.file("real.db"), dir.file("link.db")).unwrap();
    let _inbox = SqliteInbox::open(dir.file("link.db")).unwrap();
    SqliteInbox::open(dir.file("real.db")).unwrap_err();
}

#[tokio::test]
async fn another_process_is_refused_until_this_one_is_killed() {
    let dir = Dir::new();
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
    let refused = SqliteInbox::open(&path).unwrap_err();
    assert!(matches!(refused, SqliteError::InUse { .. }), "{refused:?}");
    process.kill().await.unwrap();
    SqliteInbox::open(&path).expect("the lock has died with its process");
}
