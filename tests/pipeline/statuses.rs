//! Which status tells what, and that no answer tells more.

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

use crate::everything::{Case, of_all};

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
    panic!("there is no await");
}

#[on("response.*")]
async fn says(app: &App) -> Outcome {
    app.says
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(done, fails, panics, panics_at_once, panics_in_a_plain_function, says))]
struct App {
    says: Outcome,
}

fn app(says: Outcome) -> Driver<App> {
    Driver::new(App { says })
}

fn body(event_type: &str) -> &'static str {
    samples::<OpenAi>()
        .find(|sample| sample.event_type == event_type)
        .expect("there is a sample")
        .body
}

/// The status and the headers of the answer over HTTP, which has no body.
async fn answer(driver: &Driver<App>, event_type: &str) -> (StatusCode, HeaderMap) {
    let request = Signer::default().sign(body(event_type)).into_request();
    let answer = driver.endpoint().handle(request).await;
    assert!(http_body::Body::is_end_stream(answer.body()));
    (answer.status(), answer.headers().clone())
}

#[tokio::test]
async fn a_handler_that_is_done_is_200() {
    let driver = app(Outcome::Done);
    for (event_type, handler) in [("batch.completed", "done"), ("response.failed", "says")] {
        let ran = driver.deliver(body(event_type)).await;
        assert_eq!(ran.status(), 200);
        assert_eq!(ran.handler(), Some(handler));
        assert!(matches!(
            ran.outcome(),
            DeliveryOutcome::Handled(Outcome::Done)
        ));
        assert_eq!(
            answer(&driver, event_type).await,
            (StatusCode::OK, HeaderMap::new())
        );
    }
}

#[tokio::test]
async fn an_event_that_nobody_handles_is_200_and_counted() {
    let driver = app(Outcome::Done);
    assert_eq!(driver.endpoint().unhandled(), 0);
    let ran = driver.deliver(body("video.failed")).await;
    assert_eq!((ran.status(), ran.handler()), (StatusCode::OK, None));
    let ran = driver.deliver(r#"{"type":"no.such"}"#).await;
    assert!(matches!(ran.outcome(), DeliveryOutcome::Unhandled));
    assert_eq!(driver.endpoint().unhandled(), 2);
    assert_eq!(
        answer(&driver, "video.failed").await,
        (StatusCode::OK, HeaderMap::new())
    );
}

#[tokio::test]
async fn a_handlers_error_is_500() {
    let driver = app(Outcome::Done);
    let ran = driver.deliver(body("batch.failed")).await;
    let id = sample_of::<BatchFailed>("batch.failed").data.id;
    assert!(matches!(ran.outcome(), DeliveryOutcome::Failed(error) if error.to_string() == id));
    assert_eq!(
        answer(&driver, "batch.failed").await,
        (StatusCode::INTERNAL_SERVER_ERROR, HeaderMap::new())
    );
}

#[tokio::test]
async fn a_panic_is_500_of_that_delivery_alone() {
    let driver = app(Outcome::Done);
    for (event_type, handler) in [
        ("batch.cancelled", "panics"),
        ("batch.expired", "panics_at_once"),
        ("response.completed", "panics_in_a_plain_function"),
    ] {
        let ran = driver.deliver(body(event_type)).await;
        assert_eq!(ran.handler(), Some(handler));
        assert!(matches!(ran.outcome(), DeliveryOutcome::Panicked));
        assert_eq!(
            answer(&driver, event_type).await,
            (StatusCode::INTERNAL_SERVER_ERROR, HeaderMap::new())
        );
        assert_eq!(driver.deliver(body("batch.completed")).await.status(), 200);
    }
}

#[tokio::test]
async fn an_outcome_of_the_handler_is_its_status() {
    for (says, status) in [(Outcome::Failed, 500), (Outcome::Gone, 410)] {
        let (answered, headers) = answer(&app(says), "response.failed").await;
        assert_eq!(answered, status);
        assert!(headers.is_empty());
    }
}

#[tokio::test]
async fn retry_after_is_in_whole_seconds_and_never_too_soon() {
    for (after, seconds) in [
        (Duration::ZERO, "0"),
        (Duration::from_nanos(1), "1"),
        (Duration::from_secs(1), "1"),
        (Duration::from_millis(1001), "2"),
        (Duration::from_secs(3600), "3600"),
    ] {
        let (status, headers) = answer(&app(Outcome::RetryLater(after)), "response.failed").await;
        assert_eq!(status, 503);
        assert_eq!(headers.len(), 1);
        assert_eq!(headers["retry-after"], seconds, "{after:?}");
    }
}

#[tokio::test]
async fn the_longest_time_to_wait_is_an_answer_too() {
    let never = Outcome::RetryLater(Duration::MAX);
    let (status, headers) = answer(&app(never), "response.failed").await;
    assert_eq!(status, 503);
    assert!(headers.contains_key("retry-after"));
}

#[tokio::test]
async fn a_header_that_is_missing_or_malformed_is_400() {
    let driver = app(Outcome::Done);
    let good = Signer::default().sign(body("batch.completed"));
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut without = good.clone();
        without.headers.remove(name);
        let ran = driver
            .deliver_raw(&without.headers, without.body.clone())
            .await;
        assert_eq!(ran.status(), 400, "{name}");
        assert!(
            matches!(ran.outcome(), DeliveryOutcome::Rejected(VerifyError::MissingHeader { header }) if *header == name)
        );
        let answer = driver.endpoint().handle(without.into_request()).await;
        assert_eq!(answer.status(), 400, "{name}");
        assert!(answer.headers().is_empty());

        let mut empty = good.clone();
        empty.headers.insert(name, HeaderValue::from_static(""));
        let ran = driver.deliver_raw(&empty.headers, empty.body).await;
        assert_eq!(ran.status(), 400, "{name}");
    }
    for text in ["soon", "1.7e9", "-", "0x10", "99999999999999999999"] {
        let mut odd = good.clone();
        let value = HeaderValue::from_static(text);
        odd.headers.insert("webhook-timestamp", value);
        let ran = driver.deliver_raw(&odd.headers, odd.body).await;
        assert_eq!(ran.status(), 400, "{text}");
    }
}

#[tokio::test]
async fn what_is_not_authentic_is_401() {
    let driver = app(Outcome::Done);
    let good = Signer::default().sign(body("batch.completed"));
    let other = Signer::new(&Secret::new("whsec_b3RoZXI=")).expect("a good secret");

    let mut changed = good.clone();
    changed.body = body("batch.failed").into();
    let mut of_another_id = good.clone();
    let id = HeaderValue::from_static("msg_other");
    of_another_id.headers.insert("webhook-id", id);
    let mut of_another_version = good.clone();
    let signature = good.headers["webhook-signature"].to_str().expect("text");
    let signature = HeaderValue::from_str(&signature.replace("v1,", "v2,")).expect("text");
    of_another_version
        .headers
        .insert("webhook-signature", signature);

    for forged in [
        other.sign(body("batch.completed")),
        changed,
        of_another_id,
        of_another_version,
    ] {
        let ran = driver
            .deliver_raw(&forged.headers, forged.body.clone())
            .await;
        assert_eq!(
            (ran.status(), ran.handler()),
            (StatusCode::UNAUTHORIZED, None)
        );
        assert!(matches!(
            ran.outcome(),
            DeliveryOutcome::Rejected(VerifyError::BadSignature)
        ));
        let answer = driver.endpoint().handle(forged.into_request()).await;
        assert_eq!(answer.status(), 401);
        assert!(answer.headers().is_empty());
    }
}

/// A delivery that was signed when the clock stood at its start, and is delivered some seconds later.
async fn after<C: Case>(
    endpoint: &Endpoint<C::Everything>,
    clock: &TestClock,
    seconds: i64,
) -> u16 {
    clock.advance(seconds);
    let delivery = Signer::default().sign(C::GOOD);
    let answer = endpoint
        .handle_bytes(&delivery.headers, delivery.body)
        .await;
    clock.advance(-seconds);
    answer.status().as_u16()
}

#[tokio::test]
async fn what_is_too_old_or_too_new_is_401() {
    async fn test<C: Case>() {
        let clock = TestClock::default();
        let endpoint = Endpoint::builder(C::Everything::default())
            .secret(TEST_SECRET)
            .clock(clock.clone())
            .build()
            .expect("a good secret");
        // Wacht does not renew the time of a delivery on its retries, which take a week.
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
                after::<C>(&endpoint, &clock, seconds).await,
                status,
                "{seconds} s"
            );
        }
    }
    of_all!(test);
}

#[tokio::test]
async fn the_tolerance_can_be_set() {
    let clock = TestClock::default();
    let endpoint = Endpoint::builder(App {
        says: Outcome::Done,
    })
    .secret(TEST_SECRET)
    .clock(clock.clone())
    .tolerance(Duration::from_secs(5))
    .build()
    .expect("a good secret");
    for (seconds, status) in [(5, 200), (1, 401)] {
        clock.advance(seconds);
        let delivery = Signer::default().sign(body("batch.completed"));
        let answer = endpoint
            .handle_bytes(&delivery.headers, delivery.body)
            .await;
        assert_eq!(answer.status(), status);
    }
}

#[tokio::test]
async fn the_clock_of_the_machine_is_the_one_unless_told() {
    let endpoint = Endpoint::builder(App {
        says: Outcome::Done,
    })
    .secret(TEST_SECRET)
    .build()
    .expect("a good secret");
    let now = std::time::SystemTime::now().into();
    let fresh = Signer::default().at(now).sign(body("batch.completed"));
    let answer = endpoint.handle_bytes(&fresh.headers, fresh.body).await;
    assert_eq!(answer.status(), 200);
    let stale = Signer::default().sign(body("batch.completed"));
    let answer = endpoint.handle_bytes(&stale.headers, stale.body).await;
    assert_eq!(answer.status(), 401);
}

#[on("batch.*")]
fn notes(app: &DeliveryReport) {
    app.0.store(true, Ordering::Relaxed);
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = OpenAi, handlers(notes))]
struct DeliveryReport(AtomicBool);

#[tokio::test]
async fn no_handler_runs_for_what_is_refused() {
    let driver = Driver::new(DeliveryReport::default());
    let mut forged = Signer::default().sign(body("batch.failed"));
    forged.body = body("batch.completed").into();
    let ran = driver
        .deliver_raw(&forged.headers, forged.body.clone())
        .await;
    assert_eq!(ran.status(), 401);
    driver.endpoint().handle(forged.into_request()).await;
    assert!(!driver.endpoint().router().0.load(Ordering::Relaxed));
    driver.deliver(body("batch.failed")).await;
    assert!(driver.endpoint().router().0.load(Ordering::Relaxed));
}
