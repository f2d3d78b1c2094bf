//! A handler that has started runs to its end when its sender disconnects.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use tower_service::Service as _;
use webhook_runtime::testing::SignedDelivery;

use crate::wire::{answer, head, post, send, serve, serve_watched, whole};
use crate::work::{delivery, endpoint, numbered, within};

#[tokio::test]
async fn handler_ends_although_its_sender_disconnected() {
    for event_type in ["batch.completed", "batch.expired"] {
        let endpoint = endpoint();
        let work = &endpoint.router().work;
        let (server, gone) = serve_watched(endpoint.clone()).await;
        let connection = send(server, &whole(&delivery(event_type))).await;
        work.begun.wait().await;
        drop(connection);
        gone.wait().await;
        assert_eq!((work.ended.count(), endpoint.in_flight()), (0, 1));
        work.go_on.send();
        within(endpoint.shutdown()).await;
        assert_eq!((work.ended.count(), work.dropped.count()), (1, 0));
        assert_eq!(work.done.lock().unwrap().len(), 1, "{event_type}");
    }
}

fn request(delivery: SignedDelivery) -> Request<Full<Bytes>> {
    delivery.into_request()
}

#[tokio::test]
async fn dropped_service_future_detaches_its_handler() {
    let mut endpoint = endpoint();
    let shared = endpoint.clone();
    let work = &shared.router().work;
    let mut call = endpoint.call(request(delivery("batch.completed")));
    assert!(poll_once(&mut call).is_pending());
    drop(call);
    assert_eq!(shared.in_flight(), 1);
    work.go_on.send();
    work.ended.wait().await;
    assert_eq!(within(shared.shutdown()).await.remaining, 0);
    assert_eq!(*work.done.lock().unwrap(), ["msg_0"]);
}

#[tokio::test]
async fn dropped_handle_call_detaches_its_handler() {
    let endpoint = endpoint();
    let work = &endpoint.router().work;
    let call = endpoint.handle(request(delivery("batch.expired")));
    let elapsed = tokio::time::timeout(Duration::ZERO, call).await;
    assert!(elapsed.is_err());
    assert_eq!(endpoint.in_flight(), 1);
    work.go_on.send();
    work.ended.wait().await;
    within(endpoint.shutdown()).await;
    assert_eq!(*work.done.lock().unwrap(), ["batch_0"]);
}

#[tokio::test]
async fn dropped_handle_bytes_call_drops_its_handler() {
    let endpoint = endpoint();
    let work = &endpoint.router().work;
    let delivery = delivery("batch.completed");
    let call = endpoint.handle_bytes(&delivery.headers, delivery.body);
    assert!(tokio::time::timeout(Duration::ZERO, call).await.is_err());
    assert_eq!((work.dropped.count(), endpoint.in_flight()), (1, 0));
}

#[tokio::test]
async fn unpolled_future_starts_no_handler() {
    let mut endpoint = endpoint();
    drop(endpoint.call(request(delivery("batch.completed"))));
    assert_eq!(endpoint.router().work.begun.count(), 0);
    assert_eq!(endpoint.in_flight(), 0);
}

#[test]
fn future_dropped_outside_the_runtime_detaches_its_handler() {
    let mut endpoint = endpoint();
    let shared = endpoint.clone();
    let work = &shared.router().work;
    let mut call = endpoint.call(request(delivery("batch.completed")));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async { assert!(poll_once(&mut call).is_pending()) });
    drop(call);
    work.go_on.send();
    runtime.block_on(within(work.ended.wait()));
}

#[test]
fn without_a_runtime_the_handler_is_dropped_with_its_request() {
    let mut endpoint = endpoint();
    let shared = endpoint.clone();
    let mut call = endpoint.call(request(delivery("batch.completed")));
    assert!(poll_once(&mut call).is_pending());
    drop(call);
    let work = &shared.router().work;
    assert_eq!((work.dropped.count(), shared.in_flight()), (1, 0));
}

#[test]
fn handlers_are_dropped_with_their_runtime_without_a_panic() {
    let shared = endpoint();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut endpoint = shared.clone();
    runtime.block_on(async {
        let call = endpoint.call(request(delivery("batch.completed")));
        tokio::spawn(call);
        shared.router().work.begun.wait().await;
    });
    drop(runtime);
    assert_eq!(shared.in_flight(), 0);
    assert_eq!(shared.router().work.dropped.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn panic_does_not_affect_other_deliveries() {
    let endpoint = endpoint();
    let work = &endpoint.router().work;
    let server = serve(endpoint.clone()).await;
    let panicking = send(server, &whole(&delivery("batch.failed"))).await;
    work.begun.wait().await;
    let waiting = send(server, &whole(&delivery("batch.completed"))).await;
    work.begun.wait().await;
    let left = send(server, &whole(&numbered("batch.failed", 7))).await;
    work.begun.wait().await;
    drop(left);
    work.go_on.send_all();
    let (first, second) = tokio::join!(answer(panicking), answer(waiting));
    assert_eq!(first.expect("an answer").status, 500);
    assert_eq!(second.expect("an answer").status, 200);
    within(endpoint.shutdown()).await;
    assert_eq!(*work.done.lock().unwrap(), ["msg_0"]);
}

#[tokio::test]
async fn sender_that_disconnects_within_its_body_starts_no_handler() {
    let endpoint = endpoint();
    let server = serve(endpoint.clone()).await;
    let good = delivery("batch.completed");
    let length = format!("content-length: {}", good.body.len());
    let mut cut = head(&good, &length);
    cut.extend_from_slice(&good.body[..10]);
    drop(send(server, &cut).await);
    endpoint.router().work.go_on.send();
    assert_eq!(post(server, &good).await.expect("an answer").status, 200);
    assert_eq!(endpoint.router().work.begun.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handlers_of_many_disconnected_senders_all_end() {
    let endpoint = endpoint();
    let work = &endpoint.router().work;
    let (server, gone) = serve_watched(endpoint.clone()).await;
    let count = 50;
    let mut connections = Vec::new();
    for number in 0..count {
        connections.push(send(server, &whole(&numbered("batch.completed", number))).await);
        work.begun.wait().await;
    }
    drop(connections);
    for _ in 0..count {
        gone.wait().await;
    }
    assert_eq!(endpoint.in_flight(), count);
    work.go_on.send_all();
    let drained = within(endpoint.shutdown()).await;
    assert_eq!((work.ended.count(), work.dropped.count()), (count, 0));
    assert_eq!(drained.remaining, 0);
}

fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}
