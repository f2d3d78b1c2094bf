//! Rows that are handled again.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use webhook_runtime::inbox::{Filter, State};

use crate::place::{Place, dead, delivery, done};
use crate::program::{documents, on, run, say};
use crate::work::{self, Work};

#[tokio::test]
async fn what_is_named_or_picked_waits_again_and_nothing_else() {
    for place in Place::all().await {
        let done = place.ended(&delivery("msg_1"), &done()).await.to_string();
        let second = place
            .ended(&delivery("msg_2"), &dead("no"))
            .await
            .to_string();
        place.ended(&delivery("msg_3"), &dead("no")).await;
        let mut other = delivery("msg_4");
        other.event_type = "response.failed".to_owned();
        place.ended(&other, &dead("no")).await;
        let states = async || -> Vec<_> {
            let rows = place.rows().await;
            rows.iter().map(|row| row.state.as_str()).collect()
        };
        assert_eq!(states().await, ["done", "dead", "dead", "dead"]);
        let said = say(&place, &["replay", &second, "--yes"]).await;
        assert!(said.starts_with("1 row replayed: "), "{said}");
        assert_eq!(states().await, ["done", "pending", "dead", "dead"]);
        let replayed = documents(&place, &["replay", "--event", "batch.*", "--yes"]).await;
        assert_eq!(
            replayed,
            [json!({"picked": 1, "replayed": 1, "stopped": false})]
        );
        assert_eq!(
            states().await,
            ["done", "pending", "pending", "dead"],
            "done ones are not meant"
        );
        say(&place, &["replay", "--dead", "--yes"]).await;
        assert_eq!(states().await, ["done", "pending", "pending", "pending"]);
        say(&place, &["replay", &done, "--yes"]).await;
        assert_eq!(states().await, ["pending"; 4]);
        let failures = place
            .inbox
            .inspect(second.parse().unwrap())
            .await
            .unwrap()
            .unwrap()
            .failures;
        assert_eq!(failures.len(), 1, "they stay on record");
        place.clear().await;
    }
}

#[tokio::test]
async fn done_rows_are_replayed_if_they_are_asked_for() {
    for place in Place::all().await {
        place.ended(&delivery("msg_1"), &done()).await;
        place.ended(&delivery("msg_2"), &dead("no")).await;
        let replayed = documents(&place, &["replay", "--state", "done", "--yes"]).await;
        assert_eq!(replayed[0]["replayed"], 1);
        assert_eq!(place.count(State::Dead).await, 1);
        place.clear().await;
    }
}

#[tokio::test]
async fn nothing_is_replayed_unconfirmed() {
    for place in Place::all().await {
        place.ended(&delivery("msg_1"), &dead("no")).await;
        for more in [&[][..], &["--json"]] {
            let ran = run(on(&place, &[&["replay", "--dead"], more].concat())).await;
            assert_eq!((ran.code, &*ran.stdout), (2, ""), "{ran:?}");
            assert!(
                ran.stderr.contains("1 row would be replayed") && ran.stderr.contains("--yes"),
                "{ran:?}"
            );
        }
        assert_eq!(place.count(State::Dead).await, 1);
        place.clear().await;
    }
}

/// While it replays, a live endpoint takes what it has replayed, and all of it dies again at once.
#[tokio::test(flavor = "multi_thread")]
async fn thousands_are_replayed_once_each_however_fast_they_die_again() {
    const ROWS: usize = 2_000;
    for place in Place::all().await {
        let work = Work::default();
        let endpoint = work::endpoint(&work, &place);
        let like = work::stored(&endpoint, &place).await;
        place.many_dead(&like, ROWS).await;
        assert!(work.runs().is_empty());
        let works = tokio::spawn({
            let endpoint = endpoint.clone();
            async move {
                loop {
                    endpoint.run_until_idle(16).await.unwrap();
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        });
        let replay = on(&place, &["replay", "--dead", "--yes"]);
        let ran = tokio::time::timeout(Duration::from_secs(120), run(replay)).await;
        let ran = ran.expect("it ends");
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.stdout.starts_with("2,000 rows replayed"), "{ran:?}");
        let progress: Vec<_> = ran.stderr.lines().collect();
        assert!(
            progress.len() == 4 && progress[0] == "500 of 2,000 replayed",
            "{progress:?}"
        );
        while place.count(State::Dead).await < u64::try_from(ROWS).unwrap() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let mut runs = work.runs();
        assert_eq!(runs.len(), ROWS);
        runs.sort_unstable();
        runs.dedup();
        assert_eq!(runs.len(), ROWS, "each once");
        works.abort();
        let _ = works.await;
        endpoint.shutdown().await;
        drop(endpoint);
        place.clear().await;
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_it_and_it_says_how_far_it_came() {
    let place = Place::sqlite();
    place.many_dead(&delivery("msg"), 12_000).await;
    let mut child = on(&place, &["replay", "--dead", "--yes", "--json"])
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut told = String::new();
    stderr.read_line(&mut told).unwrap();
    assert!(told.contains("of 12,000 replayed"), "{told}");
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    stderr.read_to_string(&mut told).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("stopped by Ctrl-C"), "{told}");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&said["picked"], &said["stopped"]),
        (&json!(12_000), &json!(true))
    );
    let replayed = said["replayed"].as_u64().unwrap();
    assert!(replayed < 12_000);
    assert_eq!(place.count(State::Pending).await, replayed);
    place.clear().await;
}

/// Rows in order come back in their order, whatever the order in which they are named.
#[tokio::test]
async fn rows_in_order_stay_in_order() {
    for place in Place::all().await {
        let mut rows = Vec::new();
        for id in ["msg_1", "msg_2", "msg_3"] {
            let mut delivery = delivery(id);
            delivery.ordering_key = Some("batch_1".to_owned());
            rows.push(place.ended(&delivery, &dead("no")).await.to_string());
        }
        say(
            &place,
            &["replay", &rows[2], &rows[0], &rows[1], &rows[0], "--yes"],
        )
        .await;
        for row in rows {
            let taken = place.lease(5).await;
            assert_eq!(taken.len(), 1);
            assert_eq!(taken[0].token.row_id.to_string(), row);
            place.end(&taken[0], &done()).await;
        }
        let filter = Filter::new().state(State::Done);
        assert_eq!(place.inbox.count(&filter).await.unwrap(), 3);
        place.clear().await;
    }
}
