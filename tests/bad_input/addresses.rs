//! CVE-2026-28465: the URL was rebuilt from what the request said of it. Here it is configured, and no header but the
//! scheme's own counts.

use webhook_runtime::testing::{SignedDelivery, Signer, TEST_SECRET, TEST_URL};
use webhook_runtime::{Router, Secret};

use crate::receiver::{
    OfAddressed, OfGitHub, OfOpenAi, OfShopify, OfSlack, OfStripe, Receiver, add, table,
};

/// What a request may say of its address, its sender and its body.
const SAYS: [(&str, &str); 22] = [
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

fn says_all(delivery: &mut SignedDelivery) {
    for (name, value) in SAYS {
        add(delivery, name, value);
    }
}

async fn nothing_counts<R: Receiver>() {
    let forge = |delivery: &mut SignedDelivery| delivery.body = "{}".into();
    for (name, value) in SAYS {
        let says = |delivery: &mut SignedDelivery| add(delivery, name, value);
        let forged = |delivery: &mut SignedDelivery| {
            forge(delivery);
            says(delivery);
        };
        table::<R>(&[(name, &says, 200), (name, &forged, 401)]).await;
    }
    let forged = |delivery: &mut SignedDelivery| {
        forge(delivery);
        says_all(delivery);
    };
    table::<R>(&[("all", &says_all, 200), ("all, forged", &forged, 401)]).await;
}

#[tokio::test]
async fn no_header_but_the_schemes_own_counts() {
    nothing_counts::<OfOpenAi>().await;
    nothing_counts::<OfGitHub>().await;
    nothing_counts::<OfStripe>().await;
    nothing_counts::<OfSlack>().await;
    nothing_counts::<OfShopify>().await;
    nothing_counts::<OfAddressed>().await;
}

/// A delivery for another endpoint with the same secret does not become ours because the request says so.
#[tokio::test]
async fn the_url_is_the_configured_one() {
    let signed_for = |url: &'static str| {
        move |delivery: &mut SignedDelivery| {
            let secret = Secret::from_bytes(TEST_SECRET);
            let signer = Signer::of::<<OfAddressed as Router>::Provider>(&secret);
            *delivery = signer
                .expect("a good secret")
                .url(url)
                .sign(delivery.body.clone());
            says_all(delivery);
            let host = http::HeaderValue::from_static("evil.example");
            delivery.headers.insert("x-forwarded-host", host);
        }
    };
    table::<OfAddressed>(&[
        ("ours", &signed_for(TEST_URL), 200),
        (
            "the host that the request names",
            &signed_for("https://evil.example/webhooks"),
            401,
        ),
        ("the path that the request has", &signed_for("/"), 401),
        (
            "another scheme",
            &signed_for("http://example.com/webhooks"),
            401,
        ),
        (
            "one more slash",
            &signed_for("https://example.com/webhooks/"),
            401,
        ),
        ("a query", &signed_for("https://example.com/webhooks?"), 401),
        ("none", &signed_for(""), 401),
    ])
    .await;
}
