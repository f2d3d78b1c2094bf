//! Many rows, as years of work leave them.

use webhook_runtime::inbox::{Filter, Inbox as _, State};
use webhook_runtime::sqlite::SqliteInbox;

use crate::deliveries::{LONG, ids, lease, say};
use crate::dir::Dir;

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
                &format!("'a', 'pending', n > {second}, n, NULL")
            ),
            fill(third, end, "NULL, 'pending', 0, n, NULL"),
        ),
    )
    .await;
}

#[tokio::test]
async fn what_is_behind_is_not_looked_at() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    fill(&inbox, 300, 200, 3).await;
    let taken = lease(&inbox, 9, LONG).await;
    assert_eq!(ids(&taken), ["msg_300", "msg_500", "msg_501", "msg_502"]);
    assert_eq!(inbox.backlog("app").await.unwrap().rows, 203);
    let waiting = Filter::new().state(State::Pending);
    assert_eq!(inbox.count(&waiting).await.unwrap(), 199);
}
