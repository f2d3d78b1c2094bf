//! Tenants through every entry point: the service over a socket, whole bodies, and the test kit.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use webhook_runtime::testing::Driver;
use webhook_runtime::{Endpoint, Secret, SecretSource};

use crate::app::{App, BODY, builder, seen, signed, without_tenants};
use crate::table::{Behavior, Table};

const SECRETS: &[(&str, &str)] = &[("acme", "secret-of-acme"), ("globex", "secret-of-globex")];

#[tokio::test]
async fn handle_bytes_for_uses_the_given_tenant() {
    let table = Table::of(SECRETS);
    // With and without a tenant location, which this entry point does not use.
    for builder in [builder(table.clone()), without_tenants(table.clone())] {
        let endpoint = builder.build().unwrap();
        let send = async |tenant: &str, secret| {
            let delivery = signed(secret);
            let answer = endpoint.handle_bytes_for(tenant, &delivery.headers, delivery.body);
            answer.await.status().as_u16()
        };
        assert_eq!(send("acme", "secret-of-acme").await, 200);
        assert_eq!(seen(&endpoint), ["acme"]);
        table.take_calls();
        assert_eq!(send("globex", "secret-of-acme").await, 401);
        assert_eq!(table.take_calls(), ["globex"]);
        let long = "x".repeat(129);
        for invalid in ["", " ", "..", "a/b", "acme\n", &long] {
            assert_eq!(send(invalid, "secret-of-acme").await, 401, "{invalid:?}");
        }
        assert_eq!(table.take_calls(), [""; 0]);
    }
}

#[tokio::test]
async fn handle_bytes_for_is_rejected_without_a_source() {
    let endpoint = Endpoint::builder(App::default())
        .secret("secret-of-acme")
        .clock(webhook_runtime::testing::TestClock::default())
        .build()
        .unwrap();
    let delivery = signed("secret-of-acme");
    let answer = endpoint.handle_bytes_for("acme", &delivery.headers, delivery.body.clone());
    assert_eq!(answer.await.status(), 401);
    let answer = endpoint.handle_bytes(&delivery.headers, delivery.body);
    assert_eq!(answer.await.status(), 200);
    assert_eq!(seen(&endpoint), [""]);
}

#[tokio::test]
async fn handle_bytes_reads_the_tenant_from_a_header_only() {
    let table = Table::of(SECRETS);
    let mut delivery = signed("secret-of-acme");
    delivery.headers.insert("x-tenant", "acme".parse().unwrap());
    let in_header = without_tenants(table.clone()).tenant_in_header("x-tenant");
    let in_query = without_tenants(table.clone()).tenant_in_query("tenant");
    for (builder, expected) in [(in_header, 200), (in_query, 401), (builder(table), 401)] {
        let endpoint = builder.build().unwrap();
        let answer = endpoint.handle_bytes(&delivery.headers, delivery.body.clone());
        assert_eq!(answer.await.status(), expected);
    }
}

#[tokio::test]
async fn source_is_not_called_for_a_rejected_request() {
    let table = Table::of(SECRETS);
    let endpoint = without_tenants(table.clone())
        .body_limit(10)
        .build()
        .unwrap();
    let delivery = signed("secret-of-acme");
    let answer = endpoint.handle_bytes_for("acme", &delivery.headers, delivery.body.clone());
    assert_eq!(answer.await.status(), 413);
    assert_eq!(endpoint.handle(delivery.into_request()).await.status(), 413);
    assert_eq!(table.take_calls(), [""; 0]);
}

#[tokio::test]
async fn map_in_an_arc_is_a_source() {
    let secrets = SECRETS
        .iter()
        .map(|(tenant, secret)| ((*tenant).to_owned(), vec![Secret::new(*secret)]));
    let shared: Arc<dyn SecretSource> = Arc::new(secrets.collect::<HashMap<_, _>>());
    let endpoint = builder(Arc::clone(&shared)).build().unwrap();
    for (path, expected) in [("/acme", 200), ("/globex", 401), ("/initech", 401)] {
        let status = crate::app::status(&endpoint, path, "secret-of-acme").await;
        assert_eq!(status, expected, "{path}");
    }
}

#[tokio::test]
async fn driver_delivers_for_a_tenant() {
    let driver = Driver::new(App::default());
    assert_eq!(
        driver.deliver_for("acme", BODY).await.handler(),
        Some("failed")
    );
    assert_eq!(driver.deliver(BODY).await.status(), 200);
    assert_eq!(seen(driver.endpoint()), ["acme", ""]);
}

/// Returns the status of a delivery on a new connection.
async fn post(server: SocketAddr, path: &str, secret: &str) -> u16 {
    let delivery = signed(secret);
    let mut request = format!("POST {path} HTTP/1.1\r\nhost: globex\r\nconnection: close\r\n");
    for (name, value) in &delivery.headers {
        let value = value.to_str().unwrap();
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("content-length: {}\r\n\r\n{BODY}", BODY.len()));
    let mut connection = TcpStream::connect(server).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, "");
    head["HTTP/1.1 ".len()..][..3].parse().unwrap()
}

#[tokio::test]
async fn endpoint_can_be_mounted_at_a_route_or_nested() {
    let table = Table::of(SECRETS);
    let endpoint = without_tenants(table.clone()).tenant_in_path("/webhooks/{tenant}/openai");
    let endpoint = endpoint.build().unwrap();
    let nested = axum::Router::new().route_service("/{tenant}/openai", endpoint.clone());
    let web = axum::Router::new()
        .route_service("/webhooks/{tenant}/openai", endpoint.clone())
        .nest("/nested/webhooks", nested)
        .fallback_service(endpoint.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, web).await });

    let secret = "secret-of-acme";
    for path in [
        "/webhooks/acme/openai",
        "/nested/webhooks/acme/openai",
        "/a/webhooks/acme/openai",
    ] {
        assert_eq!(post(server, path, secret).await, 200, "{path}");
        assert_eq!(seen(&endpoint), ["acme"], "{path}");
        assert_eq!(post(server, path, "secret-of-globex").await, 401, "{path}");
    }
    let long = format!("/webhooks/{}/openai", "x".repeat(10_000));
    for path in [
        "//webhooks/acme",
        "/webhooks//openai",
        "/webhooks/acme/openai/",
        "/webhooks/../openai",
        "/webhooks/%2e%2e/openai",
        "/webhooks/b%2facme/openai",
        "/webhooks/%ff/openai",
        "/webhooks/%zz/openai",
        "/webhooks/globex/openai?x=/webhooks/acme/openai",
        &long,
    ] {
        assert_eq!(post(server, path, secret).await, 401, "{path}");
    }
    table.set_behavior(Behavior::Fails);
    assert_eq!(post(server, "/webhooks/acme/openai", secret).await, 503);
    assert_eq!(seen(&endpoint), [""; 0]);
}
