//! Tenants in the log, and secrets that must not be there.

use webhook_runtime::Tenant;

use crate::app::{BODY, builder, signed, status, to};
use crate::log;
use crate::table::{Behavior, Table};

const PATH: &str = "/webhooks/acme";
const SECRET: &str = "hunter2marker";

#[tokio::test]
async fn every_log_line_of_a_delivery_names_its_tenant() {
    log::record();
    let table = Table::of(&[("acme", SECRET)]);
    let endpoint = builder(table.clone()).build().unwrap();
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    let log = log::everything();
    assert!(
        log.contains("webhook.delivery{") && log.contains("tenant=\"acme\""),
        "{log}"
    );

    assert_eq!(status(&endpoint, PATH, "another").await, 401);
    let log = log::warnings();
    assert!(
        log.contains("bad_signature") && log.contains("tenant=\"acme\""),
        "{log}"
    );

    let delivery = signed(SECRET);
    let mut broken = to(PATH, SECRET).map(|_| http_body_util::Full::new(delivery.body.clone()));
    broken
        .headers_mut()
        .insert("content-length", "99999999".parse().unwrap());
    endpoint.handle(broken).await;
    assert!(
        !log::warnings().contains("acme"),
        "the source was not called"
    );
}

#[tokio::test]
async fn unknown_tenant_is_logged_with_its_name_and_the_reason() {
    log::record();
    // A new endpoint each time, because each warns once in 10 seconds.
    let endpoint = || builder(Table::of(&[])).build().unwrap();
    status(&endpoint(), PATH, SECRET).await;
    let log = log::warnings();
    for expected in [
        "WARN",
        "unknown_tenant",
        "tenant=\"acme\"",
        "has no such tenant",
    ] {
        assert!(log.contains(expected), "{expected}: {log}");
    }
    status(&endpoint(), "/webhooks/a%0a%0dERROR%20forged", SECRET).await;
    let log = log::warnings();
    assert!(
        log.contains("unknown_tenant") && log.contains("white space"),
        "{log}"
    );
    assert!(!log.contains("forged") && log.lines().count() == 1, "{log}");
    let delivery = signed(SECRET);
    endpoint()
        .handle_bytes(&delivery.headers, delivery.body)
        .await;
    let log = log::warnings();
    assert!(log.contains("`handle_bytes_for`"), "{log}");
}

#[tokio::test]
async fn source_failure_is_logged_with_the_tenant_and_the_cause() {
    let table = Table::of(&[("acme", SECRET)]);
    let expected = async |cause: &str| {
        log::record();
        // A new endpoint each time, because each logs it once in 10 seconds.
        let endpoint = builder(table.clone())
            .secret_source_timeout(std::time::Duration::from_millis(1))
            .build()
            .unwrap();
        assert_eq!(status(&endpoint, PATH, SECRET).await, 503);
        let log = log::warnings();
        for expected in [
            "ERROR",
            "secrets_unavailable",
            "openai",
            "tenant=\"acme\"",
            cause,
        ] {
            assert!(log.contains(expected), "{expected}: {log}");
        }
        assert!(!log.contains(SECRET) && !log.contains(BODY), "{log}");
    };
    table.set_behavior(Behavior::Fails);
    expected("the secret source failed: the table is locked").await;
    table.set_behavior(Behavior::Panics);
    expected("panicked").await;
    table.set_behavior(Behavior::Hangs);
    expected("timed out").await;
    table.set_behavior(Behavior::Answers);
    table.set("acme", &[SECRET, "hunter2marker\n"]);
    expected("signing secret number 2").await;
}

#[test]
fn tenant_is_displayed_as_its_name() {
    let tenant = Tenant::new("acme");
    assert_eq!(format!("{tenant} {tenant:?}"), "acme Tenant(\"acme\")");
}
