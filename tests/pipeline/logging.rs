//! The log of deliveries, which must not contain bodies, secrets or signatures.

use std::time::Duration;

use http::HeaderValue;
use webhook_runtime::openai::{BatchCancelled, BatchCompleted, BatchFailed, OpenAi};
use webhook_runtime::testing::{Driver, Signer, TEST_SECRET, TestClock};
use webhook_runtime::{Endpoint, Event, OnTimeout, WebhookRouter, on};

use crate::bodies::Chunks;
use crate::log;
use crate::providers::{Case, for_each_provider};

#[on("batch.completed")]
async fn done(_: Event<BatchCompleted>) {}

#[on("batch.failed")]
async fn fails(_: Event<BatchFailed>) -> anyhow::Result<()> {
    Err(anyhow::anyhow!("no row").context("unknown batch"))
}

#[on("batch.cancelled")]
async fn panics(_: Event<BatchCancelled>) {
    panic!("on purpose");
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(done, fails, panics))]
struct App;

fn body(event_type: &str) -> String {
    format!(r#"{{"type":"{event_type}","data":{{"id":"x"}}}}"#)
}

/// Number of warnings about events without a handler.
fn unhandled(log: &str) -> usize {
    log.matches("no handler for this event").count()
}

#[tokio::test]
async fn an_unhandled_event_is_logged_once_with_a_handler_to_paste() {
    log::record();
    let driver = Driver::new(App);
    for _ in 0..3 {
        driver.deliver(body("response.completed")).await;
    }
    let log = log::warnings();
    assert_eq!(unhandled(&log), 1, "{log}");
    assert!(log.contains("WARN"), "{log}");
    let handler = "#[on(\"response.completed\")]\nasync fn response_completed(event: Event<ResponseCompleted>) -> Result<(), BoxError> {\n";
    assert!(log.contains(handler), "{log}");

    // One more warning for each other event, in the catalog or not.
    for _ in 0..2 {
        driver.deliver(body("eval.run.failed")).await;
        driver.deliver(body("brand.new")).await;
    }
    let log = log::warnings();
    assert_eq!(unhandled(&log), 2, "{log}");
    assert!(
        log.contains("#[on(\"eval.run.failed\")]\nasync fn eval_run_failed("),
        "{log}"
    );
    assert!(
        log.contains("#[on(\"brand.new\", unlisted)]\nasync fn brand_new("),
        "{log}"
    );
    assert_eq!(driver.endpoint().unhandled(), 7);
}

#[tokio::test]
async fn the_handler_to_paste_ends_on_a_line_of_its_own() {
    log::record();
    Driver::new(App).deliver(body("response.completed")).await;
    let log = log::warnings();
    assert!(log.lines().any(|line| line == "}"), "{log}");
}

#[tokio::test]
async fn the_handler_to_paste_is_valid_for_any_event_type() {
    log::record();
    Driver::new(App)
        .deliver(r#"{"type":"2 \"x\"\nfn main()"}"#)
        .await;
    let log = log::warnings();
    assert_eq!(unhandled(&log), 1, "{log}");
    assert!(
        log.contains(r#"#[on("2 \"x\"\nfn main()", unlisted)]"#),
        "{log}"
    );
    assert!(log.contains("async fn on_2__x__fn_main__("), "{log}");
}

#[tokio::test]
async fn a_failure_is_logged_with_the_facts_of_its_delivery_at_every_level() {
    for (event_type, handler, message) in [
        ("batch.failed", "fails", "unknown batch: no row"),
        ("batch.cancelled", "panics", "panicked"),
        ("batch.completed", "done", "line 1, column"),
    ] {
        log::record();
        let body = match handler {
            "done" => r#"{"type":"batch.completed","data":{"id":5}}"#.to_owned(),
            _ => body(event_type),
        };
        Driver::new(App).deliver(body).await;
        for log in [log::everything(), log::warnings()] {
            assert!(log.contains("ERROR"), "{log}");
            assert!(log.contains(message), "{log}");
            for fact in ["openai", "msg_test", event_type, handler] {
                assert!(log.contains(fact), "{fact} is missing:\n{log}");
            }
        }
    }
}

#[tokio::test]
async fn a_rejection_is_logged_with_its_reason() {
    log::record();
    let driver = Driver::new(App);
    let mut delivery = Signer::default().sign(body("batch.failed"));
    delivery.body = body("batch.completed").into();
    driver.deliver_raw(&delivery.headers, delivery.body).await;
    let log = log::warnings();
    assert!(log.contains("WARN") && log.contains("openai"), "{log}");
    assert!(log.contains("bad_signature"), "{log}");
}

const MARKER: &str = "hunter2marker";

/// Bodies with the marker wherever an error message could quote it.
fn marked<C: Case>() -> Vec<String> {
    let quoted = format!("\"{MARKER}\"");
    let valid = C::VALID;
    let mut bodies = vec![
        C::with(&format!("\"new\":{quoted}")),
        C::with(&format!("{quoted}:1")),
        C::with(&format!("\"new\":{MARKER}")),
        C::with(&format!("\"type\":{quoted}")),
        C::with(&format!("\"id\":{{{quoted}:1}}")),
        C::with(&format!("\"entity_id\":{{{quoted}:1}}")),
        C::with(&format!("\"content\":[{quoted}]")),
        valid.replace("\"2026-01-02T03:04:05Z\"", &quoted),
        format!("{valid}{quoted}"),
        format!("{{\"data\":{quoted}}}"),
        format!("{{\"type\":{{{quoted}:1}}}}"),
        format!("{{\"type\":\"{}\",\"data\":{quoted}}}", C::EVENT),
        format!("{{\"type\":\"{}\",\"data\":[{quoted}]}}", C::EVENT),
        format!(
            "{{\"data\":{{\"type\":\"{}\",\"id\":{{{quoted}:1}}}}}}",
            C::EVENT
        ),
        quoted.clone(),
        format!("[{quoted}]"),
        MARKER.to_owned(),
        format!("\u{feff}{quoted}"),
    ];
    let unknown = C::with(&format!("\"new\":{quoted}")).replace(C::EVENT, "brand.new");
    bodies.push(unknown);
    bodies
}

/// Asserts that a text contains neither marker nor secret nor signature.
fn assert_clean(text: &str, signature: &str) {
    let secret = TEST_SECRET.trim_start_matches("whsec_");
    for private in [MARKER, secret, signature, "the secret of the tests"] {
        assert!(!text.contains(private), "{private} in:\n{text}");
    }
}

#[tokio::test]
async fn bodies_and_secrets_are_neither_logged_nor_sent() {
    async fn test<C: Case>() {
        log::record();
        let (everything, nothing) = (C::everything(), C::nothing());
        let mut outputs = String::new();
        for body in marked::<C>() {
            let delivery = Signer::default().sign(body);
            let signature = delivery.headers["webhook-signature"].to_str().unwrap();
            let signature = signature.trim_start_matches("v1,").to_owned();
            let mut forged = delivery.clone();
            let other = HeaderValue::from_static("msg_other");
            forged.headers.insert("webhook-id", other);
            for delivery in [delivery, forged] {
                for report in [
                    everything
                        .deliver_raw(&delivery.headers, delivery.body.clone())
                        .await,
                    nothing
                        .deliver_raw(&delivery.headers, delivery.body.clone())
                        .await,
                ] {
                    outputs.push_str(&format!("{report:?}\n"));
                }
                let response = everything
                    .endpoint()
                    .handle(delivery.clone().into_request())
                    .await;
                outputs.push_str(&format!("{response:?} {delivery:?}\n"));
            }
            outputs.push_str(&format!("{:?}\n", everything.endpoint()));
            assert_clean(&outputs, &signature);
            let log = log::everything();
            assert!(!log.is_empty());
            assert_clean(&log, &signature);
        }
    }
    for_each_provider!(test);
}

#[tokio::test]
async fn the_body_is_not_logged_when_the_handler_fails() {
    log::record();
    let driver = Driver::new(App);
    for event_type in ["batch.failed", "batch.cancelled", "batch.completed"] {
        let body = format!(r#"{{"type":"{event_type}","data":{{"id":"{MARKER}"}}}}"#);
        driver.deliver(body).await;
    }
    let log = log::everything();
    assert!(log.contains("panicked") && log.contains("no row"), "{log}");
    assert_clean(&log, "v1,");
    let large = format!("{MARKER}{}", " ".repeat(1024 * 1024));
    driver.deliver(large).await;
    let log = log::everything();
    assert!(log.contains("body_too_large"), "{log}");
    assert_clean(&log, "v1,");
}

#[tokio::test(start_paused = true)]
async fn an_incomplete_body_is_logged_with_the_number_of_bytes_read() {
    log::record();
    let driver = Driver::new(App);
    let delivery = Signer::default().sign(body("batch.failed"));
    for (body, reason) in [
        (Chunks::stuck(&delivery.body, 20), "body_timeout"),
        (Chunks::incomplete(&delivery.body, 20), "body_incomplete"),
    ] {
        let mut request = http::Request::post("/").body(body).unwrap();
        *request.headers_mut() = delivery.headers.clone();
        driver.endpoint().handle(request).await;
        let log = log::warnings();
        assert!(log.contains(reason), "{log}");
        assert!(log.contains("read_bytes=20"), "{log}");
    }
}

#[on("response.*")]
async fn sleeps() {
    tokio::time::sleep(Duration::from_secs(60)).await;
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(sleeps))]
struct Slow;

fn slow(on_timeout: OnTimeout) -> Endpoint<Slow> {
    Endpoint::builder(Slow)
        .secret(TEST_SECRET)
        .clock(TestClock::default())
        .concurrency_limit(1)
        .queue_timeout(Duration::ZERO)
        .handler_timeout(Duration::from_secs(5))
        .on_handler_timeout(on_timeout)
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_timeout_or_a_busy_endpoint_is_logged_with_the_facts_of_the_delivery() {
    let request = || {
        Signer::default()
            .sign(body("response.failed"))
            .into_request()
    };
    let facts = ["openai", "msg_test", "response.failed", "sleeps"];
    for (on_timeout, message) in [
        (OnTimeout::Finish, "keeps running"),
        (OnTimeout::Cancel, "was cancelled"),
    ] {
        log::record();
        let endpoint = slow(on_timeout);
        endpoint.handle(request()).await;
        let log = log::warnings();
        for fact in facts.iter().chain([&message]) {
            assert!(log.contains(fact), "{fact} is missing:\n{log}");
        }
        let _ = endpoint.shutdown().await;
        let log = log::everything();
        let is_late = log.contains("handled after the sender was answered");
        assert_eq!(is_late, on_timeout == OnTimeout::Finish, "{log}");
    }

    log::record();
    let endpoint = slow(OnTimeout::Finish);
    endpoint.handle(request()).await;
    endpoint.handle(request()).await;
    let _ = endpoint.shutdown().await;
    endpoint.handle(request()).await;
    let log = log::warnings();
    for fact in facts.iter().chain(&["at_capacity", "shutting_down"]) {
        assert!(log.contains(fact), "{fact} is missing:\n{log}");
    }
}
