//! Body timeouts and handler timeouts, on a paused clock.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request};
use http_body_util::{Empty, Full};
use tokio::time::{Instant, advance, timeout};
use webhook_runtime::{Endpoint, OnTimeout};

use crate::bodies::Trickle;
use crate::work::{App, builder, delivery, endpoint, within};

/// A request with the headers of a valid delivery and a body that sends one byte per interval.
fn trickling(apart: Duration) -> Request<Trickle> {
    let good = delivery("batch.completed");
    let body = Trickle::new(good.body.clone(), apart);
    let mut request = Request::post("/").body(body).expect("a good request");
    *request.headers_mut() = good.headers;
    request
}

#[tokio::test(start_paused = true)]
async fn trickling_body_is_408_after_ten_seconds() {
    let started = Instant::now();
    let answer = endpoint().handle(trickling(Duration::from_secs(1))).await;
    assert_eq!(answer.status(), 408);
    assert_eq!(started.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn body_timeout_can_be_set_or_removed() {
    let apart = Duration::from_secs(1);
    let short = builder().body_timeout(Duration::from_millis(2500));
    let started = Instant::now();
    let answer = short.build().unwrap().handle(trickling(apart)).await;
    assert_eq!(answer.status(), 408);
    assert_eq!(started.elapsed(), Duration::from_millis(2500));

    let open = builder().body_timeout(None).build().unwrap();
    open.router().work.go_on.send();
    assert_eq!(open.handle(trickling(apart)).await.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn rejected_trickling_body_is_drained_for_a_second_at_most() {
    let endpoint = endpoint();
    let started = Instant::now();
    let mut forged = trickling(Duration::from_millis(300));
    forged.headers_mut().remove("webhook-id");
    assert_eq!(endpoint.handle(forged).await.status(), 400);
    let mut large = trickling(Duration::from_secs(60));
    let length = HeaderValue::from_static("99999999");
    large.headers_mut().insert("content-length", length);
    assert_eq!(endpoint.handle(large).await.status(), 413);
    assert_eq!(started.elapsed().as_secs(), 2);
    assert_eq!(endpoint.router().work.begun.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn expect_100_continue_is_answered_without_reading_the_body() {
    let started = Instant::now();
    let mut forged = trickling(Duration::from_secs(1));
    forged.headers_mut().remove("webhook-id");
    let expect = HeaderValue::from_static("100-continue");
    forged.headers_mut().insert("expect", expect);
    assert_eq!(endpoint().handle(forged).await.status(), 400);
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn body_within_the_timeout_is_read() {
    let endpoint = endpoint();
    endpoint.router().work.go_on.send();
    let answer = endpoint.handle(trickling(Duration::from_millis(50))).await;
    assert_eq!(answer.status(), 200);
}

fn with_timeout(then: OnTimeout) -> Endpoint<App> {
    let deadline = Duration::from_secs(8);
    builder()
        .handler_timeout(deadline)
        .on_handler_timeout(then)
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn handler_finishes_in_the_background_after_its_timeout() {
    let endpoint = with_timeout(OnTimeout::Finish);
    let work = &endpoint.router().work;
    let started = Instant::now();
    let call = endpoint.handle(delivery("batch.completed").into_request());
    let answer = within(call).await;
    assert_eq!(started.elapsed().as_secs(), 8);
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "10");
    assert_eq!((work.dropped.count(), endpoint.in_flight()), (0, 1));
    advance(Duration::from_secs(3600)).await;
    assert_eq!(endpoint.in_flight(), 1);
    work.go_on.send();
    within(endpoint.shutdown()).await;
    assert_eq!(*work.done.lock().unwrap(), ["msg_0"]);
}

#[tokio::test(start_paused = true)]
async fn cancelled_handler_is_dropped_at_its_timeout() {
    let endpoint = with_timeout(OnTimeout::Cancel);
    let work = &endpoint.router().work;
    let answer = endpoint
        .handle(delivery("batch.completed").into_request())
        .await;
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "10");
    assert_eq!((work.dropped.count(), endpoint.in_flight()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn timeout_holds_for_a_handler_whose_sender_disconnected() {
    let endpoint = with_timeout(OnTimeout::Cancel);
    let work = &endpoint.router().work;
    let call = endpoint.handle(delivery("batch.completed").into_request());
    assert!(timeout(Duration::from_secs(1), call).await.is_err());
    assert_eq!((work.dropped.count(), endpoint.in_flight()), (0, 1));
    work.dropped.wait().await;
    within(endpoint.shutdown()).await;
    assert_eq!(work.ended.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn handler_that_panics_when_cancelled_is_500() {
    let endpoint = with_timeout(OnTimeout::Cancel);
    let answer = endpoint
        .handle(delivery("batch.cancelled").into_request())
        .await;
    assert_eq!(answer.status(), 500);
    assert_eq!(endpoint.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn handle_bytes_cancels_or_awaits_a_handler_at_its_timeout() {
    let good = delivery("batch.completed");
    let endpoint = with_timeout(OnTimeout::Cancel);
    let answer = endpoint
        .handle_bytes(&good.headers, good.body.clone())
        .await;
    assert_eq!(answer.status(), 503);

    let endpoint = with_timeout(OnTimeout::Finish);
    let call = endpoint.handle_bytes(&good.headers, good.body);
    let later = async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        endpoint.router().work.go_on.send();
    };
    let (answer, ()) = tokio::join!(call, later);
    assert_eq!(answer.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn handler_within_its_timeout_is_answered_normally() {
    for then in [OnTimeout::Finish, OnTimeout::Cancel] {
        let endpoint = with_timeout(then);
        endpoint.router().work.go_on.send_all();
        for (event_type, status) in [("batch.completed", 200), ("batch.failed", 500)] {
            let answer = endpoint.handle(delivery(event_type).into_request()).await;
            assert_eq!(answer.status(), status);
        }
        assert_eq!(endpoint.in_flight(), 0);
    }
}

#[test]
fn without_a_runtime_no_timeout_elapses_and_nothing_panics() {
    let endpoint = with_timeout(OnTimeout::Cancel);
    let mut call = Box::pin(endpoint.handle(delivery("batch.completed").into_request()));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(call.as_mut().poll(&mut cx).is_pending());
    endpoint.router().work.go_on.send();
    assert!(call.as_mut().poll(&mut cx).is_ready());

    let mut request = Request::post("/").body(Full::<Bytes>::default()).unwrap();
    *request.headers_mut() = delivery("batch.completed").headers;
    let mut call = Box::pin(endpoint.handle(request));
    assert!(call.as_mut().poll(&mut cx).is_ready());
    let empty = Request::get("/").body(Empty::<Bytes>::new()).unwrap();
    assert!(
        Box::pin(endpoint.handle(empty))
            .as_mut()
            .poll(&mut cx)
            .is_ready()
    );
}

#[test]
fn on_a_runtime_without_timers_no_timeout_elapses() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let endpoint = with_timeout(OnTimeout::Cancel);
    let answer = runtime.block_on(async {
        let call = endpoint.handle(delivery("batch.completed").into_request());
        let later = async {
            tokio::task::yield_now().await;
            endpoint.router().work.go_on.send();
        };
        tokio::join!(call, later).0
    });
    assert_eq!(answer.status(), 200);
}
