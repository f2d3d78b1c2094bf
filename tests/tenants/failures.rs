//! Secret sources that fail, panic, hang, and return invalid secrets.

use std::time::Duration;

use tokio::time::Instant;

use crate::app::{builder, seen, signed, status, to, within, without_tenants};
use crate::table::{Behavior, Table};

const PATH: &str = "/webhooks/acme";
const SECRET: &str = "secret-of-acme";

#[tokio::test(start_paused = true)]
async fn failing_source_is_503_until_it_recovers() {
    for cache in [None, Some(Duration::from_secs(60))] {
        let table = Table::of(&[("acme", SECRET)]);
        let mut builder = builder(table.clone());
        if let Some(time) = cache {
            builder = builder.cache_secrets(time);
        }
        let endpoint = builder.build().unwrap();
        for behavior in [Behavior::Fails, Behavior::Panics, Behavior::Hangs] {
            table.set_behavior(behavior);
            for secret in [SECRET, "another"] {
                let answer = within(endpoint.handle(to(PATH, secret))).await;
                assert_eq!(answer.status(), 503);
                assert_eq!(answer.headers()["retry-after"], "10");
                let delivery = signed(secret);
                let answer = endpoint.handle_bytes_for("acme", &delivery.headers, delivery.body);
                assert_eq!(answer.await.status(), 503);
            }
            // Each failure called the source.
            assert_eq!(table.take_calls().len(), 4);
        }
        assert_eq!(table.calls_in_progress(), 0);
        table.set_behavior(Behavior::Answers);
        assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
        assert_eq!(seen(&endpoint), ["acme"]);
    }
}

#[tokio::test(start_paused = true)]
async fn hanging_source_times_out_after_two_seconds_or_as_configured() {
    let table = Table::of(&[("acme", SECRET)]);
    table.set_behavior(Behavior::Hangs);
    let endpoint = builder(table.clone()).build().unwrap();
    let started = Instant::now();
    assert_eq!(status(&endpoint, PATH, SECRET).await, 503);
    assert_eq!(started.elapsed(), Duration::from_secs(2));

    let short = builder(table.clone()).secret_source_timeout(Duration::from_millis(300));
    let endpoint = short.build().unwrap();
    let started = Instant::now();
    assert_eq!(status(&endpoint, PATH, SECRET).await, 503);
    assert_eq!(started.elapsed(), Duration::from_millis(300));

    let patient = builder(table.clone())
        .secret_source_timeout(None)
        .build()
        .unwrap();
    let permits = table.waits();
    let answer = tokio::spawn(async move { patient.handle(to(PATH, SECRET)).await });
    tokio::time::sleep(Duration::from_secs(3600)).await;
    permits.add_permits(1);
    assert_eq!(answer.await.unwrap().status(), 200);
}

#[tokio::test]
async fn invalid_secret_is_a_failure_and_never_skips_the_check() {
    let table = Table::of(&[]);
    let endpoint = builder(table.clone()).build().unwrap();
    for secrets in [
        &[""][..],
        &[" "],
        &["\n"],
        &["whsec_"],
        &["whsec_not base64!"],
        &["secret-of-acme\n"],
        &[SECRET, ""],
        &["", SECRET],
    ] {
        table.set("acme", secrets);
        assert_eq!(status(&endpoint, PATH, SECRET).await, 503, "{secrets:?}");
    }
    // No secrets: the tenant does not exist.
    table.set("acme", &[]);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 401);
    assert_eq!(seen(&endpoint), [""; 0]);
}

#[tokio::test]
async fn no_secrets_without_tenants_is_a_failure() {
    let endpoint = without_tenants(Table::of(&[])).build().unwrap();
    assert_eq!(status(&endpoint, "/", SECRET).await, 503);
}

#[tokio::test]
async fn panicking_source_and_dropped_request_leave_no_broken_state() {
    let table = Table::of(&[("acme", SECRET)]);
    let endpoint = builder(table.clone()).build().unwrap();
    let permits = table.waits();
    let request = tokio::spawn({
        let endpoint = endpoint.clone();
        async move { status(&endpoint, PATH, SECRET).await }
    });
    while table.calls_in_progress() == 0 {
        tokio::task::yield_now().await;
    }
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    assert_eq!(
        table.calls_in_progress(),
        0,
        "the call was dropped with its request"
    );
    permits.add_permits(1);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    assert_eq!(seen(&endpoint), ["acme"]);
}
