//! The endpoint under layers, and in servers without a framework.

#![allow(
    clippy::expect_used,
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    reason = "tests"
)]

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::{Service as _, ServiceBuilder, ServiceExt};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};
use tower_http::trace::TraceLayer;
use webhook_runtime::openai::{BatchCompleted, BatchFailed, OpenAi};
use webhook_runtime::testing::{SignedDelivery, Signer, TEST_SECRET, TestClock};
use webhook_runtime::{Endpoint, Event, WebhookRouter, on};

struct Signals {
    begun: Semaphore,
    go_on: Semaphore,
    ended: Semaphore,
}

impl Default for Signals {
    fn default() -> Self {
        let signal = || Semaphore::new(0);
        Self {
            begun: signal(),
            go_on: signal(),
            ended: signal(),
        }
    }
}

async fn wait(signal: &Semaphore) {
    signal.acquire().await.expect("never closed").forget();
}

#[on("batch.completed")]
async fn works(_: Event<BatchCompleted>, signals: &Signals) {
    signals.begun.add_permits(1);
    wait(&signals.go_on).await;
    signals.ended.add_permits(1);
}

#[on("batch.failed")]
async fn panics(_: Event<BatchFailed>) {
    panic!("on purpose");
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = OpenAi, handlers(works, panics))]
struct App {
    #[webhook(state)]
    signals: Signals,
}

fn endpoint() -> Endpoint<App> {
    Endpoint::builder(App::default())
        .secret(TEST_SECRET)
        .clock(TestClock::default())
        .build()
        .expect("the secret is valid")
}

fn delivery(event_type: &str) -> SignedDelivery {
    let body = format!(r#"{{"type":"{event_type}","data":{{"id":"batch_1"}}}}"#);
    Signer::default().sign(body)
}

fn request(event_type: &str) -> Request<Full<Bytes>> {
    delivery(event_type).into_request()
}

#[tokio::test(start_paused = true)]
async fn timeout_layer_answers_and_the_handler_ends() {
    let endpoint = endpoint();
    let signals = &endpoint.router().signals;
    let mut service = ServiceBuilder::new()
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            Duration::from_secs(5),
        ))
        .service(endpoint.clone());
    let Ok(answer) = service.call(request("batch.completed")).await;
    assert_eq!(answer.status(), 504);
    assert_eq!(endpoint.in_flight(), 1);
    signals.go_on.add_permits(1);
    wait(&signals.ended).await;
    assert_eq!(endpoint.shutdown().await.remaining, 0);

    // The timeout of `tower` is an error, not a response.
    let mut service = tower::timeout::Timeout::new(self::endpoint(), Duration::from_secs(5));
    assert!(service.call(request("batch.completed")).await.is_err());
}

#[tokio::test]
async fn endpoint_works_under_several_layers() {
    let endpoint = endpoint();
    endpoint.router().signals.go_on.add_permits(100);
    let service = ServiceBuilder::new()
        .buffer(8)
        .load_shed()
        .concurrency_limit(2)
        .rate_limit(100, Duration::from_secs(1))
        .timeout(Duration::from_secs(5))
        .layer(TraceLayer::new_for_http())
        .layer(CatchPanicLayer::new())
        .layer(RequestBodyLimitLayer::new(1000))
        .layer(RequestBodyTimeoutLayer::new(Duration::from_secs(5)))
        .map_request(|request: Request<_>| request)
        .service(endpoint);
    for (event_type, status) in [
        ("batch.completed", 200),
        ("batch.failed", 500),
        ("batch.completed", 200),
    ] {
        let answer = service.clone().oneshot(request(event_type)).await.unwrap();
        assert_eq!(answer.status(), status);
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert!(body.is_empty());
    }
    let large = Signer::default().sign(" ".repeat(1001)).into_request();
    let answer = service.clone().oneshot(large).await.unwrap();
    assert_eq!(answer.status(), 413);
}

#[tokio::test]
async fn clones_share_one_endpoint_and_are_always_ready() {
    let endpoint = endpoint();
    let mut clones = [endpoint.clone(), endpoint.clone()];
    for service in &mut clones {
        ServiceExt::<Request<Full<Bytes>>>::ready(service)
            .await
            .unwrap();
        drop(service.call(request("video.failed")).await);
    }
    assert_eq!(endpoint.unhandled(), 2);
    let boxed = tower::util::BoxCloneSyncService::new(endpoint);
    let answer = boxed.oneshot(request("video.failed")).await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn endpoint_serves_hyper_without_a_framework() {
    let endpoint = endpoint();
    endpoint.router().signals.go_on.add_permits(100);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for is_http2 in [false, true] {
            let (stream, _) = listener.accept().await.unwrap();
            let (stream, service) = (
                TokioIo::new(stream),
                TowerToHyperService::new(endpoint.clone()),
            );
            tokio::spawn(async move {
                match is_http2 {
                    false => {
                        hyper::server::conn::http1::Builder::new()
                            .serve_connection(stream, service)
                            .await
                    }
                    true => {
                        hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                            .serve_connection(stream, service)
                            .await
                    }
                }
            });
        }
    });

    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let answer = sender
        .send_request(request("batch.completed"))
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);

    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), stream)
            .await
            .unwrap();
    tokio::spawn(connection);
    let answer = sender
        .send_request(request("batch.completed"))
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn reset_http2_stream_detaches_its_handler() {
    let endpoint = endpoint();
    let shared = endpoint.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let service = TowerToHyperService::new(endpoint);
        hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .serve_connection(TokioIo::new(stream), service)
            .await
    });
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake::<_, _, Full<Bytes>>(TokioExecutor::new(), stream)
            .await
            .unwrap();
    tokio::spawn(connection);
    let signals = &shared.router().signals;
    tokio::select! {
        _ = sender.send_request(request("batch.completed")) => unreachable!("the handler waits"),
        () = wait(&signals.begun) => {}
    }
    drop(sender);
    signals.go_on.add_permits(1);
    wait(&signals.ended).await;
    assert_eq!(shared.shutdown().await.remaining, 0);
}

#[tokio::test]
async fn axum_layers_apply_to_the_endpoint() {
    let endpoint = endpoint();
    let web = axum::Router::new()
        .route_service("/", endpoint.clone())
        .layer(TraceLayer::new_for_http())
        .layer(CatchPanicLayer::new())
        .layer(RequestBodyLimitLayer::new(50));
    let answer = web
        .clone()
        .oneshot(request("video.failed").map(axum::body::Body::new))
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    // A body without a declared length meets the layer's limit inside the endpoint.
    let body = " ".repeat(51).map_frame(|frame| frame);
    let large = request("batch.completed").map(|_| axum::body::Body::new(body));
    assert_eq!(web.oneshot(large).await.unwrap().status(), 413);
}
