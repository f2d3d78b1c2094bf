//! Throughput, on demand: `cargo test --release -p webhook-stores --test postgres -- --ignored
//! --nocapture --test-threads 1`.

use std::time::{Duration, Instant};

use webhook_runtime::inbox::{Filter, Inbox, State};
use webhook_runtime::{
    postgres::{PostgresInbox, PostgresStore},
    store::{ClaimResult, DeliveryKey, Store},
};
use webhook_stores::{LONG, delivery, ordered_delivery};

use crate::server::{SharedServer, complete_done};

const DURATION: Duration = Duration::from_secs(5);

/// Prints how often concurrent tasks complete an operation in a second, and the median and 99th percentile of its duration.
async fn measure<F: Future + Send>(
    operation: &str,
    concurrency: usize,
    work: impl Fn(usize, usize) -> F + Send + Sync + Clone + 'static,
) {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..concurrency)
        .map(|task| {
            let work = work.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                for number in 0.. {
                    if begun.elapsed() > DURATION {
                        break;
                    }
                    let begun = Instant::now();
                    work(task, number).await;
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
    println!("{operation}, {concurrency:3} concurrent: {rate:6.0}/s, p50 {p50:.1?}, p99 {p99:.1?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn enqueues_and_leases_per_second() {
    let Some(shared) = SharedServer::new("speed").await else {
        return;
    };
    for connections in [10, 40] {
        let database = shared
            .database()
            .max_connections(connections)
            .call_timeout(LONG);
        let inbox = PostgresInbox::open(&database).await.unwrap();
        for concurrency in [1, 64, 256] {
            let inbox = inbox.clone();
            let operation = format!("enqueue, {connections} connections");
            measure(&operation, concurrency, move |task, number| {
                let inbox = inbox.clone();
                async move {
                    let id = format!("{connections} {concurrency} {task} {number}");
                    inbox.enqueue(&delivery(&id)).await.unwrap();
                }
            })
            .await;
        }
    }
    let database = shared.database().max_connections(40).call_timeout(LONG);
    let inbox = PostgresInbox::open(&database).await.unwrap();
    for (operation, keys) in [
        ("enqueue with one key", 1),
        ("enqueue with 1,000 keys", 1_000),
    ] {
        let inbox = inbox.clone();
        measure(operation, 64, move |task, number| {
            let inbox = inbox.clone();
            async move {
                let key = format!("key {}", (task * 31 + number) % keys);
                let id = format!("{operation} {task} {number}");
                inbox.enqueue(&ordered_delivery(&id, &key)).await.unwrap();
            }
        })
        .await;
    }
    for limit in [1, 16] {
        let inbox = inbox.clone();
        let operation = format!("lease {limit} and complete each");
        measure(&operation, 16, move |_, _| {
            let inbox = inbox.clone();
            async move {
                let leased = inbox.lease("app", limit, LONG).await.unwrap();
                assert!(!leased.is_empty(), "no row is due");
                let completions = leased.into_iter().map(|leased| {
                    let inbox = inbox.clone();
                    tokio::spawn(async move { complete_done(&inbox, leased.token).await })
                });
                for completion in completions.collect::<Vec<_>>() {
                    completion.await.unwrap();
                }
            }
        })
        .await;
    }
    shared.clean_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn claims_per_second() {
    let Some(shared) = SharedServer::new("claim-speed").await else {
        return;
    };
    for connections in [10, 40] {
        let database = shared
            .database()
            .max_connections(connections)
            .call_timeout(LONG);
        let store = PostgresStore::open(&database).await.unwrap();
        for concurrency in [1, 64, 256] {
            let store = store.clone();
            let operation = format!("claim and complete, {connections} connections");
            measure(&operation, concurrency, move |task, number| {
                let store = store.clone();
                async move {
                    let key = format!("{connections} {concurrency} {task} {number}");
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
    shared.clean_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn latencies_with_a_million_done_rows_and_a_long_backlog() {
    let Some(shared) = SharedServer::new("plans").await else {
        return;
    };
    let inbox = shared.inbox().await;
    let insert = |from: u32, to: u32, values: &str| {
        format!(
            "INSERT INTO inbox (key_hash, key, endpoint, provider, tenant, delivery_id, event_type, timestamp,
                is_timestamp_signed, header_names, header_values, body, ordering_key, lane, is_blocked, state, due_at)
            SELECT sha256(n::text::bytea), n, 'app', 'openai', '', n, 'batch.failed', 0, true,
                '{{webhook-id}}', '{{msg}}', repeat('x', 300)::bytea, {values}
            FROM generate_series({from}, {to}) n"
        )
    };
    let client = shared.client().await;
    for rows in [
        insert(
            1,
            1_000_000,
            "NULL, NULL, false, 'done', now() + interval '1 day'",
        ),
        // 100,000 rows of one lane, 50,000 rows that are due later, 50,000 rows that are due.
        insert(
            1_000_001,
            1_100_000,
            "'one', 1, n > 1000001, 'pending', now()",
        ),
        insert(
            1_100_001,
            1_150_000,
            "NULL, NULL, false, 'pending', now() + interval '1 hour'",
        ),
        insert(1_150_001, 1_200_000, "NULL, NULL, false, 'pending', now()"),
    ] {
        client.batch_execute(&rows).await.unwrap();
    }
    println!("schema: {}", shared.schema);
    for analyzed in ["not analyzed", "analyzed"] {
        if analyzed == "analyzed" {
            client.batch_execute("VACUUM ANALYZE inbox").await.unwrap();
        }
        timed(analyzed, "lease 16 and complete 1", async || {
            let leased = inbox.lease("app", 16, LONG).await.unwrap();
            assert_eq!(leased.len(), 16);
            complete_done(&inbox, leased[0].token).await;
        })
        .await;
        timed(analyzed, "backlog", async || {
            assert!(inbox.backlog("app").await.unwrap().rows > 0);
        })
        .await;
        timed(analyzed, "enqueue into the long lane", async || {
            let id = format!("{:?}", Instant::now());
            inbox.enqueue(&ordered_delivery(&id, "one")).await.unwrap();
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
        shared.clean_up().await;
    }
}

async fn timed(when: &str, operation: &str, step: impl AsyncFn()) {
    let mut times = Vec::new();
    for _ in 0..15 {
        let begun = Instant::now();
        step().await;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    println!(
        "{when}: {operation}: median {:.1?}, maximum {:.1?}",
        times[7], times[14]
    );
}
