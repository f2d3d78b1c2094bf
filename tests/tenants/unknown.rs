//! Unknown tenants are indistinguishable from wrong signatures.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use webhook_runtime::testing::{Signer, TEST_TIME};
use webhook_runtime::{Endpoint, Secret, endpoint::ResponseBody};

use crate::app::{App, BODY, builder, seen, shown, signed, status, to};
use crate::table::Table;

fn endpoint() -> Endpoint<App> {
    let table = Table::of(&[("acme", "secret-of-acme"), ("globex", "secret-of-globex")]);
    builder(table).build().unwrap()
}

#[tokio::test]
async fn each_tenant_is_verified_with_its_own_secret_only() {
    let endpoint = endpoint();
    for tenant in ["acme", "globex"] {
        for signer in ["acme", "globex", "initech"] {
            let expected = if tenant == signer { 200 } else { 401 };
            let (path, secret) = (format!("/webhooks/{tenant}"), format!("secret-of-{signer}"));
            assert_eq!(
                status(&endpoint, &path, &secret).await,
                expected,
                "{tenant} {signer}"
            );
        }
    }
    assert_eq!(seen(&endpoint), ["acme", "globex"]);
}

/// A body that counts the bytes that are read.
struct Counted(Bytes, Arc<AtomicUsize>);

impl Body for Counted {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.0.is_empty() {
            return Poll::Ready(None);
        }
        let piece = self.0.split_to(1);
        self.1.fetch_add(1, Ordering::SeqCst);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

async fn answer(endpoint: &Endpoint<App>, path: &str) -> (Response<ResponseBody>, usize) {
    let read = Arc::new(AtomicUsize::new(0));
    let (parts, _) = to(path, "some-other-secret").into_parts();
    let body = Counted(BODY.into(), Arc::clone(&read));
    let answer = endpoint.handle(Request::from_parts(parts, body)).await;
    let read = read.load(Ordering::SeqCst);
    (answer, read)
}

#[tokio::test]
async fn unknown_tenant_is_answered_like_a_wrong_signature() {
    let endpoint = endpoint();
    let (wrong, read) = answer(&endpoint, "/webhooks/acme").await;
    assert_eq!(wrong.status(), 401);
    assert!(wrong.headers().is_empty());
    assert!(wrong.body().is_end_stream());
    assert_eq!(read, BODY.len());
    for path in [
        "/webhooks/initech",
        "/webhooks/",
        "/webhooks/%ff",
        "/",
        "/webhooks/..",
    ] {
        let (unknown, read) = answer(&endpoint, path).await;
        assert_eq!(shown(&unknown), shown(&wrong), "{path}");
        assert_eq!(read, BODY.len(), "{path}");
    }
}

#[tokio::test]
async fn body_too_large_is_rejected_alike() {
    let table = Table::of(&[("acme", "secret-of-acme")]);
    let endpoint = builder(table).body_limit(BODY.len() - 1).build().unwrap();
    for path in ["/webhooks/acme", "/webhooks/initech", "/webhooks/.."] {
        // Its length is not declared.
        let (answer, _) = answer(&endpoint, path).await;
        assert_eq!(answer.status(), 413, "{path}");
    }
}

#[tokio::test]
async fn headers_and_time_are_rejected_alike_without_a_call_of_the_source() {
    let table = Table::of(&[("acme", "secret-of-acme")]);
    let endpoint = builder(table.clone()).build().unwrap();
    for path in ["/webhooks/acme", "/webhooks/initech", "/webhooks/.."] {
        let mut request = to(path, "secret-of-acme");
        request.headers_mut().remove("webhook-id");
        assert_eq!(endpoint.handle(request).await.status(), 400);
        let old = webhook_runtime::Timestamp::from_second(TEST_TIME.as_second() - 301);
        let signer = Signer::new(&Secret::base64("c2VjcmV0")).unwrap().at(old);
        let mut request = signer.sign(BODY).into_request();
        *request.uri_mut() = path.parse().unwrap();
        assert_eq!(endpoint.handle(request).await.status(), 401);
    }
    assert_eq!(table.take_calls(), [""; 0]);
}

/// The dummy key of unknown tenants: the base point of ed25519. It is public, so it must verify nothing.
fn dummy_signer() -> Signer {
    let mut key = [0x66; 32];
    key[0] = 0x58;
    Signer::new(&Secret::from_bytes(key)).unwrap()
}

#[tokio::test]
async fn signature_of_the_dummy_key_is_rejected() {
    let endpoint = endpoint();
    for path in ["/webhooks/initech", "/webhooks/acme", "/webhooks/", "/"] {
        let mut request = dummy_signer().sign(BODY).into_request();
        *request.uri_mut() = path.parse().unwrap();
        assert_eq!(endpoint.handle(request).await.status(), 401, "{path}");
    }
    let delivery = dummy_signer().sign(BODY);
    let answer = endpoint.handle_bytes(&delivery.headers, delivery.body);
    assert_eq!(answer.await.status(), 401);
    assert_eq!(seen(&endpoint), [""; 0]);
}

#[tokio::test]
async fn removed_tenant_is_unknown() {
    let table = Table::of(&[("acme", "secret-of-acme")]);
    let endpoint = builder(table.clone()).build().unwrap();
    assert_eq!(
        status(&endpoint, "/webhooks/acme", "secret-of-acme").await,
        200
    );
    table.remove("acme");
    assert_eq!(
        status(&endpoint, "/webhooks/acme", "secret-of-acme").await,
        401
    );
}

#[tokio::test]
async fn any_of_a_tenants_secrets_verifies() {
    let table = Table::of(&[]);
    table.set("acme", &["a-new-one", "an-old-one"]);
    let endpoint = builder(table).build().unwrap();
    for secret in ["a-new-one", "an-old-one"] {
        assert_eq!(status(&endpoint, "/webhooks/acme", secret).await, 200);
    }
    assert_eq!(status(&endpoint, "/webhooks/acme", "another").await, 401);
    let delivery = signed("a-new-one");
    let answer = endpoint.handle_bytes(&delivery.headers, delivery.body);
    assert_eq!(answer.await.status(), 401, "this entry point sees no path");
}
