//! Throughput, on demand: `cargo test --release -p webhook-stores --test redis -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use webhook_runtime::store::Store;
use webhook_stores::LONG;

use crate::server::{SharedServer, key, new_claim};

const DURATION: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn claims_per_second() {
    let Some(shared) = SharedServer::new("speed").await else {
        return;
    };
    // One connection, like a process.
    let store = shared.store();
    for concurrency in [1, 64, 256] {
        let begun = Instant::now();
        let tasks: Vec<_> = (0..concurrency)
            .map(|task| {
                let store = store.clone();
                tokio::spawn(async move {
                    let mut count = 0_u32;
                    while begun.elapsed() < DURATION {
                        let name = format!("{concurrency} {task} {count}");
                        let fence = new_claim(&store, &name, LONG).await;
                        let _ = store.complete(&key(&name), fence, LONG).await.unwrap();
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        let mut count = 0;
        for task in tasks {
            count += task.await.unwrap();
        }
        let rate = f64::from(count) / begun.elapsed().as_secs_f64();
        println!("claim and complete, {concurrency:3} concurrent: {rate:6.0}/s");
    }
    shared.clean_up().await;
}
