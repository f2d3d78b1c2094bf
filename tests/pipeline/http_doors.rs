//! The doors that take HTTP requests: methods, lengths, bodies in pieces, and the service.

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

use crate::bodies::Pieces;
use crate::everything::{Case, OfAnthropic, OfOpenAi, of_all};

fn signed<C: Case>() -> SignedDelivery {
    Signer::default().sign(C::GOOD)
}

/// A request with the headers of a delivery and another body.
fn request<B>(delivery: &SignedDelivery, body: B) -> Request<B> {
    let mut request = Request::post("/").body(body).expect("a good request");
    *request.headers_mut() = delivery.headers.clone();
    request
}

/// An endpoint for bodies of at most this size.
fn limited<C: Case>(limit: usize) -> Endpoint<C::Everything> {
    Endpoint::builder(C::Everything::default())
        .secret(TEST_SECRET)
        .clock(TestClock::default())
        .body_limit(limit)
        .build()
        .expect("a good secret")
}

/// A body of this size that decodes, whatever its white space.
fn of_size<C: Case>(size: usize) -> Bytes {
    let mut body = C::GOOD.as_bytes().to_vec();
    body.resize(size, b' ');
    body.into()
}

/// The status; the answer has no body and says nothing of one.
async fn status(answer: Response<ResponseBody>) -> u16 {
    let (parts, body) = answer.into_parts();
    assert_eq!(body.size_hint().exact(), Some(0));
    let body = body.collect().await.expect("it cannot fail").to_bytes();
    assert!(body.is_empty());
    assert!(!parts.headers.contains_key("content-type"));
    parts.status.as_u16()
}

#[tokio::test]
async fn a_method_that_is_not_post_is_405_and_told_which_is() {
    let endpoint = limited::<OfOpenAi>(1000);
    for method in [
        Method::GET,
        Method::HEAD,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::from_bytes(b"PROPFIND").expect("a method"),
    ] {
        let mut request = signed::<OfOpenAi>().into_request();
        *request.method_mut() = method.clone();
        let answer = endpoint.handle(request).await;
        assert_eq!(answer.headers().len(), 1);
        assert_eq!(answer.headers()["allow"], "POST");
        assert_eq!(status(answer).await, 405, "{method}");
    }
}

#[tokio::test]
async fn a_body_in_pieces_is_put_together() {
    async fn test<C: Case>() {
        let driver = C::everything();
        let delivery = signed::<C>();
        for size in [1, 7, delivery.body.len()] {
            let body = Pieces::cut(&delivery.body, size);
            let answer = driver.endpoint().handle(request(&delivery, body)).await;
            assert_eq!(status(answer).await, 200);
        }
    }
    of_all!(test);
}

#[tokio::test]
async fn the_limit_is_the_largest_body_that_is_taken() {
    async fn test<C: Case>() {
        let limit = C::GOOD.len() + 10;
        let endpoint = limited::<C>(limit);
        for (size, expected) in [(limit - 1, 200), (limit, 200), (limit + 1, 413)] {
            let delivery = Signer::default().sign(of_size::<C>(size));
            let body = delivery.body.clone();
            let answer = endpoint.handle_bytes(&delivery.headers, body).await;
            assert_eq!(status(answer).await, expected, "{size} whole");
            let answer = endpoint.handle(delivery.clone().into_request()).await;
            assert_eq!(status(answer).await, expected, "{size} in a request");
            let body = Pieces::cut(&delivery.body, 50);
            let answer = endpoint.handle(request(&delivery, body)).await;
            assert_eq!(status(answer).await, expected, "{size} in pieces");
        }
    }
    of_all!(test);
}

#[tokio::test]
async fn the_limit_is_one_mebibyte_unless_told() {
    let driver = OfOpenAi::everything();
    for (size, expected) in [(1024 * 1024, 200), (1024 * 1024 + 1, 413)] {
        let delivery = Signer::default().sign(of_size::<OfOpenAi>(size));
        let answer = driver.endpoint().handle(delivery.into_request()).await;
        assert_eq!(status(answer).await, expected);
    }
}

#[tokio::test]
async fn a_length_that_lies_moves_no_limit() {
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
        let body = Pieces::cut(&delivery.body, 100);
        let mut request = request(delivery, body);
        let length = HeaderValue::from_static(length);
        request
            .headers_mut()
            .insert("content-length", length.clone());
        let answer = endpoint.handle(request).await;
        assert_eq!(status(answer).await, expected, "{length:?}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_400() {
    let driver = OfOpenAi::everything();
    let delivery = signed::<OfOpenAi>();
    let broken = || Err(io::Error::other("the connection is gone"));
    for pieces in [
        vec![broken()],
        vec![Ok(delivery.body.slice(..10)), broken()],
        vec![Ok(delivery.body.clone()), broken()],
    ] {
        let request = request(&delivery, Pieces::new(pieces));
        let answer = driver.endpoint().handle(request).await;
        assert_eq!(status(answer).await, 400);
    }
}

#[tokio::test]
async fn an_endless_body_is_refused_after_a_bounded_part_of_it() {
    let driver = OfOpenAi::everything();
    let good = signed::<OfOpenAi>();
    let mut stale = Signer::default();
    stale = stale.at(webhook_runtime::Timestamp::from_second(1));
    let stale = stale.sign(OfOpenAi::GOOD);
    let kibibytes = 64;
    for (delivery, expected) in [(&good, 413), (&stale, 401)] {
        let body = Pieces::endless(Bytes::from(vec![b' '; kibibytes * 1024]));
        let taken = body.taken();
        let answer = driver.endpoint().handle(request(delivery, body)).await;
        assert_eq!(status(answer).await, expected);
        let taken = taken.load(Ordering::Relaxed) * kibibytes;
        assert!(taken <= 2 * 1024, "{taken} KiB");
    }
}

#[tokio::test]
async fn it_is_a_service_that_is_always_ready() {
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
    let Ok(answer) = service.call(signed::<OfOpenAi>().into_request()).await;
    assert_eq!(status(answer).await, 200);

    let mut service = is_service::<Pieces, _>(service.clone());
    let delivery = signed::<OfOpenAi>();
    let forged = request(&delivery, Pieces::new([Ok(Bytes::from_static(b"{}"))]));
    let Ok(answer) = service.call(forged).await;
    assert_eq!(status(answer).await, 401);
    let mut get = signed::<OfOpenAi>().into_request();
    *get.method_mut() = Method::GET;
    let Ok(answer) = service.call(get).await;
    assert_eq!(status(answer).await, 405);
}
