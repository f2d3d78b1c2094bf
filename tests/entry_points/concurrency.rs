//! The concurrency limit and the queue timeout.

use std::time::Duration;

use tokio::time::{Instant, timeout};
use webhook_runtime::{BuildError, Endpoint};

use crate::work::{App, builder, delivery, numbered, within};

const WAIT: Duration = Duration::from_secs(2);

fn limited(limit: usize, wait: Duration) -> Endpoint<App> {
    builder()
        .concurrency_limit(limit)
        .queue_timeout(wait)
        .build()
        .unwrap()
}

/// Starts a delivery in a task.
fn begin(endpoint: &Endpoint<App>, number: usize) -> tokio::task::JoinHandle<u16> {
    let endpoint = endpoint.clone();
    let request = numbered("batch.completed", number).into_request();
    tokio::spawn(async move { endpoint.handle(request).await.status().as_u16() })
}

#[tokio::test(start_paused = true)]
async fn delivery_above_the_limit_waits_and_is_then_503() {
    let endpoint = limited(2, WAIT);
    let work = &endpoint.router().work;
    let running = [begin(&endpoint, 1), begin(&endpoint, 2)];
    work.begun.wait().await;
    work.begun.wait().await;
    let started = Instant::now();
    let answer = endpoint
        .handle(delivery("batch.completed").into_request())
        .await;
    assert_eq!(started.elapsed(), WAIT);
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "10");
    assert_eq!((work.begun.count(), endpoint.in_flight()), (0, 2));
    work.go_on.send_all();
    for running in running {
        assert_eq!(running.await.unwrap(), 200);
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_delivery_runs_as_soon_as_a_slot_is_free() {
    let endpoint = limited(1, WAIT);
    let work = &endpoint.router().work;
    let calls = [
        begin(&endpoint, 1),
        begin(&endpoint, 2),
        begin(&endpoint, 3),
    ];
    for _ in 0..3 {
        work.begun.wait().await;
        assert_eq!(work.begun.count(), 0);
        work.go_on.send();
    }
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
    assert_eq!(*work.done.lock().unwrap(), ["msg_1", "msg_2", "msg_3"]);
}

#[tokio::test]
async fn queue_timeout_of_zero_is_503_at_once() {
    let endpoint = limited(1, Duration::ZERO);
    let work = &endpoint.router().work;
    let first = begin(&endpoint, 1);
    work.begun.wait().await;
    assert_eq!(within(begin(&endpoint, 2)).await.unwrap(), 503);
    // The same through `handle_bytes`.
    let good = delivery("batch.completed");
    let answer = endpoint.handle_bytes(&good.headers, good.body).await;
    assert_eq!(answer.status(), 503);
    work.go_on.send_all();
    assert_eq!(within(first).await.unwrap(), 200);
    assert_eq!(within(begin(&endpoint, 3)).await.unwrap(), 200);
}

#[tokio::test(start_paused = true)]
async fn handler_keeps_its_slot_when_its_sender_disconnects() {
    let endpoint = limited(1, WAIT);
    let work = &endpoint.router().work;
    let call = endpoint.handle(delivery("batch.completed").into_request());
    assert!(timeout(Duration::from_secs(1), call).await.is_err());
    assert_eq!(begin(&endpoint, 2).await.unwrap(), 503);
    work.go_on.send();
    work.ended.wait().await;
    work.go_on.send();
    assert_eq!(begin(&endpoint, 3).await.unwrap(), 200);
}

#[tokio::test(start_paused = true)]
async fn request_dropped_while_waiting_takes_no_slot() {
    let endpoint = limited(1, WAIT);
    let work = &endpoint.router().work;
    let first = begin(&endpoint, 1);
    work.begun.wait().await;
    let call = endpoint.handle(numbered("batch.completed", 2).into_request());
    assert!(timeout(Duration::from_secs(1), call).await.is_err());
    assert_eq!(endpoint.in_flight(), 1);
    work.go_on.send_all();
    assert_eq!(first.await.unwrap(), 200);
    within(endpoint.shutdown()).await;
    assert_eq!(*work.done.lock().unwrap(), ["msg_1"]);
}

#[tokio::test(start_paused = true)]
async fn panicking_handler_releases_its_slot() {
    let endpoint = limited(1, Duration::ZERO);
    endpoint.router().work.go_on.send_all();
    for (event_type, status) in [("batch.failed", 500), ("batch.completed", 200)] {
        let answer = endpoint.handle(delivery(event_type).into_request()).await;
        assert_eq!(answer.status(), status);
    }
}

#[tokio::test(start_paused = true)]
async fn unhandled_and_forged_deliveries_need_no_slot() {
    let endpoint = limited(1, WAIT);
    let work = &endpoint.router().work;
    let first = begin(&endpoint, 1);
    work.begun.wait().await;
    let started = Instant::now();
    let answer = endpoint
        .handle(delivery("video.failed").into_request())
        .await;
    assert_eq!(answer.status(), 200);
    let mut forged = delivery("batch.completed");
    forged
        .headers
        .insert("webhook-id", http::HeaderValue::from_static("msg_x"));
    assert_eq!(endpoint.handle(forged.into_request()).await.status(), 401);
    assert_eq!(started.elapsed(), Duration::ZERO);
    work.go_on.send();
    assert_eq!(first.await.unwrap(), 200);
}

#[test]
fn concurrency_limit_of_zero_is_rejected_and_any_other_is_not() {
    let error = builder()
        .concurrency_limit(0)
        .queue_timeout(WAIT)
        .build()
        .unwrap_err();
    assert_eq!(error, BuildError::NoConcurrency { provider: "openai" });
    assert!(error.to_string().contains("the minimum is 1"), "{error}");
    assert!(
        builder()
            .concurrency_limit(usize::MAX)
            .queue_timeout(WAIT)
            .build()
            .is_ok()
    );
}
