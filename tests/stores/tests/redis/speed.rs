//! How fast it is. Measured when asked for: `cargo test --release -p webhook-stores --test redis -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use webhook_runtime::store::Store;

use crate::server::{LONG, Shared, key, new_claim};

const FOR: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn claims() {
    let Some(shared) = Shared::new("speed").await else {
        return;
    };
    // One connection, as a process has it.
    let store = shared.store();
    for at_a_time in [1, 64, 256] {
        let begun = Instant::now();
        let tasks: Vec<_> = (0..at_a_time)
            .map(|one| {
                let store = store.clone();
                tokio::spawn(async move {
                    let mut count = 0_u32;
                    while begun.elapsed() < FOR {
                        let name = format!("{at_a_time} {one} {count}");
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
        println!("claim and complete, {at_a_time:3} at a time: {rate:6.0}/s");
    }
    shared.clear().await;
}
