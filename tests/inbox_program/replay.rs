//! `replay`.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use webhook_runtime::inbox::{Filter, State};

use crate::database::{TestDatabase, dead, delivery, done};
use crate::failing_endpoint::{self, Handled};
use crate::program::{command_for, documents, run, stdout};

#[tokio::test]
async fn selected_rows_are_replayed_and_no_others() {
    for database in TestDatabase::all().await {
        let done = database
            .enqueue_completed(&delivery("msg_1"), &done())
            .await
            .to_string();
        let second = database
            .enqueue_completed(&delivery("msg_2"), &dead("no"))
            .await
            .to_string();
        database
            .enqueue_completed(&delivery("msg_3"), &dead("no"))
            .await;
        let mut other = delivery("msg_4");
        other.event_type = "response.failed".to_owned();
        database.enqueue_completed(&other, &dead("no")).await;
        let states = async || -> Vec<_> {
            let rows = database.rows().await;
            rows.iter().map(|row| row.state.as_str()).collect()
        };
        assert_eq!(states().await, ["done", "dead", "dead", "dead"]);
        let result = stdout(&database, &["replay", &second, "--yes"]).await;
        assert!(result.starts_with("1 row replayed: "), "{result}");
        assert_eq!(states().await, ["done", "pending", "dead", "dead"]);
        let replayed = documents(&database, &["replay", "--event", "batch.*", "--yes"]).await;
        assert_eq!(
            replayed,
            [json!({"matched": 1, "replayed": 1, "interrupted": false})]
        );
        assert_eq!(
            states().await,
            ["done", "pending", "pending", "dead"],
            "done rows are not replayed"
        );
        stdout(&database, &["replay", "--dead", "--yes"]).await;
        assert_eq!(states().await, ["done", "pending", "pending", "pending"]);
        stdout(&database, &["replay", &done, "--yes"]).await;
        assert_eq!(states().await, ["pending"; 4]);
        let failures = database
            .inbox
            .inspect(second.parse().unwrap())
            .await
            .unwrap()
            .unwrap()
            .failures;
        assert_eq!(failures.len(), 1, "failures survive a replay");
        database.clear().await;
    }
}

#[tokio::test]
async fn done_rows_are_replayed_with_state_done() {
    for database in TestDatabase::all().await {
        database
            .enqueue_completed(&delivery("msg_1"), &done())
            .await;
        database
            .enqueue_completed(&delivery("msg_2"), &dead("no"))
            .await;
        let replayed = documents(&database, &["replay", "--state", "done", "--yes"]).await;
        assert_eq!(replayed[0]["replayed"], 1);
        assert_eq!(database.count(State::Dead).await, 1);
        database.clear().await;
    }
}

#[tokio::test]
async fn nothing_is_replayed_without_confirmation() {
    for database in TestDatabase::all().await {
        database
            .enqueue_completed(&delivery("msg_1"), &dead("no"))
            .await;
        for more in [&[][..], &["--json"]] {
            let output = run(command_for(
                &database,
                &[&["replay", "--dead"], more].concat(),
            ))
            .await;
            assert_eq!((output.code, &*output.stdout), (2, ""), "{output:?}");
            assert!(
                output.stderr.contains("confirmation to replay 1 row")
                    && output.stderr.contains("--yes"),
                "{output:?}"
            );
        }
        assert_eq!(database.count(State::Dead).await, 1);
        database.clear().await;
    }
}

/// While the program replays, an endpoint handles replayed rows, and all of them become dead letters again at once.
#[tokio::test(flavor = "multi_thread")]
async fn each_row_is_replayed_once_even_if_it_becomes_dead_again_meanwhile() {
    const ROWS: usize = 2_000;
    for database in TestDatabase::all().await {
        let handled = Handled::default();
        let endpoint = failing_endpoint::endpoint(&handled, &database);
        let template = failing_endpoint::stored(&endpoint, &database).await;
        database.enqueue_many_dead(&template, ROWS).await;
        assert!(handled.ids().is_empty());
        let worker = tokio::spawn({
            let endpoint = endpoint.clone();
            async move {
                loop {
                    endpoint.run_until_idle(16).await.unwrap();
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        });
        let replay = command_for(&database, &["replay", "--dead", "--yes"]);
        let output = tokio::time::timeout(Duration::from_secs(120), run(replay)).await;
        let output = output.expect("the replay hangs");
        assert_eq!(output.code, 0, "{output:?}");
        assert!(
            output.stdout.starts_with("2,000 rows replayed"),
            "{output:?}"
        );
        let progress: Vec<_> = output.stderr.lines().collect();
        assert!(
            progress.len() == 4 && progress[0] == "500 of 2,000 replayed",
            "{progress:?}"
        );
        while database.count(State::Dead).await < u64::try_from(ROWS).unwrap() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let mut ids = handled.ids();
        assert_eq!(ids.len(), ROWS);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ROWS, "each row ran once");
        worker.abort();
        let _ = worker.await;
        endpoint.shutdown().await;
        drop(endpoint);
        database.clear().await;
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_stops_and_reports_the_number_of_replayed_rows() {
    let database = TestDatabase::sqlite();
    database.enqueue_many_dead(&delivery("msg"), 12_000).await;
    let mut child = command_for(&database, &["replay", "--dead", "--yes", "--json"])
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut stderr_text = String::new();
    stderr.read_line(&mut stderr_text).unwrap();
    assert!(stderr_text.contains("of 12,000 replayed"), "{stderr_text}");
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    stderr.read_to_string(&mut stderr_text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr_text}");
    assert!(
        stderr_text.contains("interrupted by Ctrl-C"),
        "{stderr_text}"
    );
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&result["matched"], &result["interrupted"]),
        (&json!(12_000), &json!(true))
    );
    let replayed = result["replayed"].as_u64().unwrap();
    assert!(replayed < 12_000);
    assert_eq!(database.count(State::Pending).await, replayed);
    database.clear().await;
}

/// Rows of a lane run in the order of their numbers, whatever the order of the arguments.
#[tokio::test]
async fn replayed_rows_of_a_lane_keep_their_order() {
    for database in TestDatabase::all().await {
        let mut rows = Vec::new();
        for id in ["msg_1", "msg_2", "msg_3"] {
            let mut delivery = delivery(id);
            delivery.ordering_key = Some("batch_1".to_owned());
            rows.push(
                database
                    .enqueue_completed(&delivery, &dead("no"))
                    .await
                    .to_string(),
            );
        }
        stdout(
            &database,
            &["replay", &rows[2], &rows[0], &rows[1], &rows[0], "--yes"],
        )
        .await;
        for row in rows {
            let leased = database.lease(5).await;
            assert_eq!(leased.len(), 1);
            assert_eq!(leased[0].token.row_id.to_string(), row);
            database.complete(&leased[0], &done()).await;
        }
        let filter = Filter::new().state(State::Done);
        assert_eq!(database.inbox.count(&filter).await.unwrap(), 3);
        database.clear().await;
    }
}
