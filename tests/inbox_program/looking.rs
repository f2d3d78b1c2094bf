//! What there is, for people and for programs.

use std::time::Duration;

use serde_json::json;
use webhook_runtime::Tenant;
use webhook_runtime::inbox::{Disposition, State};

use crate::place::{Place, dead, delivery, done};
use crate::program::{documents, on, run, say};

/// A done row, a dead one, one that runs, and one that waits for its retry; their numbers.
async fn fill(place: &Place) -> [i64; 4] {
    let mut of_a_tenant = delivery("msg_done");
    of_a_tenant.tenant = Tenant::new("acme");
    of_a_tenant.event_type = "batch.completed".to_owned();
    let first = place.ended(&of_a_tenant, &done()).await;
    let second = place
        .ended(&delivery("msg_dead"), &dead("no such batch"))
        .await;
    let mut other = delivery("msg_running");
    other.event_type = "batchless".to_owned();
    place.enqueue(&other).await;
    let third = place.lease(1).await.remove(0).token.row_id;
    let retry = Disposition::Retry {
        after: Duration::from_secs(3_000),
        error: "the first line\nthe second line".to_owned(),
    };
    let fourth = place.ended(&delivery("msg_waiting"), &retry).await;
    [first, second, third, fourth]
}

#[tokio::test]
async fn an_empty_inbox_is_said_to_be_empty() {
    for place in Place::all().await {
        assert_eq!(say(&place, &[]).await, "the inbox is empty\n");
        assert_eq!(say(&place, &["list"]).await, "no row is like this\n");
        assert_eq!(say(&place, &["count"]).await, "0\n");
        for command in ["summary", "list"] {
            assert!(documents(&place, &[command]).await.is_empty());
        }
        let replayed = documents(&place, &["replay", "--dead"]).await;
        assert_eq!(
            replayed,
            [json!({"picked": 0, "replayed": 0, "stopped": false})]
        );
        place.clear().await;
    }
}

#[tokio::test]
async fn a_summary_has_each_endpoint_and_state_with_its_oldest() {
    for place in Place::all().await {
        fill(&place).await;
        let mut other = delivery("msg_other");
        other.endpoint = "billing".to_owned();
        place.enqueue(&other).await;
        let said = say(&place, &[]).await;
        assert_eq!(said, say(&place, &["summary"]).await);
        let lines: Vec<Vec<_>> = said
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(lines[0], ["ENDPOINT", "STATE", "ROWS", "OLDEST"]);
        assert_eq!(lines[1][..3], ["app", "pending", "1"]);
        assert_eq!(lines[2][..2], ["running", "1"]);
        assert_eq!(lines[4][..2], ["dead", "1"]);
        assert_eq!(lines[5][..3], ["billing", "pending", "1"]);
        assert!(
            said.contains("1 dead: `list --state dead` shows them"),
            "{said}"
        );
        let documents = documents(&place, &["summary"]).await;
        let rows = place.rows().await;
        assert_eq!(documents.len(), 5);
        assert_eq!(documents[0]["endpoint"], "app");
        assert_eq!(documents[3]["state"], "dead");
        assert_eq!(documents[3]["rows"], 1);
        let oldest: jiff::Timestamp = documents[3]["oldest_put_at"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let put_at = jiff::Timestamp::try_from(rows[1].enqueued_at).unwrap();
        assert_eq!(oldest.as_millisecond(), put_at.as_millisecond());
        place.clear().await;
    }
}

#[tokio::test]
async fn filters_pick_for_list_and_count() {
    for place in Place::all().await {
        let [done, dead, running, waiting] = fill(&place).await;
        for (arguments, picked) in [
            (&[][..], &[done, dead, running, waiting][..]),
            (&["--state", "dead"], &[dead]),
            (&["--state", "running", "--endpoint", "app"], &[running]),
            (&["--endpoint", "App"], &[]),
            (&["--tenant", "acme"], &[done]),
            (&["--id", "msg_waiting"], &[waiting]),
            (&["--event", "batch.failed"], &[dead, waiting]),
            (&["--event", "batch.*"], &[done, dead, waiting]),
            (&["--since", "1h"], &[done, dead, running, waiting]),
            (&["--since", "1h ago", "--event", "batchless"], &[running]),
            (&["--before", "1h"], &[]),
            (&["--before", "2999-12-31"], &[done, dead, running, waiting]),
            (&["--since", "2999-12-31T00:00:00+02:00"], &[]),
        ] {
            let listed = documents(&place, &[&["list"], arguments].concat()).await;
            let rows: Vec<_> = listed
                .iter()
                .map(|row| row["row"].as_i64().unwrap())
                .collect();
            assert_eq!(rows, picked, "{arguments:?}");
            let count = say(&place, &[&["count"], arguments].concat()).await;
            assert_eq!(count.trim(), picked.len().to_string(), "{arguments:?}");
            let counted = documents(&place, &[&["count"], arguments].concat()).await;
            assert_eq!(counted, [json!({"rows": picked.len()})]);
        }
        place.clear().await;
    }
}

#[tokio::test]
async fn a_list_says_how_to_get_the_next_page() {
    for place in Place::all().await {
        let rows = fill(&place).await;
        let said = say(&place, &["list", "--limit", "3"]).await;
        let hint = format!(
            "3 rows; for those that come next, add `--after {}`.",
            rows[2]
        );
        assert!(said.contains(&hint), "{said}");
        let after = rows[2].to_string();
        let said = say(&place, &["list", "--limit", "3", "--after", &after]).await;
        assert!(
            said.contains("msg_waiting") && said.contains("\n1 row.\n"),
            "{said}"
        );
        assert!(!said.contains("msg_dead"), "{said}");
        let exactly = say(&place, &["list", "--limit", "4"]).await;
        assert!(!exactly.contains("--after"), "{exactly}");
        place.clear().await;
    }
}

#[tokio::test]
async fn a_list_has_what_an_operator_looks_for() {
    for place in Place::all().await {
        fill(&place).await;
        let said = say(&place, &["list"]).await;
        let titles: Vec<_> = said.lines().next().unwrap().split("  ").collect();
        for title in ["TENANT", "DELIVERY", "LAST ERROR"] {
            assert!(titles.iter().any(|there| there.trim() == title), "{said}");
        }
        for text in [
            "acme",
            "dead 0s ago",
            "no such batch",
            "waiting, due in 49m",
            r"the first line\nthe second line",
        ] {
            assert!(said.contains(text), "{text}: {said}");
        }
        let dead = documents(&place, &["list", "--state", "dead"])
            .await
            .remove(0);
        let names: Vec<_> = dead
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let mut stable = [
            "row",
            "state",
            "endpoint",
            "provider",
            "tenant",
            "delivery_id",
            "event_type",
            "serial",
            "attempts",
            "put_at",
            "due_at",
            "ended_at",
            "last_error",
        ];
        stable.sort_unstable();
        assert_eq!(names, stable);
        assert_eq!(dead["due_at"], json!(null));
        assert_eq!(dead["last_error"], "no such batch");
        assert!(dead["ended_at"].as_str().unwrap().ends_with('Z'));
        place.clear().await;
    }
}

#[tokio::test]
async fn a_row_is_shown_with_all_that_is_known_of_it() {
    for place in Place::all().await {
        let [.., waiting] = fill(&place).await;
        let row = waiting.to_string();
        let said = say(&place, &["show", &row]).await;
        for text in [
            "batch.failed",
            "msg_waiting",
            "waiting, due in 49m",
            "tried once",
            "webhook-id: msg_1",
            "body, 8 bytes",
            "  {\n    \"id\": 1\n  }",
            "attempt 1, 2",
            "    the first line\n    the second line\n",
            "signed       2026-01-02T03:04:05",
        ] {
            assert!(said.contains(text), "{text}: {said}");
        }
        let shown = documents(&place, &["show", &row]).await.remove(0);
        assert_eq!(shown["body"], r#"{"id":1}"#);
        assert_eq!(shown["body_base64"], json!(null));
        assert_eq!(shown["headers"], json!([["webhook-id", "msg_1"]]));
        assert_eq!(shown["failures"][0]["attempt"], 1);
        assert_eq!(
            shown["failures"][0]["error"],
            "the first line\nthe second line"
        );
        assert_eq!(shown["state"], "pending");
        assert_eq!(shown["key"], "app/openai//msg_waiting");
        place.clear().await;
    }
}

#[tokio::test]
async fn who_looks_in_leaves_all_as_it_is() {
    for place in Place::all().await {
        fill(&place).await;
        let before = place.rows().await;
        for arguments in [
            &[][..],
            &["list"],
            &["show", "1"],
            &["count"],
            &["replay", "--dead"],
        ] {
            run(on(&place, arguments)).await;
        }
        assert_eq!(place.rows().await, before);
        assert_eq!(place.count(State::Dead).await, 1);
        place.clear().await;
    }
}

/// `… | head` is no failure.
#[tokio::test]
async fn who_stops_reading_ends_it_in_silence() {
    let place = Place::sqlite();
    place.many_dead(&delivery("msg"), 3_000).await;
    for arguments in [
        &["list", "--limit", "3000"][..],
        &["list", "--limit", "3000", "--json"],
    ] {
        let mut child = on(&place, arguments).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
    place.clear().await;
}
