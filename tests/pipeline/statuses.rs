//! Status of each outcome. A response contains nothing else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode};
use webhook_runtime::openai::{
    BatchCancelled, BatchCompleted, BatchExpired, BatchFailed, OpenAi, ResponseCompleted,
};
use webhook_runtime::testing::{Driver, Signer, TEST_SECRET, TestClock, sample_of, samples};
use webhook_runtime::{
    DeliveryOutcome, Endpoint, Event, Outcome, Secret, VerifyError, WebhookRouter, on,
};

use crate::providers::{Case, for_each_provider};

#[on("batch.completed")]
async fn done(_: Event<BatchCompleted>) {}

#[on("batch.failed")]
async fn fails(event: Event<BatchFailed>) -> Result<(), String> {
    Err(event.data.id)
}

#[on("batch.cancelled")]
async fn panics(_: Event<BatchCancelled>) {
    tokio::task::yield_now().await;
    panic!("after the first await");
}

#[on("batch.expired")]
async fn panics_at_once(_: Event<BatchExpired>) {
    panic!("before the first await");
}

#[on("response.completed")]
fn panics_in_a_plain_function(_: Event<ResponseCompleted>) {
    panic!("without an await");
}

#[on("response.*")]
async fn returns(app: &App) -> Outcome {
    app.outcome
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(done, fails, panics, panics_at_once, panics_in_a_plain_function, returns))]
struct App {
    outcome: Outcome,
}

fn app(outcome: Outcome) -> Driver<App> {
    Driver::new(App { outcome })
}

fn body(event_type: &str) -> &'static str {
    samples::<OpenAi>()
        .find(|sample| sample.event_type == event_type)
        .unwrap()
        .body
}

/// Status and headers of the HTTP response, which has no body.
async fn respond(driver: &Driver<App>, event_type: &str) -> (StatusCode, HeaderMap) {
    let request = Signer::default().sign(body(event_type)).into_request();
    let response = driver.endpoint().handle(request).await;
    assert!(http_body::Body::is_end_stream(response.body()));
    (response.status(), response.headers().clone())
}

#[tokio::test]
async fn a_handled_delivery_is_200() {
    let driver = app(Outcome::Done);
    for (event_type, handler) in [("batch.completed", "done"), ("response.failed", "returns")] {
        let report = driver.deliver(body(event_type)).await;
        assert_eq!(report.status(), 200);
        assert_eq!(report.handler(), Some(handler));
        assert!(matches!(
            report.outcome(),
            DeliveryOutcome::Handled(Outcome::Done)
        ));
        assert_eq!(
            respond(&driver, event_type).await,
            (StatusCode::OK, HeaderMap::new())
        );
    }
}

#[tokio::test]
async fn an_unhandled_event_is_200_and_counted() {
    let driver = app(Outcome::Done);
    assert_eq!(driver.endpoint().unhandled(), 0);
    let report = driver.deliver(body("video.failed")).await;
    assert_eq!((report.status(), report.handler()), (StatusCode::OK, None));
    let report = driver.deliver(r#"{"type":"no.such"}"#).await;
    assert!(matches!(report.outcome(), DeliveryOutcome::Unhandled));
    assert_eq!(driver.endpoint().unhandled(), 2);
    assert_eq!(
        respond(&driver, "video.failed").await,
        (StatusCode::OK, HeaderMap::new())
    );
}

#[tokio::test]
async fn a_handlers_error_is_500() {
    let driver = app(Outcome::Done);
    let report = driver.deliver(body("batch.failed")).await;
    let id = sample_of::<BatchFailed>("batch.failed").data.id;
    assert!(matches!(report.outcome(), DeliveryOutcome::Failed(error) if error.to_string() == id));
    assert_eq!(
        respond(&driver, "batch.failed").await,
        (StatusCode::INTERNAL_SERVER_ERROR, HeaderMap::new())
    );
}

#[tokio::test]
async fn a_panic_is_500_and_affects_no_other_delivery() {
    let driver = app(Outcome::Done);
    for (event_type, handler) in [
        ("batch.cancelled", "panics"),
        ("batch.expired", "panics_at_once"),
        ("response.completed", "panics_in_a_plain_function"),
    ] {
        let report = driver.deliver(body(event_type)).await;
        assert_eq!(report.handler(), Some(handler));
        assert!(matches!(report.outcome(), DeliveryOutcome::Panicked));
        assert_eq!(
            respond(&driver, event_type).await,
            (StatusCode::INTERNAL_SERVER_ERROR, HeaderMap::new())
        );
        assert_eq!(driver.deliver(body("batch.completed")).await.status(), 200);
    }
}

#[tokio::test]
async fn an_outcome_has_its_status() {
    for (outcome, status) in [(Outcome::Failed, 500), (Outcome::Gone, 410)] {
        let (actual, headers) = respond(&app(outcome), "response.failed").await;
        assert_eq!(actual, status);
        assert!(headers.is_empty());
    }
}

#[tokio::test]
async fn retry_after_is_rounded_up_to_whole_seconds() {
    for (after, seconds) in [
        (Duration::ZERO, "0"),
        (Duration::from_nanos(1), "1"),
        (Duration::from_secs(1), "1"),
        (Duration::from_millis(1001), "2"),
        (Duration::from_secs(3600), "3600"),
    ] {
        let (status, headers) = respond(&app(Outcome::RetryLater(after)), "response.failed").await;
        assert_eq!(status, 503);
        assert_eq!(headers.len(), 1);
        assert_eq!(headers["retry-after"], seconds, "{after:?}");
    }
}

#[tokio::test]
async fn the_maximum_retry_after_is_valid() {
    let never = Outcome::RetryLater(Duration::MAX);
    let (status, headers) = respond(&app(never), "response.failed").await;
    assert_eq!(status, 503);
    assert!(headers.contains_key("retry-after"));
}

#[tokio::test]
async fn a_header_that_is_missing_or_malformed_is_400() {
    let driver = app(Outcome::Done);
    let valid = Signer::default().sign(body("batch.completed"));
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut without = valid.clone();
        without.headers.remove(name);
        let report = driver
            .deliver_raw(&without.headers, without.body.clone())
            .await;
        assert_eq!(report.status(), 400, "{name}");
        assert!(
            matches!(report.outcome(), DeliveryOutcome::Rejected(VerifyError::MissingHeader { header }) if *header == name)
        );
        let response = driver.endpoint().handle(without.into_request()).await;
        assert_eq!(response.status(), 400, "{name}");
        assert!(response.headers().is_empty());

        let mut empty = valid.clone();
        empty.headers.insert(name, HeaderValue::from_static(""));
        let report = driver.deliver_raw(&empty.headers, empty.body).await;
        assert_eq!(report.status(), 400, "{name}");
    }
    for value in ["soon", "1.7e9", "-", "0x10", "99999999999999999999"] {
        let mut malformed = valid.clone();
        malformed
            .headers
            .insert("webhook-timestamp", HeaderValue::from_static(value));
        let report = driver.deliver_raw(&malformed.headers, malformed.body).await;
        assert_eq!(report.status(), 400, "{value}");
    }
}

#[tokio::test]
async fn a_forged_delivery_is_401() {
    let driver = app(Outcome::Done);
    let valid = Signer::default().sign(body("batch.completed"));
    let other = Signer::new(&Secret::new("whsec_b3RoZXI=")).unwrap();

    let mut changed = valid.clone();
    changed.body = body("batch.failed").into();
    let mut with_other_id = valid.clone();
    let id = HeaderValue::from_static("msg_other");
    with_other_id.headers.insert("webhook-id", id);
    let mut with_other_version = valid.clone();
    let signature = valid.headers["webhook-signature"].to_str().unwrap();
    let signature = HeaderValue::from_str(&signature.replace("v1,", "v2,")).unwrap();
    with_other_version
        .headers
        .insert("webhook-signature", signature);

    for forged in [
        other.sign(body("batch.completed")),
        changed,
        with_other_id,
        with_other_version,
    ] {
        let report = driver
            .deliver_raw(&forged.headers, forged.body.clone())
            .await;
        assert_eq!(
            (report.status(), report.handler()),
            (StatusCode::UNAUTHORIZED, None)
        );
        assert!(matches!(
            report.outcome(),
            DeliveryOutcome::Rejected(VerifyError::BadSignature)
        ));
        let response = driver.endpoint().handle(forged.into_request()).await;
        assert_eq!(response.status(), 401);
        assert!(response.headers().is_empty());
    }
}

/// Status of a delivery that arrives some seconds after its signature.
async fn status_after<C: Case>(
    endpoint: &Endpoint<C::Everything>,
    clock: &TestClock,
    seconds: i64,
) -> u16 {
    clock.advance(seconds);
    let delivery = Signer::default().sign(C::VALID);
    let response = endpoint
        .handle_bytes(&delivery.headers, delivery.body)
        .await;
    clock.advance(-seconds);
    response.status().as_u16()
}

#[tokio::test]
async fn a_delivery_that_is_too_old_or_too_new_is_401() {
    async fn test<C: Case>() {
        let clock = TestClock::default();
        let endpoint = Endpoint::builder(C::Everything::default())
            .secret(TEST_SECRET)
            .clock(clock.clone())
            .build()
            .unwrap();
        // Wacht signs a redelivery with the first time, and redelivers for a week.
        let tolerance = match C::EVENT {
            "organization.deleted" => 7 * 24 * 60 * 60,
            _ => 300,
        };
        for (seconds, status) in [
            (0, 200),
            (tolerance, 200),
            (tolerance + 1, 401),
            (-tolerance, 200),
            (-tolerance - 1, 401),
            (i64::from(i32::MAX), 401),
        ] {
            assert_eq!(
                status_after::<C>(&endpoint, &clock, seconds).await,
                status,
                "{seconds} s"
            );
        }
    }
    for_each_provider!(test);
}

#[tokio::test]
async fn the_tolerance_can_be_set() {
    let clock = TestClock::default();
    let endpoint = Endpoint::builder(App {
        outcome: Outcome::Done,
    })
    .secret(TEST_SECRET)
    .clock(clock.clone())
    .tolerance(Duration::from_secs(5))
    .build()
    .unwrap();
    for (seconds, status) in [(5, 200), (1, 401)] {
        clock.advance(seconds);
        let delivery = Signer::default().sign(body("batch.completed"));
        let response = endpoint
            .handle_bytes(&delivery.headers, delivery.body)
            .await;
        assert_eq!(response.status(), status);
    }
}

#[tokio::test]
async fn the_default_clock_is_the_system_clock() {
    let endpoint = Endpoint::builder(App {
        outcome: Outcome::Done,
    })
    .secret(TEST_SECRET)
    .build()
    .unwrap();
    let now = std::time::SystemTime::now().into();
    let fresh = Signer::default().at(now).sign(body("batch.completed"));
    let response = endpoint.handle_bytes(&fresh.headers, fresh.body).await;
    assert_eq!(response.status(), 200);
    let stale = Signer::default().sign(body("batch.completed"));
    let response = endpoint.handle_bytes(&stale.headers, stale.body).await;
    assert_eq!(response.status(), 401);
}

#[on("batch.*")]
fn records(app: &HasRun) {
    app.0.store(true, Ordering::Relaxed);
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = OpenAi, handlers(records))]
struct HasRun(AtomicBool);

#[tokio::test]
async fn no_handler_runs_for_a_rejected_delivery() {
    let driver = Driver::new(HasRun::default());
    let mut forged = Signer::default().sign(body("batch.failed"));
    forged.body = body("batch.completed").into();
    let report = driver
        .deliver_raw(&forged.headers, forged.body.clone())
        .await;
    assert_eq!(report.status(), 401);
    driver.endpoint().handle(forged.into_request()).await;
    assert!(!driver.endpoint().router().0.load(Ordering::Relaxed));
    driver.deliver(body("batch.failed")).await;
    assert!(driver.endpoint().router().0.load(Ordering::Relaxed));
}
