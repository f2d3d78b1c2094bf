//! CVE-2026-28465: another receiver rebuilt its URL from the request. Here the URL is configured, and only the scheme's
//! own headers are used.

use webhook_runtime::testing::{SignedDelivery, Signer, TEST_SECRET, TEST_URL};
use webhook_runtime::{Router, Secret};

use crate::receiver::{
    OfAddressed, OfGitHub, OfOpenAi, OfShopify, OfSlack, OfStripe, Receiver, add, assert_statuses,
};

/// Headers about the request's address, sender and body. All of them are ignored.
const IGNORED: [(&str, &str); 22] = [
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-port", "1"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-path", "/evil"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-forwarded-server", "evil.example"),
    ("x-host", "evil.example"),
    ("x-original-host", "evil.example"),
    ("x-original-url", "/evil"),
    ("x-rewrite-url", "/evil"),
    ("x-real-ip", "127.0.0.1"),
    ("x-http-method-override", "GET"),
    ("forwarded", "for=127.0.0.1;host=evil.example;proto=http"),
    ("via", "1.1 evil.example"),
    ("origin", "https://evil.example"),
    ("referer", "https://evil.example/"),
    ("authorization", "Bearer none"),
    ("content-type", "text/plain; charset=utf-16"),
    ("content-encoding", "gzip"),
    ("digest", "sha-256=x"),
    ("date", "Thu, 01 Jan 1970 00:00:00 GMT"),
];

fn add_all(delivery: &mut SignedDelivery) {
    for (name, value) in IGNORED {
        add(delivery, name, value);
    }
}

async fn assert_headers_are_ignored<R: Receiver>() {
    let forge = |delivery: &mut SignedDelivery| delivery.body = "{}".into();
    for (name, value) in IGNORED {
        let add_one = |delivery: &mut SignedDelivery| add(delivery, name, value);
        let forged = |delivery: &mut SignedDelivery| {
            forge(delivery);
            add_one(delivery);
        };
        assert_statuses::<R>(&[(name, &add_one, 200), (name, &forged, 401)]).await;
    }
    let forged = |delivery: &mut SignedDelivery| {
        forge(delivery);
        add_all(delivery);
    };
    assert_statuses::<R>(&[("all", &add_all, 200), ("all, forged", &forged, 401)]).await;
}

#[tokio::test]
async fn only_the_headers_of_the_scheme_are_used() {
    assert_headers_are_ignored::<OfOpenAi>().await;
    assert_headers_are_ignored::<OfGitHub>().await;
    assert_headers_are_ignored::<OfStripe>().await;
    assert_headers_are_ignored::<OfSlack>().await;
    assert_headers_are_ignored::<OfShopify>().await;
    assert_headers_are_ignored::<OfAddressed>().await;
}

/// A delivery for another endpoint with the same secret does not verify, whatever address its headers name.
#[tokio::test]
async fn only_signatures_over_the_configured_url_verify() {
    let signed_for = |url: &'static str| {
        move |delivery: &mut SignedDelivery| {
            let secret = Secret::from_bytes(TEST_SECRET);
            let signer = Signer::of::<<OfAddressed as Router>::Provider>(&secret);
            *delivery = signer
                .expect("a valid secret")
                .url(url)
                .sign(delivery.body.clone());
            add_all(delivery);
            let host = http::HeaderValue::from_static("evil.example");
            delivery.headers.insert("x-forwarded-host", host);
        }
    };
    assert_statuses::<OfAddressed>(&[
        ("the configured URL", &signed_for(TEST_URL), 200),
        (
            "the host of `x-forwarded-host`",
            &signed_for("https://evil.example/webhooks"),
            401,
        ),
        ("the path of the request", &signed_for("/"), 401),
        (
            "another scheme",
            &signed_for("http://example.com/webhooks"),
            401,
        ),
        (
            "with a trailing slash",
            &signed_for("https://example.com/webhooks/"),
            401,
        ),
        (
            "with an empty query",
            &signed_for("https://example.com/webhooks?"),
            401,
        ),
        ("no URL", &signed_for(""), 401),
    ])
    .await;
}
