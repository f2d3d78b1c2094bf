//! Sources of secrets that fail, panic, hang, and give what cannot be right.

use std::time::Duration;

use tokio::time::Instant;

use crate::app::{builder, seen, signed, status, to, within, without_tenants};
use crate::table::{Mood, Table};

const PATH: &str = "/webhooks/acme";
const SECRET: &str = "secret-of-acme";

#[tokio::test(start_paused = true)]
async fn a_source_that_fails_is_503_until_it_is_well() {
    for cache in [None, Some(Duration::from_secs(60))] {
        let table = Table::of(&[("acme", SECRET)]);
        let mut builder = builder(table.clone());
        if let Some(time) = cache {
            builder = builder.cache_secrets(time);
        }
        let endpoint = builder.build().unwrap();
        for mood in [Mood::Fails, Mood::Panics, Mood::Hangs] {
            table.feels(mood);
            for secret in [SECRET, "another"] {
                let answer = within(endpoint.handle(to(PATH, secret))).await;
                assert_eq!(answer.status(), 503);
                assert_eq!(answer.headers()["retry-after"], "10");
                let delivery = signed(secret);
                let answer = endpoint.handle_bytes_for("acme", &delivery.headers, delivery.body);
                assert_eq!(answer.await.status(), 503);
            }
            // Each was told by the source itself.
            assert_eq!(table.asked().len(), 4);
        }
        assert_eq!(table.asking(), 0);
        table.feels(Mood::Well);
        assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
        assert_eq!(seen(&endpoint), ["acme"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_hangs_is_given_up_after_two_seconds_or_as_told() {
    let table = Table::of(&[("acme", SECRET)]);
    table.feels(Mood::Hangs);
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
async fn a_secret_that_cannot_be_right_is_a_failure_and_never_no_check() {
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
    // No secrets: no tenant.
    table.set("acme", &[]);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 401);
    assert_eq!(seen(&endpoint), [""; 0]);
}

#[tokio::test]
async fn without_tenants_no_secrets_is_a_failure() {
    let endpoint = without_tenants(Table::of(&[])).build().unwrap();
    assert_eq!(status(&endpoint, "/", SECRET).await, 503);
}

#[tokio::test]
async fn a_panic_or_a_request_that_goes_away_breaks_nothing() {
    let table = Table::of(&[("acme", SECRET)]);
    let endpoint = builder(table.clone()).build().unwrap();
    let permits = table.waits();
    let request = tokio::spawn({
        let endpoint = endpoint.clone();
        async move { status(&endpoint, PATH, SECRET).await }
    });
    while table.asking() == 0 {
        tokio::task::yield_now().await;
    }
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    assert_eq!(
        table.asking(),
        0,
        "the question was dropped with its request"
    );
    permits.add_permits(1);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    assert_eq!(seen(&endpoint), ["acme"]);
}
