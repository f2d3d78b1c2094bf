//! `summary`, `list`, `count` and `show`, as text and as JSON.

use std::time::Duration;

use serde_json::json;
use webhook_runtime::Tenant;
use webhook_runtime::inbox::{Disposition, State};

use crate::database::{TestDatabase, dead, delivery, done};
use crate::program::{command_for, documents, run, stdout};

/// Adds a done row, a dead one, a running one, and one that waits for its retry. Returns their numbers.
async fn fill(database: &TestDatabase) -> [i64; 4] {
    let mut with_tenant = delivery("msg_done");
    with_tenant.tenant = Tenant::new("acme");
    with_tenant.event_type = "batch.completed".to_owned();
    let first = database.enqueue_completed(&with_tenant, &done()).await;
    let second = database
        .enqueue_completed(&delivery("msg_dead"), &dead("no such batch"))
        .await;
    let mut other = delivery("msg_running");
    other.event_type = "batchless".to_owned();
    database.enqueue(&other).await;
    let third = database.lease(1).await.remove(0).token.row_id;
    let retry = Disposition::Retry {
        after: Duration::from_secs(3_000),
        error: "the first line\nthe second line".to_owned(),
    };
    let fourth = database
        .enqueue_completed(&delivery("msg_retry"), &retry)
        .await;
    [first, second, third, fourth]
}

#[tokio::test]
async fn an_empty_inbox_is_reported() {
    for database in TestDatabase::all().await {
        assert_eq!(stdout(&database, &[]).await, "the inbox is empty\n");
        assert_eq!(stdout(&database, &["list"]).await, "no rows match\n");
        assert_eq!(stdout(&database, &["count"]).await, "0\n");
        for command in ["summary", "list"] {
            assert!(documents(&database, &[command]).await.is_empty());
        }
        let replayed = documents(&database, &["replay", "--dead"]).await;
        assert_eq!(
            replayed,
            [json!({"matched": 0, "replayed": 0, "interrupted": false})]
        );
        database.clear().await;
    }
}

#[tokio::test]
async fn summary_counts_rows_by_endpoint_and_state() {
    for database in TestDatabase::all().await {
        fill(&database).await;
        let mut other = delivery("msg_other");
        other.endpoint = "billing".to_owned();
        database.enqueue(&other).await;
        let text = stdout(&database, &[]).await;
        assert_eq!(text, stdout(&database, &["summary"]).await);
        let lines: Vec<Vec<_>> = text
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(lines[0], ["ENDPOINT", "STATE", "ROWS", "OLDEST"]);
        assert_eq!(lines[1][..3], ["app", "pending", "1"]);
        assert_eq!(lines[2][..2], ["running", "1"]);
        assert_eq!(lines[4][..2], ["dead", "1"]);
        assert_eq!(lines[5][..3], ["billing", "pending", "1"]);
        assert!(
            text.contains("1 dead: `list --state dead` shows them"),
            "{text}"
        );
        let documents = documents(&database, &["summary"]).await;
        let rows = database.rows().await;
        assert_eq!(documents.len(), 5);
        assert_eq!(documents[0]["endpoint"], "app");
        assert_eq!(documents[3]["state"], "dead");
        assert_eq!(documents[3]["rows"], 1);
        let oldest: jiff::Timestamp = documents[3]["oldest_enqueued_at"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let enqueued_at = jiff::Timestamp::try_from(rows[1].enqueued_at).unwrap();
        assert_eq!(oldest.as_millisecond(), enqueued_at.as_millisecond());
        database.clear().await;
    }
}

#[tokio::test]
async fn filters_apply_to_list_and_count() {
    for database in TestDatabase::all().await {
        let [done, dead, running, retry] = fill(&database).await;
        for (arguments, expected) in [
            (&[][..], &[done, dead, running, retry][..]),
            (&["--state", "dead"], &[dead]),
            (&["--state", "running", "--endpoint", "app"], &[running]),
            (&["--endpoint", "App"], &[]),
            (&["--tenant", "acme"], &[done]),
            (&["--id", "msg_retry"], &[retry]),
            (&["--event", "batch.failed"], &[dead, retry]),
            (&["--event", "batch.*"], &[done, dead, retry]),
            (&["--since", "1h"], &[done, dead, running, retry]),
            (&["--since", "1h ago", "--event", "batchless"], &[running]),
            (&["--before", "1h"], &[]),
            (&["--before", "2999-12-31"], &[done, dead, running, retry]),
            (&["--since", "2999-12-31T00:00:00+02:00"], &[]),
        ] {
            let listed = documents(&database, &[&["list"], arguments].concat()).await;
            let rows: Vec<_> = listed
                .iter()
                .map(|row| row["id"].as_i64().unwrap())
                .collect();
            assert_eq!(rows, expected, "{arguments:?}");
            let count = stdout(&database, &[&["count"], arguments].concat()).await;
            assert_eq!(count.trim(), expected.len().to_string(), "{arguments:?}");
            let counted = documents(&database, &[&["count"], arguments].concat()).await;
            assert_eq!(counted, [json!({"rows": expected.len()})]);
        }
        database.clear().await;
    }
}

#[tokio::test]
async fn list_prints_how_to_get_the_next_page() {
    for database in TestDatabase::all().await {
        let rows = fill(&database).await;
        let text = stdout(&database, &["list", "--limit", "3"]).await;
        let hint = format!("3 rows; add `--after {}` for the next ones.", rows[2]);
        assert!(text.contains(&hint), "{text}");
        let after = rows[2].to_string();
        let text = stdout(&database, &["list", "--limit", "3", "--after", &after]).await;
        assert!(
            text.contains("msg_retry") && text.contains("\n1 row.\n"),
            "{text}"
        );
        assert!(!text.contains("msg_dead"), "{text}");
        let complete = stdout(&database, &["list", "--limit", "4"]).await;
        assert!(!complete.contains("--after"), "{complete}");
        database.clear().await;
    }
}

#[tokio::test]
async fn list_shows_tenant_state_and_last_error() {
    for database in TestDatabase::all().await {
        fill(&database).await;
        let text = stdout(&database, &["list"]).await;
        let titles: Vec<_> = text.lines().next().unwrap().split("  ").collect();
        for title in ["ATTEMPTS", "TENANT", "DELIVERY", "LAST ERROR"] {
            assert!(titles.iter().any(|found| found.trim() == title), "{text}");
        }
        for expected in [
            "acme",
            "dead 0s ago",
            "no such batch",
            "pending, due in 49m",
            r"the first line\nthe second line",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
        let dead = documents(&database, &["list", "--state", "dead"])
            .await
            .remove(0);
        let names: Vec<_> = dead
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let mut stable = [
            "id",
            "state",
            "endpoint",
            "provider",
            "tenant",
            "delivery_id",
            "event_type",
            "ordering_key",
            "attempts",
            "enqueued_at",
            "due_at",
            "ended_at",
            "last_error",
        ];
        stable.sort_unstable();
        assert_eq!(names, stable);
        assert_eq!(dead["due_at"], json!(null));
        assert_eq!(dead["last_error"], "no such batch");
        assert!(dead["ended_at"].as_str().unwrap().ends_with('Z'));
        database.clear().await;
    }
}

#[tokio::test]
async fn show_prints_headers_body_and_failures() {
    for database in TestDatabase::all().await {
        let [.., retry] = fill(&database).await;
        let row = retry.to_string();
        let text = stdout(&database, &["show", &row]).await;
        for expected in [
            "batch.failed",
            "msg_retry",
            "pending, due in 49m",
            "1 attempt",
            "webhook-id: msg_1",
            "body, 8 bytes",
            "  {\n    \"id\": 1\n  }",
            "attempt 1, 2",
            "    the first line\n    the second line\n",
            "signed       2026-01-02T03:04:05",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
        let shown = documents(&database, &["show", &row]).await.remove(0);
        assert_eq!(shown["body"], r#"{"id":1}"#);
        assert_eq!(shown["body_base64"], json!(null));
        assert_eq!(shown["headers"], json!([["webhook-id", "msg_1"]]));
        assert_eq!(shown["failures"][0]["attempt"], 1);
        assert_eq!(
            shown["failures"][0]["error"],
            "the first line\nthe second line"
        );
        assert_eq!(shown["state"], "pending");
        assert_eq!(shown["key"], "app/openai//msg_retry");
        database.clear().await;
    }
}

#[tokio::test]
async fn inspection_changes_nothing() {
    for database in TestDatabase::all().await {
        fill(&database).await;
        let before = database.rows().await;
        for arguments in [
            &[][..],
            &["list"],
            &["show", "1"],
            &["count"],
            &["replay", "--dead"],
        ] {
            run(command_for(&database, arguments)).await;
        }
        assert_eq!(database.rows().await, before);
        assert_eq!(database.count(State::Dead).await, 1);
        database.clear().await;
    }
}

/// As in `… | head`.
#[tokio::test]
async fn a_closed_output_is_not_an_error() {
    let database = TestDatabase::sqlite();
    database.enqueue_many_dead(&delivery("msg"), 3_000).await;
    for arguments in [
        &["list", "--limit", "3000"][..],
        &["list", "--limit", "3000", "--json"],
    ] {
        let mut child = command_for(&database, arguments).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
    database.clear().await;
}
