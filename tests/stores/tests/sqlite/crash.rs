//! Acknowledged deliveries survive `kill -9` at any moment.

use std::collections::HashSet;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use webhook_runtime::inbox::{Filter, Inbox as _, State};
use webhook_runtime::sqlite::SqliteInbox;

use crate::support::{LONG, lease, within};
use crate::temp_dir::TempDir;

const RUNS: usize = 8;

/// Runs the program, kills it after a number of lines, and returns its complete lines.
async fn lines_until_killed(path: &Path, run: usize, lines: usize) -> Vec<String> {
    let mut process = Command::new(env!("CARGO_BIN_EXE_enqueue_until_killed"))
        .arg(path)
        .arg(format!("run{run}"))
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut out = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut printed = Vec::new();
    while printed.len() < lines {
        printed.push(
            within(out.next_line())
                .await
                .unwrap()
                .expect("the program ended by itself"),
        );
    }
    process.start_kill().unwrap();
    // Lines that it printed before it was killed; the last one may be incomplete.
    while let Some(line) = within(out.next_line()).await.unwrap() {
        printed.push(line);
    }
    process.wait().await.unwrap();
    printed.pop();
    printed
}

#[tokio::test]
async fn acknowledged_deliveries_survive_kill_9() {
    let dir = TempDir::new();
    let path = dir.file("inbox.db");
    let (mut enqueued, mut done) = (HashSet::new(), HashSet::new());
    for run in 0..RUNS {
        for line in lines_until_killed(&path, run, 50 + run * 37).await {
            match line.split_once(' ') {
                Some(("enqueued", id)) => assert!(enqueued.insert(id.to_owned())),
                Some(("done", id)) => assert!(done.insert(id.to_owned()), "{id} was done twice"),
                _ => panic!("{line}"),
            }
        }
    }
    assert!(enqueued.len() >= RUNS * 20, "{}", enqueued.len());
    let inbox = SqliteInbox::open(&path).unwrap();
    let rows = inbox.list(&Filter::new(), None, usize::MAX).await.unwrap();
    let stored: HashSet<_> = rows.iter().map(|row| row.delivery_id.clone()).collect();
    let lost: Vec<_> = enqueued.difference(&stored).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    assert_eq!(stored.len(), rows.len(), "no delivery is stored twice");
    // Each sender has at most one delivery that was stored but not acknowledged before the kill.
    assert!(
        stored.len() <= enqueued.len() + RUNS * 33,
        "{} {}",
        stored.len(),
        enqueued.len()
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
    let pending = rows
        .iter()
        .filter(|row| row.state == State::Pending)
        .count();
    let leased = within(lease(&inbox, usize::MAX, LONG)).await;
    assert_eq!(leased.len(), pending, "interrupted rows are due at once");
    tokio::time::timeout(Duration::from_millis(50), inbox.wait("app", LONG))
        .await
        .expect_err("no other row is due");
}
