//! Workers that wait, and what wakes them.

use std::time::{Duration, Instant};

use webhook_runtime::inbox::{Disposition, Filter, Inbox, LeaseToken, Leased, State};
use webhook_runtime::postgres::PostgresInbox;

use crate::server::{LONG, Shared, delivery, done, in_order, take_one, within};

/// Longer than news lease, shorter than a worker waits.
const SOON: Duration = Duration::from_secs(3);
const VERY_LONG: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_process_does_wakes_who_waits() {
    let Some(shared) = Shared::new("news").await else {
        return;
    };
    let (here, there) = (shared.inbox().await, shared.inbox().await);
    // Until it listens, it looks by itself.
    here.wait("app", Duration::from_millis(1_500)).await;
    there.enqueue(&in_order("first", "order")).await.unwrap();
    there.enqueue(&in_order("second", "order")).await.unwrap();
    let first = take_one(&there).await;
    let mut held = Vec::new();
    for what in ["put", "retry", "end of the first of an order", "replay"] {
        // News of what was before have come.
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
        assert!(!waiting.is_finished(), "nothing is new before: {what}");
        match what {
            "put" => {
                there.enqueue(&delivery("msg")).await.unwrap();
            }
            "retry" => {
                let end = Disposition::Retry {
                    after: Duration::ZERO,
                    error: "no".into(),
                };
                there.complete(held.remove(0), &end, None).await.unwrap();
            }
            "replay" => {
                let filter = Filter::new().state(State::Done);
                there.replay(&filter, 1).await.unwrap();
            }
            _ => {
                done(&there, first.token).await;
            }
        }
        let waited = within(waiting).await.unwrap();
        assert!(waited < SOON, "{what}: {waited:?}");
        // What is due now is out of the way.
        for taken in there.lease("app", 5, LONG).await.unwrap() {
            match what {
                "put" => held.push(wait_for_retry(&here, &there, taken).await),
                _ => drop(done(&there, taken.token).await),
            }
        }
    }
    shared.clear().await;
}

/// Who waits knows when a retry is due.
async fn wait_for_retry(here: &PostgresInbox, there: &PostgresInbox, taken: Leased) -> LeaseToken {
    let end = Disposition::Retry {
        after: Duration::from_millis(100),
        error: "no".into(),
    };
    there.complete(taken.token, &end, None).await.unwrap();
    let begun = Instant::now();
    loop {
        let taken = there.lease("app", 1, LONG).await.unwrap();
        if let Some(taken) = taken.first() {
            assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
            return taken.token;
        }
        here.wait("app", VERY_LONG).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_of_other_endpoints_wake_nobody() {
    let Some(shared) = Shared::new("others").await else {
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
    shared.clear().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_for_news_that_breaks_is_made_again() {
    let Some(shared) = Shared::new("listen").await else {
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
        // Heard or not: who waits looks by itself soon.
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
    let left = format!("SELECT count(*) FROM ({listeners}) left_over");
    within(async {
        while shared.number(&left).await > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    shared.clear().await;
}
