//! Exact number of allocations of a delivery.

#![allow(
    clippy::unwrap_used,
    clippy::tests_outside_test_module,
    reason = "tests"
)]

use std::collections::HashMap;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use allocation_counter::{AllocationInfo, measure};
use serde::Deserialize;
use tower_service::Service as _;
use webhook_runtime::anthropic::{Anthropic, SessionStatusIdled};
use webhook_runtime::testing::{SignedDelivery, Signer, TEST_SECRET, TEST_TIME, TestClock};
use webhook_runtime::{
    Endpoint, EndpointBuilder, Event, Payload, Router, Scheme, Secret, Verifier, WebhookRouter, on,
    scheme::Algorithm,
};

const BODY: &str = r#"{"id":"whe_0e927f7ff16909dea770a44231961c40","created_at":"2026-10-03T17:10:50Z","data":{"id":"sesn_012EDxgC9HgnvgQyQRUejyWU","organization_id":"org_01aCJPsf6N51CBQPBBfQSPPf","type":"session.status_idled","workspace_id":"wrkspc_01z8GT5X6MA6FkEQ1PaqxziU"},"type":"event"}"#;

#[on("session.status_idled")]
async fn idled(event: Event<SessionStatusIdled>) {
    drop(event);
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct Owned;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.status_idled"))]
struct Idled<'a> {
    id: &'a str,
    organization_id: &'a str,
    workspace_id: &'a str,
}

#[on("session.status_idled")]
async fn idled_borrowed(event: Event<Idled<'_>>) {
    let Idled {
        id,
        organization_id,
        workspace_id,
    } = event.data;
    assert!(
        [id, organization_id, workspace_id]
            .iter()
            .all(|text| BODY.contains(text))
    );
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled_borrowed))]
struct Borrowed;

#[on("vault.created")]
async fn created() {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created))]
struct Unhandled;

fn delivery() -> SignedDelivery {
    Signer::default().sign(BODY)
}

fn endpoint<R: Router>(router: R) -> Endpoint<R> {
    Endpoint::builder(router)
        .secret(TEST_SECRET)
        .clock(TestClock::default())
        .build()
        .unwrap()
}

/// Returns the output of a future that is ready at the first poll.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future is pending"),
    }
}

/// Number of allocations of the second delivery of a type. The first may log a warning and initialize caches.
fn allocations_of<R: Router>(router: R) -> u64 {
    let endpoint = endpoint(router);
    let SignedDelivery { headers, body, .. } = delivery();
    let receive = || {
        let response = ready(endpoint.handle_bytes(&headers, body.clone()));
        assert_eq!(response.status(), 200);
    };
    receive();
    measure(receive).count_total
}

#[test]
fn verification_allocates_nothing() {
    let scheme = Verifier::standard_webhooks(&[Secret::new(TEST_SECRET)]).unwrap();
    let delivery = delivery();
    let counted = measure(|| {
        let verified = scheme.verify(&delivery.headers, &delivery.body, TEST_TIME);
        assert!(verified.is_ok());
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn verification_with_a_described_scheme_allocates_nothing() {
    let secret = Secret::new(TEST_SECRET);
    for scheme in [
        Scheme::GITHUB,
        Scheme::STRIPE,
        Scheme::SLACK,
        Scheme::SHOPIFY,
        Scheme::new("x-token", Algorithm::Token),
    ] {
        let verifier = Verifier::from_scheme(&scheme, std::slice::from_ref(&secret)).unwrap();
        let delivery = Signer::from_scheme(&scheme, &secret).unwrap().sign(BODY);
        let counted = measure(|| {
            let verified = verifier.verify(&delivery.headers, &delivery.body, TEST_TIME);
            assert!(verified.is_ok());
        });
        assert_eq!(counted.count_total, 0, "{scheme:?}");
    }
}

#[test]
fn event_without_handler_allocates_nothing() {
    assert_eq!(allocations_of(Unhandled), 0);
}

#[test]
fn rejected_delivery_allocates_nothing() {
    let endpoint = endpoint(Owned);
    let SignedDelivery { headers, body, .. } = delivery();
    let forged = bytes::Bytes::from_static(b"{}");
    let answers = [(&body, 200), (&forged, 401)];
    let receive = || {
        for (body, status) in answers {
            let response = ready(endpoint.handle_bytes(&headers, body.clone()));
            assert_eq!(response.status(), status);
        }
    };
    receive();
    // All of them are of the authentic delivery.
    assert_eq!(measure(receive).count_total, 3);
}

#[test]
fn handled_event_allocates_only_its_payload() {
    // `id`, `organization_id` and `workspace_id`: the strings of the payload.
    assert_eq!(allocations_of(Owned), 3);
}

#[test]
fn handled_event_that_borrows_from_the_body_allocates_nothing() {
    assert_eq!(allocations_of(Borrowed), 0);
}

/// Allocations of the second delivery of a type through the `tower` service.
fn allocations_of_service<R: Router>(router: R) -> AllocationInfo {
    let mut endpoint = endpoint(router);
    let (first, second) = (delivery().into_request(), delivery().into_request());
    let mut receive = |request| {
        let Ok(response) = ready(endpoint.call(request));
        assert_eq!(response.status(), 200);
    };
    receive(first);
    measure(|| receive(second))
}

#[test]
fn service_allocates_twice_more_for_every_delivery() {
    // The boxed future of the delivery, and the shared flag that reports that its handler has started.
    let more = 2;
    let counted = allocations_of_service(Unhandled);
    assert_eq!(counted.count_total, more);
    // Allocators serve small sizes from a cache. The largest part is the future of the handler.
    assert!(counted.bytes_total <= 1024, "{counted:?}");
    assert_eq!(allocations_of_service(Owned).count_total, 3 + more);
    assert_eq!(allocations_of_service(Borrowed).count_total, more);
}

/// Number of allocations of the second delivery for a tenant, beyond those of the service for every delivery.
fn allocations_for_a_tenant(builder: EndpointBuilder<Unhandled>) -> u64 {
    let mut endpoint = builder.clock(TestClock::default()).build().unwrap();
    let request = || {
        let mut request = delivery().into_request();
        *request.uri_mut() = "/webhooks/acme".parse().unwrap();
        request
    };
    let (first, second) = (request(), request());
    let mut receive = |request| {
        let Ok(response) = ready(endpoint.call(request));
        assert_eq!(response.status(), 200);
    };
    receive(first);
    measure(|| receive(second)).count_total - allocations_of_service(Unhandled).count_total
}

#[test]
fn tenant_with_cached_secrets_allocates_no_more_than_a_static_secret() {
    let tenants = || HashMap::from([("acme".to_owned(), vec![Secret::new(TEST_SECRET)])]);
    let uncached = || {
        Endpoint::builder(Unhandled)
            .secret_source(tenants())
            .tenant_in_path("/webhooks/{tenant}")
    };
    let cached = uncached().cache_secrets(Duration::from_secs(60));
    assert_eq!(allocations_for_a_tenant(cached), 0);
    // Without the cache, each delivery asks the source and prepares the keys.
    assert!(allocations_for_a_tenant(uncached()) > 0);
}

#[test]
fn replaced_secrets_allocate_no_more_than_the_first_ones() {
    let endpoint = endpoint(Unhandled);
    endpoint.replace_secrets([TEST_SECRET]).unwrap();
    let SignedDelivery { headers, body, .. } = delivery();
    let receive = || {
        let response = ready(endpoint.handle_bytes(&headers, body.clone()));
        assert_eq!(response.status(), 200);
    };
    receive();
    assert_eq!(measure(receive).count_total, 0);
}

#[test]
fn counter_counts_an_allocation() {
    let counted = measure(|| drop(std::hint::black_box(vec![1_u8])));
    assert_eq!(counted.count_total, 1);
}
