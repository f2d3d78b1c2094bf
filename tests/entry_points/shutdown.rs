//! Shutdown: no new deliveries, and a wait for the handlers in flight.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::wire::{post, send, serve, status, whole};
use crate::work::{delivery, endpoint, numbered, within};

#[tokio::test]
async fn idle_endpoint_shuts_down_at_once() {
    let endpoint = endpoint();
    for _ in 0..2 {
        let drained = within(endpoint.shutdown()).await;
        assert_eq!((drained.completed, drained.remaining), (0, 0));
    }
}

#[tokio::test]
async fn shutdown_awaits_running_handlers_and_rejects_new_deliveries() {
    let endpoint = endpoint();
    let work = &endpoint.router().work;
    let server = serve(endpoint.clone()).await;
    let running = send(server, &whole(&delivery("batch.completed"))).await;
    work.begun.wait().await;

    let other = endpoint.clone();
    let shutdown = tokio::spawn(async move { other.shutdown().await });
    let again = tokio::spawn({
        let endpoint = endpoint.clone();
        async move { endpoint.shutdown().await }
    });
    while post(server, &delivery("video.failed"))
        .await
        .unwrap()
        .status
        != 200
    {}
    let rejected = post(server, &numbered("batch.completed", 1)).await.unwrap();
    assert_eq!(rejected.status, 503);
    assert!(
        rejected.head.contains("retry-after: 10\r\n"),
        "{}",
        rejected.head
    );
    let good = delivery("batch.completed");
    let answer = endpoint.handle_bytes(&good.headers, good.body).await;
    assert_eq!(answer.status(), 503);
    assert!(!shutdown.is_finished() && !again.is_finished());

    work.go_on.send();
    assert_eq!(within(status(running)).await, 200);
    let drained = within(shutdown).await.unwrap();
    assert_eq!((drained.completed, drained.remaining), (1, 0));
    assert_eq!(within(again).await.unwrap().remaining, 0);
}

#[tokio::test(start_paused = true)]
async fn shutdown_within_reports_the_remaining_handlers() {
    let endpoint = endpoint();
    let work = &endpoint.router().work;
    for number in 0..3 {
        let call = endpoint.handle(numbered("batch.completed", number).into_request());
        assert!(timeout(Duration::ZERO, call).await.is_err());
    }
    work.go_on.send();
    work.ended.wait().await;
    let drained = endpoint.shutdown_within(Duration::from_secs(5)).await;
    assert_eq!((drained.completed, drained.remaining), (0, 2));
    work.go_on.send_all();
    let drained = endpoint.shutdown_within(Duration::from_secs(5)).await;
    assert_eq!(drained.remaining, 0);
}

#[tokio::test]
async fn dropped_shutdown_still_closes_the_endpoint() {
    let endpoint = endpoint();
    let call = endpoint.handle(delivery("batch.completed").into_request());
    assert!(timeout(Duration::ZERO, call).await.is_err());
    assert!(timeout(Duration::ZERO, endpoint.shutdown()).await.is_err());
    let answer = endpoint
        .handle(delivery("batch.completed").into_request())
        .await;
    assert_eq!(answer.status(), 503);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shutdown_under_load_loses_no_accepted_delivery() {
    let endpoint = endpoint();
    let work = &endpoint.router().work;
    work.go_on.send_all();
    let server = serve(endpoint.clone()).await;
    let enough = Arc::new(AtomicBool::new(false));
    let senders: Vec<_> = (0..8)
        .map(|sender| {
            let enough = Arc::clone(&enough);
            tokio::spawn(async move {
                let mut accepted = Vec::new();
                let mut rejected = 0;
                for turn in 0.. {
                    if enough.load(Ordering::Relaxed) && rejected > 0 {
                        break;
                    }
                    let number = sender * 10_000 + turn;
                    let delivery = numbered("batch.completed", number);
                    match post(server, &delivery).await.expect("an answer").status {
                        200 => accepted.push(format!("msg_{number}")),
                        503 => rejected += 1,
                        other => panic!("{other}"),
                    }
                }
                accepted
            })
        })
        .collect();
    for _ in 0..200 {
        work.begun.wait().await;
    }
    let drained = within(endpoint.shutdown()).await;
    assert_eq!((drained.remaining, endpoint.in_flight()), (0, 0));
    // From here on no handler runs.
    let done = work.done.lock().unwrap().clone();
    enough.store(true, Ordering::Relaxed);
    let mut accepted = 0;
    for sender in senders {
        for id in within(sender).await.unwrap() {
            assert!(done.contains(&id), "{id} is lost");
            accepted += 1;
        }
    }
    assert_eq!(work.done.lock().unwrap().len(), done.len());
    assert_eq!(accepted, done.len());
}

#[tokio::test]
async fn shutdown_awaits_detached_handlers_after_the_server_stopped() {
    let endpoint = endpoint();
    let work = &endpoint.router().work;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    let web = axum::Router::new().route_service("/", endpoint.clone());
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(async move {
        let stopped = async { drop(stopped.await) };
        axum::serve(listener, web)
            .with_graceful_shutdown(stopped)
            .await
    });
    let kept = send(server, &whole(&delivery("batch.completed"))).await;
    let dropped = send(server, &whole(&numbered("batch.expired", 1))).await;
    work.begun.wait().await;
    work.begun.wait().await;
    drop(dropped);
    stop.send(()).unwrap();
    work.go_on.send();
    work.go_on.send();
    let answered = within(status(kept)).await;
    within(served).await.unwrap().unwrap();
    assert_eq!(within(endpoint.shutdown()).await.remaining, 0);
    assert_eq!(answered, 200);
    assert_eq!(work.done.lock().unwrap().len(), 2);
}

#[test]
fn without_a_runtime_shutdown_within_does_not_wait() {
    let endpoint = endpoint();
    let mut cx = Context::from_waker(Waker::noop());
    let mut call = Box::pin(endpoint.handle(delivery("batch.completed").into_request()));
    assert!(call.as_mut().poll(&mut cx).is_pending());
    let shutdown = pin!(endpoint.shutdown_within(Duration::from_secs(5)));
    let Poll::Ready(drained) = shutdown.poll(&mut cx) else {
        panic!("`shutdown_within` waits");
    };
    assert_eq!((drained.completed, drained.remaining), (0, 1));
}
