//! Health of an endpoint: successes, failures and rejections.

use webhook_runtime::testing::{Signer, TEST_TIME, TestClock};
use webhook_runtime::{Endpoint, Timestamp};

use crate::outcomes::{App, body, builder, delivery_with, observe, send};

fn endpoint() -> (Endpoint<App>, TestClock) {
    let clock = TestClock::default();
    let endpoint = builder().clock(clock.clone()).build().unwrap();
    (endpoint, clock)
}

fn after(seconds: i64) -> Timestamp {
    Timestamp::from_second(TEST_TIME.as_second() + seconds)
}

#[tokio::test]
async fn streak_grows_with_failures_and_ends_with_a_success() {
    let (endpoint, clock) = endpoint();
    assert!(
        !endpoint.health().is_failing(0),
        "an endpoint without deliveries is not failing"
    );
    for failures in 1..=3 {
        clock.advance(1);
        send(&endpoint, &delivery_with("failed")).await;
        let health = endpoint.health();
        assert_eq!((health.failure_streak, health.failed), (failures, failures));
        assert_eq!(health.is_failing(3), failures == 3);
        assert_eq!(health.last_success, None);
        let failure = health.last_failure.expect("a failure");
        assert_eq!(failure.at, after(failures.try_into().unwrap()));
        assert_eq!(failure.outcome, "failed");
        assert_eq!(failure.event_type.unwrap(), "batch.failed");
    }
    clock.advance(1);
    send(&endpoint, &delivery_with("done")).await;
    let health = endpoint.health();
    assert_eq!(
        (health.failure_streak, health.failed, health.succeeded),
        (0, 3, 1)
    );
    assert_eq!(health.last_success, Some(after(4)));
    assert!(!health.is_failing(0));
    assert_eq!(
        health.last_failure.unwrap().at,
        after(3),
        "a success does not clear it"
    );
}

#[tokio::test]
async fn unhandled_event_is_a_success() {
    let (endpoint, _) = endpoint();
    send(&endpoint, &delivery_with("failed")).await;
    let unhandled = Signer::default().sign(body("brand.new", "x"));
    assert_eq!(send(&endpoint, &unhandled).await, 200);
    let health = endpoint.health();
    assert_eq!(
        (health.failure_streak, health.succeeded, health.unhandled),
        (0, 1, 1)
    );
    assert_eq!(health.last_success, Some(TEST_TIME));
    assert_eq!(endpoint.unhandled(), 1);
}

#[tokio::test]
async fn gone_is_neither_a_failure_nor_a_success() {
    let (endpoint, _) = endpoint();
    send(&endpoint, &delivery_with("failed")).await;
    assert_eq!(send(&endpoint, &delivery_with("gone")).await, 410);
    let health = endpoint.health();
    assert_eq!(
        (health.gone, health.failure_streak, health.succeeded),
        (1, 1, 0)
    );
    assert_eq!(health.last_failure.unwrap().outcome, "failed");
}

#[tokio::test]
async fn rejection_is_no_failure_and_its_streak_ends_with_an_authentic_delivery() {
    let (endpoint, clock) = endpoint();
    let mut forged = delivery_with("done");
    forged
        .headers
        .insert("webhook-id", "msg_other".parse().unwrap());
    for _ in 0..5 {
        assert_eq!(send(&endpoint, &forged).await, 401);
    }
    let health = endpoint.health();
    assert_eq!(
        (health.failed, health.rejected, health.rejected_streak),
        (0, 5, 5)
    );
    assert!(!health.is_failing(1));
    let rejection = health.last_rejection.unwrap();
    assert_eq!(
        (rejection.at, rejection.outcome),
        (TEST_TIME, "bad_signature")
    );

    // A failed delivery is authentic: the secret is right.
    clock.advance(1);
    send(&endpoint, &delivery_with("failed")).await;
    let health = endpoint.health();
    assert_eq!(
        (
            health.rejected,
            health.rejected_streak,
            health.failure_streak
        ),
        (5, 0, 1)
    );
    send(&endpoint, &forged).await;
    assert_eq!(
        endpoint.health().failure_streak,
        1,
        "a rejection does not count"
    );
}

#[tokio::test(start_paused = true)]
async fn response_counts_and_not_the_outcome_of_the_handler() {
    for outcome in ["handler_timeout", "client_disconnected"] {
        let health = observe(outcome).await.health;
        assert_eq!((health.failed, health.succeeded), (1, 0), "{outcome}");
        assert_eq!(health.last_failure.unwrap().outcome, outcome);
    }
}

#[tokio::test]
async fn long_event_type_is_cut() {
    let (endpoint, _) = endpoint();
    let long = format!(r#"{{"type":"{}","data":1,"data":2}}"#, "x".repeat(5000));
    let empty = Signer::default().sign(r#"{"data":{}}"#);
    send(&endpoint, &empty).await;
    assert_eq!(endpoint.health().last_failure.unwrap().event_type, None);
    send(&endpoint, &Signer::default().sign(long)).await;
    let lines = crate::lines::take();
    assert!(
        lines
            .iter()
            .all(|line| line.fields.values().all(|value| value.len() < 1000))
    );
}

#[tokio::test]
async fn health_is_displayed_as_one_line() {
    let (endpoint, clock) = endpoint();
    assert_eq!(
        endpoint.health().to_string(),
        "openai: 0 succeeded; 0 failed; 0 gone; 0 rejected"
    );
    send(&endpoint, &delivery_with("done")).await;
    clock.advance(10);
    send(&endpoint, &delivery_with("failed")).await;
    let mut empty = delivery_with("done");
    empty.headers.remove("webhook-id");
    clock.advance(5);
    send(&endpoint, &empty).await;
    clock.advance(60);
    assert_eq!(
        endpoint.health().to_string(),
        "openai: 1 succeeded, the last 75 s ago; 1 failed, 1 in a row, the last 65 s ago \
         (failed, \"batch.failed\"); 0 gone; 1 rejected, 1 in a row, the last 60 s ago (missing_header)"
    );
}
