//! Ordering keys and the number of workers.

use webhook_runtime::inbox::State;
use webhook_runtime::testing::MemoryInbox;

use crate::app::{Behavior, Work, builder, delivery, delivery_of, endpoint, status, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_of_one_ordering_key_run_in_order_of_arrival() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let storing = builder(&work, inbox.new_handle())
        .workers(0)
        .build()
        .unwrap();
    for number in 0..30 {
        for object in ["a", "b"] {
            let sent = delivery_of("batch.expired", &format!("{object}{number}"), object);
            assert_eq!(status(&storing, &sent).await, 200);
        }
    }
    work.ends("a a3", [Behavior::Fails]);
    work.ends("b b5", [Behavior::Fails, Behavior::Fails]);
    let _working = endpoint(&work, inbox.new_handle());
    until(&inbox, State::Done, 59).await;
    until(&inbox, State::Dead, 1).await;
    for object in ["a", "b"] {
        let runs: Vec<_> = work
            .runs()
            .into_iter()
            .filter(|run| run.starts_with(object))
            .collect();
        let mut expected = Vec::new();
        for number in 0..30 {
            let tries = match (object, number) {
                ("a", 3) | ("b", 5) => 2,
                _ => 1,
            };
            for _ in 0..tries {
                expected.push(format!("{object}{number} begins"));
                expected.push(format!("{object} {object}{number}"));
            }
        }
        assert_eq!(runs, expected);
    }
}

#[tokio::test]
async fn workers_limit_concurrent_handlers() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoint = builder(&work, inbox.new_handle())
        .workers(3)
        .build()
        .unwrap();
    for number in 0..10 {
        let sent = delivery("batch.failed", &number.to_string());
        assert_eq!(status(&endpoint, &sent).await, 200);
    }
    work.ran(3).await;
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert_eq!(work.runs().len(), 3);
    assert_eq!(endpoint.in_flight(), 3);
    work.open(1);
    work.ran(4).await;
    work.open(9);
    until(&inbox, State::Done, 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_of_several_processes_share_the_rows() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoints: Vec<_> = (0..4)
        .map(|_| endpoint(&work, inbox.new_handle()))
        .collect();
    for number in 0..400 {
        let sent = delivery("batch.completed", &number.to_string());
        assert_eq!(status(&endpoints[number % 4], &sent).await, 200);
    }
    until(&inbox, State::Done, 400).await;
    let mut runs = work.runs();
    assert_eq!(runs.len(), 400);
    runs.sort();
    runs.dedup();
    assert_eq!(runs.len(), 400);
}
