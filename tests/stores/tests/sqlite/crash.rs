//! A process that is killed at any moment: what it acknowledged is there.

use std::collections::HashSet;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use webhook_runtime::inbox::{Filter, Inbox as _, State};
use webhook_runtime::sqlite::SqliteInbox;

use crate::deliveries::{LONG, lease, within};
use crate::dir::Dir;

const RUNS: usize = 8;

/// What a process says until it is killed after this many lines.
async fn lines_until_killed(path: &Path, run: usize, lines: usize) -> Vec<String> {
    let mut process = Command::new(env!("CARGO_BIN_EXE_enqueue_until_killed"))
        .arg(path)
        .arg(format!("run{run}"))
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut out = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut said = Vec::new();
    while said.len() < lines {
        said.push(
            within(out.next_line())
                .await
                .unwrap()
                .expect("it has ended by itself"),
        );
    }
    process.start_kill().unwrap();
    // What it said before it died; a line that breaks off was not said.
    while let Some(line) = within(out.next_line()).await.unwrap() {
        said.push(line);
    }
    process.wait().await.unwrap();
    said.pop();
    said
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_kill_9() {
    let dir = Dir::new();
    let path = dir.file("inbox.db");
    let (mut put, mut done) = (HashSet::new(), HashSet::new());
    for run in 0..RUNS {
        for line in lines_until_killed(&path, run, 50 + run * 37).await {
            match line.split_once(' ') {
                Some(("enqueued", id)) => assert!(put.insert(id.to_owned())),
                Some(("done", id)) => assert!(done.insert(id.to_owned()), "{id} was done twice"),
                _ => panic!("{line}"),
            }
        }
    }
    assert!(put.len() >= RUNS * 20, "{}", put.len());
    let inbox = SqliteInbox::open(&path).unwrap();
    let rows = inbox.list(&Filter::new(), None, usize::MAX).await.unwrap();
    let there: HashSet<_> = rows.iter().map(|row| row.delivery_id.clone()).collect();
    let lost: Vec<_> = put.difference(&there).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    assert_eq!(there.len(), rows.len(), "none is there twice");
    // At most one for each sender was stored and not acknowledged any more.
    assert!(
        there.len() <= put.len() + RUNS * 33,
        "{} {}",
        there.len(),
        put.len()
    );
    for row in &rows {
        if done.contains(&row.delivery_id) {
            assert_eq!(row.state, State::Done, "{}", row.delivery_id);
        } else {
            assert_ne!(row.state, State::Running, "{}", row.delivery_id);
        }
        let inspected = inbox.inspect(row.id).await.unwrap().unwrap();
        let body = format!("the body of {}", row.delivery_id);
        assert_eq!(inspected.delivery.body, body);
    }
    let waiting = rows
        .iter()
        .filter(|row| row.state == State::Pending)
        .count();
    let taken = within(lease(&inbox, usize::MAX, LONG)).await;
    assert_eq!(taken.len(), waiting, "what ran waits again, at once");
    tokio::time::timeout(Duration::from_millis(50), inbox.wait("app", LONG))
        .await
        .expect_err("nothing else is due");
}
