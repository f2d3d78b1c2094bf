//! Many rows: what is asked while deliveries come uses an index, however many there are.

use webhook_runtime::SqliteInbox;
use webhook_runtime::inbox::{Filter, Inbox as _, State};
use webhook_runtime::sqlite::rusqlite::Connection;

use crate::deliveries::{LONG, ids, say, take};
use crate::dir::Dir;

/// What SQLite says of how it would do this: each step.
async fn plan(inbox: &SqliteInbox, sql: &'static str) -> Vec<String> {
    let plan = move |db: &mut Connection| {
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        statement
            .raw_query()
            .mapped(|row| row.get(3))
            .collect::<Result<_, _>>()
    };
    inbox.with_connection(plan).await.unwrap()
}

/// Fills it as years of work do, with these shares: done, waiting in one order, waiting free.
async fn fill(inbox: &SqliteInbox, done: u32, in_order: u32, free: u32) {
    let fill = |from: u32, to: u32, columns: &str| {
        format!(
            "WITH RECURSIVE n (n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM n WHERE n + 1 < {to})
             INSERT INTO webhook_inbox (key, endpoint, provider, tenant, delivery_id, event_type, timestamp,
                 is_timestamp_signed, attempts, fence, put_at, pause, serial, state, is_behind, due_at, ended_at)
             SELECT 'app/openai//msg_' || n, 'app', 'openai', '', 'msg_' || n, 'batch.failed', 0, 1, 0, 0, n, 0, {columns}
             FROM n;"
        )
    };
    let contents = "INSERT INTO webhook_inbox_content SELECT row, x'', x'7b7d' FROM webhook_inbox";
    let (second, third, end) = (done, done + in_order, done + in_order + free);
    say(
        inbox,
        format!(
            "BEGIN; {} {} {} {contents}; COMMIT",
            fill(0, second, "NULL, 'done', 0, unixepoch() * 1000 + 600000, 1"),
            fill(
                second,
                third,
                &format!("'a', 'waiting', n > {second}, n, NULL")
            ),
            fill(third, end, "NULL, 'waiting', 0, n, NULL"),
        ),
    )
    .await;
}

#[tokio::test]
async fn what_is_behind_is_not_looked_at() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    fill(&inbox, 300, 200, 3).await;
    let taken = take(&inbox, 9, LONG).await;
    assert_eq!(ids(&taken), ["msg_300", "msg_500", "msg_501", "msg_502"]);
    assert_eq!(inbox.backlog("app").await.unwrap().rows, 203);
    let waiting = Filter::new().state(State::Waiting);
    assert_eq!(inbox.count(&waiting).await.unwrap(), 199);
}

#[tokio::test]
async fn what_is_asked_all_the_time_is_found_by_indexes() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    for (sql, index) in [
        (
            "SELECT row, serial, state FROM webhook_inbox
             WHERE endpoint = ?1 AND ended_at IS NULL AND is_behind = 0 AND due_at <= ?2 ORDER BY due_at, row LIMIT ?3",
            "webhook_inbox_due (endpoint=? AND due_at<?)",
        ),
        (
            "SELECT min(due_at) FROM webhook_inbox WHERE endpoint = ?1 AND ended_at IS NULL AND is_behind = 0",
            "webhook_inbox_due (endpoint=?)",
        ),
        (
            "SELECT row FROM webhook_inbox
             WHERE endpoint = ?1 AND serial = ?2 AND ended_at IS NULL AND serial IS NOT NULL ORDER BY row LIMIT 1",
            "webhook_inbox_serial (endpoint=? AND serial=?)",
        ),
        (
            "SELECT row, state = 'running' FROM webhook_inbox
             WHERE endpoint = ?1 AND serial = ?2 AND ended_at IS NULL AND is_behind = 0 AND serial IS NOT NULL",
            "webhook_inbox_head (endpoint=? AND serial=?)",
        ),
        (
            "SELECT count(*) FROM webhook_inbox WHERE state <> 'done' AND state = ?1 AND endpoint = ?2",
            "webhook_inbox_not_done (state=? AND endpoint=?)",
        ),
        (
            "SELECT * FROM webhook_inbox WHERE state = ? AND state <> 'done' ORDER BY row LIMIT 50",
            "webhook_inbox_not_done (state=?)",
        ),
        (
            "SELECT row FROM webhook_inbox WHERE state = 'done' AND due_at <= ?1 ORDER BY due_at LIMIT ?2",
            "webhook_inbox_old (due_at<?)",
        ),
    ] {
        let steps = plan(&inbox, sql).await;
        assert!(steps[0].contains(index), "{sql}\n{steps:?}");
        assert!(steps.iter().all(|step| !step.contains("SCAN")), "{sql}\n{steps:?}");
    }
}
