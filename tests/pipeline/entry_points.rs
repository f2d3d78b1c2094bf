//! Entry points for HTTP requests: methods, lengths, bodies in chunks, and the `tower` service.

use std::convert::Infallible;
use std::io;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt as _, Full};
use tower_service::Service;
use webhook_runtime::testing::{Driver, SignedDelivery, Signer, TEST_SECRET, TestClock};
use webhook_runtime::{Endpoint, endpoint::ResponseBody};

use crate::bodies::Chunks;
use crate::providers::{Case, OfAnthropic, OfOpenAi, for_each_provider};

fn signed<C: Case>() -> SignedDelivery {
    Signer::default().sign(C::VALID)
}

/// Request with the headers of a delivery and another body.
fn request<B>(delivery: &SignedDelivery, body: B) -> Request<B> {
    let mut request = Request::post("/").body(body).unwrap();
    *request.headers_mut() = delivery.headers.clone();
    request
}

/// Endpoint with a body limit, in bytes.
fn limited<C: Case>(limit: usize) -> Endpoint<C::Everything> {
    Endpoint::builder(C::Everything::default())
        .secret(TEST_SECRET)
        .clock(TestClock::default())
        .body_limit(limit)
        .build()
        .unwrap()
}

/// Valid body of this size in bytes, padded with spaces.
fn of_size<C: Case>(size: usize) -> Bytes {
    let mut body = C::VALID.as_bytes().to_vec();
    body.resize(size, b' ');
    body.into()
}

/// Status of a response, which has no body and no content type.
async fn status(response: Response<ResponseBody>) -> u16 {
    let (parts, body) = response.into_parts();
    assert_eq!(body.size_hint().exact(), Some(0));
    let body = body.collect().await.unwrap().to_bytes();
    assert!(body.is_empty());
    assert!(!parts.headers.contains_key("content-type"));
    parts.status.as_u16()
}

#[tokio::test]
async fn a_method_other_than_post_is_405() {
    let endpoint = limited::<OfOpenAi>(1000);
    for method in [
        Method::GET,
        Method::HEAD,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::from_bytes(b"PROPFIND").unwrap(),
    ] {
        let mut request = signed::<OfOpenAi>().into_request();
        *request.method_mut() = method.clone();
        let response = endpoint.handle(request).await;
        assert_eq!(response.headers().len(), 1);
        assert_eq!(response.headers()["allow"], "POST");
        assert_eq!(status(response).await, 405, "{method}");
    }
}

#[tokio::test]
async fn a_body_in_chunks_is_collected() {
    async fn test<C: Case>() {
        let driver = C::everything();
        let delivery = signed::<C>();
        for size in [1, 7, delivery.body.len()] {
            let body = Chunks::split(&delivery.body, size);
            let response = driver.endpoint().handle(request(&delivery, body)).await;
            assert_eq!(status(response).await, 200);
        }
    }
    for_each_provider!(test);
}

#[tokio::test]
async fn a_body_at_the_limit_is_accepted() {
    async fn test<C: Case>() {
        let limit = C::VALID.len() + 10;
        let endpoint = limited::<C>(limit);
        for (size, expected) in [(limit - 1, 200), (limit, 200), (limit + 1, 413)] {
            let delivery = Signer::default().sign(of_size::<C>(size));
            let body = delivery.body.clone();
            let response = endpoint.handle_bytes(&delivery.headers, body).await;
            assert_eq!(status(response).await, expected, "{size} whole");
            let response = endpoint.handle(delivery.clone().into_request()).await;
            assert_eq!(status(response).await, expected, "{size} in a request");
            let body = Chunks::split(&delivery.body, 50);
            let response = endpoint.handle(request(&delivery, body)).await;
            assert_eq!(status(response).await, expected, "{size} in chunks");
        }
    }
    for_each_provider!(test);
}

#[tokio::test]
async fn the_default_limit_is_one_mebibyte() {
    let driver = OfOpenAi::everything();
    for (size, expected) in [(1024 * 1024, 200), (1024 * 1024 + 1, 413)] {
        let delivery = Signer::default().sign(of_size::<OfOpenAi>(size));
        let response = driver.endpoint().handle(delivery.into_request()).await;
        assert_eq!(status(response).await, expected);
    }
}

#[tokio::test]
async fn a_false_content_length_does_not_change_the_limit() {
    let limit = 1000;
    let endpoint = limited::<OfAnthropic>(limit);
    let large = Signer::default().sign(of_size::<OfAnthropic>(limit + 1));
    let small = signed::<OfAnthropic>();
    for (delivery, length, expected) in [
        (&large, "10", 413),
        (&large, "none", 413),
        (&large, "-1", 413),
        (&small, "1001", 413),
        (&small, "18446744073709551615", 413),
        (&small, "1000", 200),
    ] {
        let body = Chunks::split(&delivery.body, 100);
        let mut request = request(delivery, body);
        let length = HeaderValue::from_static(length);
        request
            .headers_mut()
            .insert("content-length", length.clone());
        let response = endpoint.handle(request).await;
        assert_eq!(status(response).await, expected, "{length:?}");
    }
}

#[tokio::test]
async fn an_incomplete_body_is_400() {
    let driver = OfOpenAi::everything();
    let delivery = signed::<OfOpenAi>();
    let error = || Err(io::Error::other("connection reset"));
    for chunks in [
        vec![error()],
        vec![Ok(delivery.body.slice(..10)), error()],
        vec![Ok(delivery.body.clone()), error()],
    ] {
        let request = request(&delivery, Chunks::new(chunks));
        let response = driver.endpoint().handle(request).await;
        assert_eq!(status(response).await, 400);
    }
}

#[tokio::test]
async fn an_endless_body_is_rejected_after_a_bounded_part_of_it() {
    let driver = OfOpenAi::everything();
    let fresh = signed::<OfOpenAi>();
    let mut stale = Signer::default();
    stale = stale.at(webhook_runtime::Timestamp::from_second(1));
    let stale = stale.sign(OfOpenAi::VALID);
    let kibibytes = 64;
    for (delivery, expected) in [(&fresh, 413), (&stale, 401)] {
        let body = Chunks::endless(Bytes::from(vec![b' '; kibibytes * 1024]));
        let read = body.read();
        let response = driver.endpoint().handle(request(delivery, body)).await;
        assert_eq!(status(response).await, expected);
        let read = read.load(Ordering::Relaxed) * kibibytes;
        assert!(read <= 2 * 1024, "{read} KiB");
    }
}

#[tokio::test]
async fn an_endpoint_is_a_service_that_is_always_ready() {
    fn is_service<B, S>(service: S) -> S
    where
        S: Service<Request<B>, Response = Response<ResponseBody>, Error = Infallible>
            + Clone
            + Send
            + Sync,
        S::Future: Send,
    {
        service
    }

    let driver: Driver<_> = OfOpenAi::everything();
    let mut service = is_service::<Full<Bytes>, _>(driver.endpoint().clone());
    let mut cx = Context::from_waker(Waker::noop());
    let ready = Service::<Request<Full<Bytes>>>::poll_ready(&mut service, &mut cx);
    assert!(matches!(ready, Poll::Ready(Ok(()))));
    let Ok(response) = service.call(signed::<OfOpenAi>().into_request()).await;
    assert_eq!(status(response).await, 200);

    let mut service = is_service::<Chunks, _>(service.clone());
    let delivery = signed::<OfOpenAi>();
    let forged = request(&delivery, Chunks::new([Ok(Bytes::from_static(b"{}"))]));
    let Ok(response) = service.call(forged).await;
    assert_eq!(status(response).await, 401);
    let mut get = signed::<OfOpenAi>().into_request();
    *get.method_mut() = Method::GET;
    let Ok(response) = service.call(get).await;
    assert_eq!(status(response).await, 405);
}
