//! Locations of the tenant's name in a request, and invalid names.

use http::HeaderValue;
use webhook_runtime::{Endpoint, SecretSource};

use crate::app::{App, builder, seen, signed, status, to, without_tenants};
use crate::table::Table;

const SECRETS: &[(&str, &str)] = &[
    ("acme", "secret-of-acme"),
    ("globex", "secret-of-globex"),
    ("ümlaut", "secret-of-ümlaut"),
    ("a+b", "secret-of-plus"),
    // Names that a lenient decoder or normaliser would read from the invalid paths below.
    ("", "secret-of-acme"),
    (" ", "secret-of-acme"),
    (".", "secret-of-acme"),
    ("..", "secret-of-acme"),
    ("/", "secret-of-acme"),
    ("a/acme", "secret-of-acme"),
    ("acme ", "secret-of-acme"),
    (" acme", "secret-of-acme"),
    ("acme\0", "secret-of-acme"),
    ("\u{fffd}", "secret-of-acme"),
    ("%ff", "secret-of-acme"),
    ("%", "secret-of-acme"),
];

fn in_path(template: &str) -> (Table, Endpoint<App>) {
    let table = Table::of(SECRETS);
    let endpoint = without_tenants(table.clone()).tenant_in_path(template);
    (table, endpoint.build().unwrap())
}

#[tokio::test]
async fn tenant_is_a_segment_of_the_path() {
    let (_, endpoint) = in_path("/webhooks/{tenant}/openai");
    for path in [
        "/webhooks/acme/openai",
        "/api/webhooks/acme/openai",
        "/acme/openai",
        "/webhooks/acme/openai?tenant=globex",
        "/webhooks/%61cm%65/openai",
        "http://example.com/webhooks/acme/openai",
    ] {
        assert_eq!(
            status(&endpoint, path, "secret-of-acme").await,
            200,
            "{path}"
        );
        assert_eq!(seen(&endpoint), ["acme"], "{path}");
        assert_eq!(
            status(&endpoint, path, "secret-of-globex").await,
            401,
            "{path}"
        );
    }
    let path = "/webhooks/%C3%BCmlaut/openai";
    assert_eq!(status(&endpoint, path, "secret-of-ümlaut").await, 200);
    assert_eq!(seen(&endpoint), ["ümlaut"]);
    let path = "/webhooks/a+b/openai";
    assert_eq!(status(&endpoint, path, "secret-of-plus").await, 200);
}

#[tokio::test]
async fn invalid_name_in_a_path_is_401_without_a_call_of_the_source() {
    let (table, endpoint) = in_path("/webhooks/{tenant}/openai");
    let long = format!("/webhooks/{}/openai", "x".repeat(10_000));
    let longer_by_one = format!("/webhooks/{}/openai", "x".repeat(129));
    for path in [
        "/",
        "/acme",
        "/webhooks/acme",
        "/webhooks//openai",
        "/webhooks/acme/openai/",
        "/webhooks/acme//openai",
        "/webhooks/../openai",
        "/webhooks/./openai",
        "/webhooks/%2e%2E/openai",
        "/webhooks/a%2Facme/openai",
        "/webhooks/a%5cacme/openai",
        "/webhooks/%2F/openai",
        "/webhooks/%ff/openai",
        "/webhooks/%C3/openai",
        "/webhooks/%/openai",
        "/webhooks/%6/openai",
        "/webhooks/%zz/openai",
        "/webhooks/acme%20/openai",
        "/webhooks/%09acme/openai",
        "/webhooks/acme%00/openai",
        "/webhooks/acme%0d%0a/openai",
        "/webhooks/acme/OpenAI",
        "/webhooks/acme%2Fopenai",
        "/other/acme/openai",
        "*",
        &long,
        &longer_by_one,
    ] {
        assert_eq!(
            status(&endpoint, path, "secret-of-acme").await,
            401,
            "{path}"
        );
        assert_eq!(table.take_calls(), [""; 0], "{path}");
    }
    // The longest valid name calls the source.
    let path = format!("/webhooks/{}/openai", "x".repeat(128));
    assert_eq!(status(&endpoint, &path, "secret-of-acme").await, 401);
    assert_eq!(table.take_calls().len(), 1);
    assert_eq!(seen(&endpoint), [""; 0]);
}

fn in_header(source: impl SecretSource) -> Endpoint<App> {
    let builder = without_tenants(source).tenant_in_header("X-Tenant");
    builder.build().unwrap()
}

#[tokio::test]
async fn tenant_header_occurs_once_in_visible_ascii() {
    let table = Table::of(SECRETS);
    let endpoint = in_header(table.clone());
    let send = async |values: &[&[u8]]| {
        let mut request = to("/webhooks/globex?tenant=globex", "secret-of-acme");
        for value in values {
            let value = HeaderValue::from_bytes(value).unwrap();
            request.headers_mut().append("x-tenant", value);
        }
        endpoint.handle(request).await.status().as_u16()
    };
    assert_eq!(send(&[b"acme"]).await, 200);
    assert_eq!(seen(&endpoint), ["acme"]);
    assert_eq!(table.take_calls(), ["acme"]);
    let none: &[&[u8]] = &[];
    let long = [b'x'; 10_000];
    for values in [
        none,
        &[b""],
        &[b"acme", b"acme"],
        &[b"acme", b""],
        &[b"acme", b"globex"],
        &["ümlaut".as_bytes()],
        &[b"\xff"],
        &[b"acme\xa0"],
        &[b" acme"],
        &[b"acme "],
        &[b"ac\tme"],
        &[b".."],
        &[b"a/acme"],
        &[&long],
    ] {
        assert_eq!(send(values).await, 401, "{values:?}");
        assert_eq!(table.take_calls(), [""; 0], "{values:?}");
    }
    // Headers are not percent-decoded.
    assert_eq!(send(&[b"acm%65"]).await, 401);
    assert_eq!(table.take_calls(), ["acm%65"]);
}

#[tokio::test]
async fn tenant_query_parameter_occurs_once() {
    let table = Table::of(SECRETS);
    let endpoint = without_tenants(table.clone()).tenant_in_query("tenant");
    let endpoint = endpoint.build().unwrap();
    for path in [
        "/?tenant=acme",
        "/globex?a=b&tenant=%61cme&c",
        "/?t%65nant=acme",
    ] {
        assert_eq!(
            status(&endpoint, path, "secret-of-acme").await,
            200,
            "{path}"
        );
        assert_eq!(seen(&endpoint), ["acme"], "{path}");
    }
    table.take_calls();
    for path in [
        "/",
        "/acme",
        "/?",
        "/?tenant",
        "/?tenant=",
        "/?Tenant=acme",
        "/?tenant=acme&tenant=acme",
        "/?tenant=acme&tenant=globex",
        "/?tenant=acme&t%65nant=acme",
        "/?tenant=acme+",
        "/?tenant=%20acme",
        "/?tenant=%ff",
        "/?tenant=%",
        "/?tenant=acme&%ff=1",
        "/?tenant=..",
        "/?tenant=a/acme",
    ] {
        assert_eq!(
            status(&endpoint, path, "secret-of-acme").await,
            401,
            "{path}"
        );
        assert_eq!(table.take_calls(), [""; 0], "{path}");
    }
}

#[tokio::test]
async fn no_other_part_of_a_request_changes_the_tenant() {
    let endpoint = builder(Table::of(SECRETS)).build().unwrap();
    for name in [
        "host",
        "forwarded",
        "x-forwarded-host",
        "x-forwarded-prefix",
        "x-forwarded-uri",
        "x-original-uri",
        "x-rewrite-url",
        "x-tenant",
        "tenant",
    ] {
        for value in ["globex", "/webhooks/globex", "globex.example.com"] {
            let mut request = to("/webhooks/acme?tenant=globex", "secret-of-acme");
            let value = HeaderValue::from_static(value);
            request.headers_mut().insert(name, value);
            assert_eq!(endpoint.handle(request).await.status(), 200, "{name}");
            assert_eq!(seen(&endpoint), ["acme"], "{name}");
        }
    }
}

#[tokio::test]
async fn last_tenant_location_counts() {
    let builder = builder(Table::of(SECRETS)).tenant_in_query("tenant");
    let endpoint = builder.build().unwrap();
    let path = "/webhooks/globex?tenant=acme";
    assert_eq!(status(&endpoint, path, "secret-of-acme").await, 200);
}

#[tokio::test]
async fn endpoint_without_tenants_calls_the_source_for_the_empty_name() {
    let table = Table::of(&[("", "the-secret"), ("acme", "secret-of-acme")]);
    let endpoint = without_tenants(table.clone()).build().unwrap();
    assert_eq!(status(&endpoint, "/webhooks/acme", "the-secret").await, 200);
    assert_eq!(status(&endpoint, "/", "secret-of-acme").await, 401);
    assert_eq!(table.take_calls(), ["", ""]);
    assert_eq!(seen(&endpoint), [""]);
    let delivery = signed("the-secret");
    let answer = endpoint.handle_bytes(&delivery.headers, delivery.body);
    assert_eq!(answer.await.status(), 200);
}
