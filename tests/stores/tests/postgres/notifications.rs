//! Waiting workers, and the notifications that wake them.

use std::time::{Duration, Instant};

use webhook_runtime::inbox::{Filter, Inbox, LeaseToken, Leased, State};
use webhook_runtime::postgres::PostgresInbox;
use webhook_stores::{LONG, delivery, ordered_delivery, within};

use crate::server::{SharedServer, complete_done, lease_one, retry};

/// Longer than a notification takes, shorter than a worker waits.
const SOON: Duration = Duration::from_secs(3);
const VERY_LONG: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_of_another_process_wake_a_waiting_worker() {
    let Some(shared) = SharedServer::new("notifications").await else {
        return;
    };
    let (here, there) = (shared.inbox().await, shared.inbox().await);
    // Starts the listener; polls until it listens.
    here.wait("app", Duration::from_millis(1_500)).await;
    there
        .enqueue(&ordered_delivery("first", "key"))
        .await
        .unwrap();
    there
        .enqueue(&ordered_delivery("second", "key"))
        .await
        .unwrap();
    let first = lease_one(&there).await;
    let mut held = Vec::new();
    for change in ["enqueue", "retry", "complete the first of a lane", "replay"] {
        // Receives the notifications of earlier changes.
        for _ in 0..3 {
            here.wait("app", Duration::from_millis(300)).await;
        }
        let waiting = {
            let here = here.clone();
            tokio::spawn(async move {
                let begun = Instant::now();
                here.wait("app", VERY_LONG).await;
                begun.elapsed()
            })
        };
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert!(!waiting.is_finished(), "woken before: {change}");
        match change {
            "enqueue" => {
                there.enqueue(&delivery("msg")).await.unwrap();
            }
            "retry" => {
                let retry = retry(Duration::ZERO);
                there.complete(held.remove(0), &retry, None).await.unwrap();
            }
            "replay" => {
                let filter = Filter::new().state(State::Done);
                there.replay(&filter, 1).await.unwrap();
            }
            _ => {
                complete_done(&there, first.token).await;
            }
        }
        let waited = within(waiting).await.unwrap();
        assert!(waited < SOON, "{change}: {waited:?}");
        // Removes the rows that are due now.
        for leased in there.lease("app", 5, LONG).await.unwrap() {
            match change {
                "enqueue" => held.push(wait_for_retry(&here, &there, leased).await),
                _ => drop(complete_done(&there, leased.token).await),
            }
        }
    }
    shared.clean_up().await;
}

/// Schedules a retry and waits for it: waiting ends when the retry is due.
async fn wait_for_retry(here: &PostgresInbox, there: &PostgresInbox, leased: Leased) -> LeaseToken {
    let retry = retry(Duration::from_millis(100));
    there.complete(leased.token, &retry, None).await.unwrap();
    let begun = Instant::now();
    loop {
        let leased = there.lease("app", 1, LONG).await.unwrap();
        if let Some(leased) = leased.first() {
            assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
            return leased.token;
        }
        here.wait("app", VERY_LONG).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notifications_of_other_endpoints_wake_no_worker() {
    let Some(shared) = SharedServer::new("others").await else {
        return;
    };
    let (here, there) = (shared.inbox().await, shared.inbox().await);
    here.wait("app", Duration::from_millis(1_500)).await;
    let waiting = {
        let here = here.clone();
        tokio::spawn(async move { here.wait("app", VERY_LONG).await })
    };
    let mut other = delivery("msg");
    other.endpoint = "other".into();
    there.enqueue(&other).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished());
    waiting.abort();
    shared.clean_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_listener_connection_is_reopened() {
    let Some(shared) = SharedServer::new("listen").await else {
        return;
    };
    let (here, there) = (shared.inbox().await, shared.inbox().await);
    let listeners = format!(
        "SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN \"{}.inbox\"'",
        shared.schema
    );
    let client = shared.client().await;
    let mut last = Vec::new();
    for round in 0..3 {
        here.wait("app", Duration::from_millis(10)).await;
        let pids = within(async {
            loop {
                let rows = client.query(&listeners, &[]).await.unwrap();
                let pids: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
                if pids.len() == 1 && pids != last {
                    return pids;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
        let kill = "SELECT pg_terminate_backend($1)";
        client.execute(kill, &[&pids[0]]).await.unwrap();
        last = pids;
        // Without the notification, the worker finds the row when it polls.
        let waiting = {
            let here = here.clone();
            tokio::spawn(async move {
                while here.lease("app", 1, LONG).await.unwrap().is_empty() {
                    here.wait("app", VERY_LONG).await;
                }
            })
        };
        tokio::time::sleep(Duration::from_millis(50)).await;
        let begun = Instant::now();
        there.enqueue(&delivery(&round.to_string())).await.unwrap();
        within(waiting).await.unwrap();
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    }
    drop(here);
    let open = format!("SELECT count(*) FROM ({listeners}) open");
    within(async {
        while shared.query_number(&open).await > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    shared.clean_up().await;
}
