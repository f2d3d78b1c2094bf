//! What receiving allocates, counted.

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
struct Wanted;

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
struct NotWanted;

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

/// The result of a future that never waits.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing here waits"),
    }
}

/// How often the second delivery of a type allocates; the first may warn and set things up.
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
fn verifying_allocates_nothing() {
    let scheme = Verifier::standard_webhooks(&[Secret::new(TEST_SECRET)]).unwrap();
    let delivery = delivery();
    let counted = measure(|| {
        let verified = scheme.verify(&delivery.headers, &delivery.body, TEST_TIME);
        assert!(verified.is_ok());
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn verifying_by_a_description_allocates_nothing() {
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
fn an_event_that_nobody_wants_allocates_nothing() {
    assert_eq!(allocations_of(NotWanted), 0);
}

#[test]
fn a_refused_delivery_allocates_nothing() {
    let endpoint = endpoint(Wanted);
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
    // Those of the good one.
    assert_eq!(measure(receive).count_total, 3);
}

#[test]
fn a_handled_event_allocates_its_payload_and_nothing_else() {
    // `id`, `organization_id` and `workspace_id`: the strings of the payload.
    assert_eq!(allocations_of(Wanted), 3);
}

#[test]
fn a_handled_event_that_borrows_from_the_body_allocates_nothing() {
    assert_eq!(allocations_of(Borrowed), 0);
}

/// The same through the tower service.
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
fn a_service_allocates_two_more_whatever_the_delivery() {
    // The delivery itself, and what tells whether its handler has begun.
    let more = 2;
    let counted = allocations_of_service(NotWanted);
    assert_eq!(counted.count_total, more);
    // Allocators keep what is small at hand; the largest part is the handler's own future.
    assert!(counted.bytes_total <= 1024, "{counted:?}");
    assert_eq!(allocations_of_service(Wanted).count_total, 3 + more);
    assert_eq!(allocations_of_service(Borrowed).count_total, more);
}

/// How often the second delivery for a tenant allocates, beside what a service allocates for every delivery.
fn allocations_for_a_tenant(builder: EndpointBuilder<NotWanted>) -> u64 {
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
    measure(|| receive(second)).count_total - allocations_of_service(NotWanted).count_total
}

#[test]
fn a_tenant_that_is_remembered_allocates_no_more_than_a_secret_that_is_given() {
    let tenants = || HashMap::from([("acme".to_owned(), vec![Secret::new(TEST_SECRET)])]);
    let asking = || {
        Endpoint::builder(NotWanted)
            .secret_source(tenants())
            .tenant_in_path("/webhooks/{tenant}")
    };
    let remembering = asking().cache_secrets(Duration::from_secs(60));
    assert_eq!(allocations_for_a_tenant(remembering), 0);
    // What it is spared.
    assert!(allocations_for_a_tenant(asking()) > 0);
}

#[test]
fn replaced_secrets_allocate_no_more_than_those_of_before() {
    let endpoint = endpoint(NotWanted);
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
fn the_counter_counts() {
    let counted = measure(|| drop(std::hint::black_box(vec![1_u8])));
    assert_eq!(counted.count_total, 1);
}
