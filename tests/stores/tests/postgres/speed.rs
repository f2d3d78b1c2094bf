//! How fast it is. Measured when asked for: `cargo test --release -p webhook-stores --test postgres -- --ignored
//! --nocapture --test-threads 1`.

use std::time::{Duration, Instant};

use webhook_runtime::inbox::{Filter, Inbox, State};
use webhook_runtime::{
    postgres::{PostgresInbox, PostgresStore},
    store::{ClaimResult, DeliveryKey, Store},
};

use crate::server::{LONG, Shared, delivery, done, in_order};

const FOR: Duration = Duration::from_secs(5);

/// How often something is done a second by so many at a time, and how long the half and nearly all of it took.
async fn rate<F: Future + Send>(
    what: &str,
    at_a_time: usize,
    work: impl Fn(usize, usize) -> F + Send + Sync + Clone + 'static,
) {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..at_a_time)
        .map(|one| {
            let work = work.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                for number in 0.. {
                    if begun.elapsed() > FOR {
                        break;
                    }
                    let begun = Instant::now();
                    work(one, number).await;
                    times.push(begun.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    let rate = times.len() as f64 / begun.elapsed().as_secs_f64();
    times.sort_unstable();
    let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!("{what}, {at_a_time:3} at a time: {rate:6.0}/s, p50 {p50:.1?}, p99 {p99:.1?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn puts_and_takes() {
    let Some(shared) = Shared::new("speed").await else {
        return;
    };
    for connections in [10, 40] {
        let database = shared.database().connections(connections).deadline(LONG);
        let inbox = PostgresInbox::open(&database).await.unwrap();
        for at_a_time in [1, 64, 256] {
            let inbox = inbox.clone();
            let what = format!("put, {connections} connections");
            rate(&what, at_a_time, move |one, number| {
                let inbox = inbox.clone();
                async move {
                    let id = format!("{connections} {at_a_time} {one} {number}");
                    inbox.enqueue(&delivery(&id)).await.unwrap();
                }
            })
            .await;
        }
    }
    let database = shared.database().connections(40).deadline(LONG);
    let inbox = PostgresInbox::open(&database).await.unwrap();
    for (what, orders) in [("put in one order", 1), ("put in 1,000 orders", 1_000)] {
        let inbox = inbox.clone();
        rate(what, 64, move |one, number| {
            let inbox = inbox.clone();
            async move {
                let order = format!("order {}", (one * 31 + number) % orders);
                let id = format!("{what} {one} {number}");
                inbox.enqueue(&in_order(&id, &order)).await.unwrap();
            }
        })
        .await;
    }
    for limit in [1, 16] {
        let inbox = inbox.clone();
        let what = format!("take {limit} and finish each");
        rate(&what, 16, move |_, _| {
            let inbox = inbox.clone();
            async move {
                let taken = inbox.lease("app", limit, LONG).await.unwrap();
                assert!(!taken.is_empty(), "nothing is left");
                let ends = taken.into_iter().map(|taken| {
                    let inbox = inbox.clone();
                    tokio::spawn(async move { done(&inbox, taken.token).await })
                });
                for end in ends.collect::<Vec<_>>() {
                    end.await.unwrap();
                }
            }
        })
        .await;
    }
    shared.clear().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn claims() {
    let Some(shared) = Shared::new("claim-speed").await else {
        return;
    };
    for connections in [10, 40] {
        let database = shared.database().connections(connections).deadline(LONG);
        let store = PostgresStore::open(&database).await.unwrap();
        for at_a_time in [1, 64, 256] {
            let store = store.clone();
            let what = format!("claim and complete, {connections} connections");
            rate(&what, at_a_time, move |one, number| {
                let store = store.clone();
                async move {
                    let key = format!("{connections} {at_a_time} {one} {number}");
                    let key = DeliveryKey::new(key);
                    let ClaimResult::New(fence) = store.claim(&key, LONG).await.unwrap() else {
                        panic!("{key} is not new");
                    };
                    let _ = store.complete(&key, fence, LONG).await.unwrap();
                }
            })
            .await;
        }
    }
    shared.clear().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn with_a_million_done_rows_and_many_that_wait() {
    let Some(shared) = Shared::new("plans").await else {
        return;
    };
    let inbox = shared.inbox().await;
    let fill = |from: u32, to: u32, rest: &str| {
        format!(
            "INSERT INTO inbox (key_hash, key, endpoint, provider, tenant, delivery_id, event_type, signed_at,
                is_time_signed, header_names, header_values, body, serial, lane, is_blocked, state, due_at)
            SELECT sha256(n::text::bytea), n, 'app', 'openai', '', n, 'batch.failed', 0, true,
                '{{webhook-id}}', '{{msg}}', repeat('x', 300)::bytea, {rest}
            FROM generate_series({from}, {to}) n"
        )
    };
    let client = shared.client().await;
    for rows in [
        fill(
            1,
            1_000_000,
            "NULL, NULL, false, 'done', now() + interval '1 day'",
        ),
        // 100,000 in one order, 50,000 that are due later, 50,000 that are due.
        fill(
            1_000_001,
            1_100_000,
            "'one', 1, n > 1000001, 'pending', now()",
        ),
        fill(
            1_100_001,
            1_150_000,
            "NULL, NULL, false, 'pending', now() + interval '1 hour'",
        ),
        fill(1_150_001, 1_200_000, "NULL, NULL, false, 'pending', now()"),
    ] {
        client.batch_execute(&rows).await.unwrap();
    }
    println!("schema: {}", shared.schema);
    for analyzed in ["as it was filled", "analyzed"] {
        if analyzed == "analyzed" {
            client.batch_execute("VACUUM ANALYZE inbox").await.unwrap();
        }
        timed(analyzed, "take 16 and finish 1", async || {
            let taken = inbox.lease("app", 16, LONG).await.unwrap();
            assert_eq!(taken.len(), 16);
            done(&inbox, taken[0].token).await;
        })
        .await;
        timed(analyzed, "backlog", async || {
            assert!(inbox.backlog("app").await.unwrap().rows > 0);
        })
        .await;
        timed(analyzed, "put in the long order", async || {
            let id = format!("{:?}", Instant::now());
            inbox.enqueue(&in_order(&id, "one")).await.unwrap();
        })
        .await;
        timed(analyzed, "prune", async || {
            inbox.prune(1_000).await.unwrap();
        })
        .await;
        timed(analyzed, "count the dead", async || {
            inbox
                .count(&Filter::new().state(State::Dead))
                .await
                .unwrap();
        })
        .await;
        timed(analyzed, "summary", async || {
            inbox.summary().await.unwrap();
        })
        .await;
    }
    if std::env::var_os("KEEP").is_none() {
        shared.clear().await;
    }
}

async fn timed(when: &str, what: &str, step: impl AsyncFn()) {
    let mut times = Vec::new();
    for _ in 0..15 {
        let begun = Instant::now();
        step().await;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    println!(
        "{when}: {what}: median {:.1?}, most {:.1?}",
        times[7], times[14]
    );
}
