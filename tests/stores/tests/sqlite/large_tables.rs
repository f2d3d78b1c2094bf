//! Leasing from tables with many done and blocked rows.

use webhook_runtime::inbox::{Filter, Inbox as _, State};
use webhook_runtime::sqlite::SqliteInbox;

use crate::support::{LONG, execute, ids, lease};
use crate::temp_dir::TempDir;

/// Adds done rows, pending rows of one lane, and pending rows without an ordering key.
async fn fill(inbox: &SqliteInbox, done: u32, ordered: u32, unordered: u32) {
    let fill = |from: u32, to: u32, columns: &str| {
        format!(
            "WITH RECURSIVE n (n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM n WHERE n + 1 < {to})
             INSERT INTO webhook_inbox (key, endpoint, provider, tenant, delivery_id, event_type, timestamp,
                 is_timestamp_signed, attempts, fencing_token, enqueued_at, delay, ordering_key, state, is_blocked,
                 due_at, ended_at)
             SELECT 'app/openai//msg_' || n, 'app', 'openai', '', 'msg_' || n, 'batch.failed', 0, 1, 0, 0, n, 0, {columns}
             FROM n;"
        )
    };
    let contents = "INSERT INTO webhook_inbox_content SELECT id, x'', x'7b7d' FROM webhook_inbox";
    let (second, third, end) = (done, done + ordered, done + ordered + unordered);
    execute(
        inbox,
        format!(
            "BEGIN; {} {} {} {contents}; COMMIT",
            fill(0, second, "NULL, 'done', 0, unixepoch() * 1000 + 600000, 1"),
            fill(
                second,
                third,
                &format!("'a', 'pending', n > {second}, n, NULL")
            ),
            fill(third, end, "NULL, 'pending', 0, n, NULL"),
        ),
    )
    .await;
}

#[tokio::test]
async fn blocked_rows_are_skipped() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    fill(&inbox, 300, 200, 3).await;
    let leased = lease(&inbox, 9, LONG).await;
    assert_eq!(ids(&leased), ["msg_300", "msg_500", "msg_501", "msg_502"]);
    assert_eq!(inbox.backlog("app").await.unwrap().rows, 203);
    let pending = Filter::new().state(State::Pending);
    assert_eq!(inbox.count(&pending).await.unwrap(), 199);
}
