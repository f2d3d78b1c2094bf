//! Shutdown, dropped endpoints, and `run_until_idle`.

use std::time::Duration;

use webhook_runtime::inbox::State;
use webhook_runtime::testing::MemoryInbox;

use crate::app::{
    Behavior, Work, builder, delivery, endpoint, eventually, rows, status, until, within,
};

#[tokio::test]
async fn shutdown_leases_no_rows_and_awaits_running_handlers() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoint = builder(&work, inbox.new_handle())
        .workers(2)
        .build()
        .unwrap();
    for id in ["a", "b", "c"] {
        assert_eq!(status(&endpoint, &delivery("batch.failed", id)).await, 200);
    }
    work.ran(2).await;
    let shutdown = tokio::spawn({
        let endpoint = endpoint.clone();
        async move { endpoint.shutdown().await }
    });
    eventually(|| async { status(&endpoint, &delivery("batch.failed", "a")).await == 503 }).await;
    assert!(!shutdown.is_finished());
    work.open(3);
    let drained = within(shutdown).await.unwrap();
    assert!(drained.completed >= 2, "{drained:?}");
    assert_eq!(drained.remaining, 0);
    assert_eq!(
        work.runs().len(),
        2,
        "pending rows are left for the next process"
    );
    assert_eq!(rows(&inbox, State::Pending).await.len(), 1);
    assert_eq!(rows(&inbox, State::Done).await.len(), 2);
    let _next = crate::app::endpoint(&work, inbox.new_handle());
    until(&inbox, State::Done, 3).await;
}

#[tokio::test]
async fn idle_endpoint_shuts_down_at_once() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoint = endpoint(&work, inbox);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let drained = within(endpoint.shutdown()).await;
    assert!(drained.elapsed < Duration::from_secs(1), "{drained:?}");
}

#[tokio::test]
async fn workers_end_with_the_last_clone_of_their_endpoint() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoint = endpoint(&work, inbox.new_handle());
    assert_eq!(
        status(&endpoint, &delivery("batch.completed", "a")).await,
        200
    );
    until(&inbox, State::Done, 1).await;
    drop(endpoint);
    let storing = builder(&work, inbox.new_handle())
        .workers(0)
        .build()
        .unwrap();
    assert_eq!(
        status(&storing, &delivery("batch.completed", "b")).await,
        200
    );
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(work.runs(), ["a"]);
}

#[tokio::test]
async fn run_until_idle_ends_when_no_row_is_due() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoint = builder(&work, inbox.new_handle())
        .workers(0)
        .retry(webhook_runtime::Retry::new().initial_backoff(Duration::from_secs(100)))
        .build()
        .unwrap();
    for number in 0..20 {
        let sent = delivery("batch.completed", &number.to_string());
        assert_eq!(status(&endpoint, &sent).await, 200);
    }
    for number in 0..5 {
        let sent = crate::app::delivery_of("batch.expired", &format!("e{number}"), "one");
        assert_eq!(status(&endpoint, &sent).await, 200);
    }
    work.ends("7", [Behavior::Fails]);
    let worked = within(endpoint.run_until_idle(4)).await.unwrap();
    assert_eq!((worked.done, worked.failed), (24, 1));
    assert_eq!(rows(&inbox, State::Pending).await.len(), 1);
    let worked = within(endpoint.run_until_idle(4)).await.unwrap();
    assert_eq!((worked.done, worked.failed), (0, 0), "the retry is not due");
}

#[tokio::test]
async fn run_until_idle_fails_without_an_inbox() {
    use webhook_runtime::testing::Driver;
    let driver = Driver::new(crate::app::app(&Work::default()));
    let error = driver.endpoint().run_until_idle(1).await.unwrap_err();
    assert!(error.to_string().contains(".inbox("), "{error}");
}
