//! How an endpoint fares, as a provider sees it.

use webhook_runtime::testing::{Signer, TEST_TIME, TestClock};
use webhook_runtime::{Endpoint, Timestamp};

use crate::endings::{App, acting, body, builder, see, send};

fn endpoint() -> (Endpoint<App>, TestClock) {
    let clock = TestClock::default();
    let endpoint = builder().clock(clock.clone()).build().unwrap();
    (endpoint, clock)
}

fn after(seconds: i64) -> Timestamp {
    Timestamp::from_second(TEST_TIME.as_second() + seconds)
}

#[tokio::test]
async fn a_streak_grows_with_failures_and_ends_with_a_success() {
    let (endpoint, clock) = endpoint();
    assert!(
        !endpoint.health().is_failing(0),
        "no delivery is no failure"
    );
    for failures in 1..=3 {
        clock.advance(1);
        send(&endpoint, &acting("failed")).await;
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
    send(&endpoint, &acting("done")).await;
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
        "it stays to be seen"
    );
}

#[tokio::test]
async fn an_event_that_nobody_handles_is_a_success() {
    let (endpoint, _) = endpoint();
    send(&endpoint, &acting("failed")).await;
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
    send(&endpoint, &acting("failed")).await;
    assert_eq!(send(&endpoint, &acting("gone")).await, 410);
    let health = endpoint.health();
    assert_eq!(
        (health.gone, health.failure_streak, health.succeeded),
        (1, 1, 0)
    );
    assert_eq!(health.last_failure.unwrap().outcome, "failed");
}

#[tokio::test]
async fn a_refusal_is_no_failure_and_its_streak_ends_with_what_is_authentic() {
    let (endpoint, clock) = endpoint();
    let mut forged = acting("done");
    forged
        .headers
        .insert("webhook-id", "msg_other".parse().unwrap());
    for _ in 0..5 {
        assert_eq!(send(&endpoint, &forged).await, 401);
    }
    let health = endpoint.health();
    assert_eq!(
        (health.failed, health.refused, health.refused_streak),
        (0, 5, 5)
    );
    assert!(!health.is_failing(1));
    let refusal = health.last_refusal.unwrap();
    assert_eq!((refusal.at, refusal.outcome), (TEST_TIME, "bad_signature"));

    // A failure is authentic too: the secret is right.
    clock.advance(1);
    send(&endpoint, &acting("failed")).await;
    let health = endpoint.health();
    assert_eq!(
        (health.refused, health.refused_streak, health.failure_streak),
        (5, 0, 1)
    );
    send(&endpoint, &forged).await;
    assert_eq!(
        endpoint.health().failure_streak,
        1,
        "strangers change nothing"
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_sender_was_told_counts_and_not_how_the_handler_ends() {
    for outcome in ["handler_timeout", "client_disconnected"] {
        let health = see(outcome).await.health;
        assert_eq!((health.failed, health.succeeded), (1, 0), "{outcome}");
        assert_eq!(health.last_failure.unwrap().outcome, outcome);
    }
}

#[tokio::test]
async fn a_name_that_is_too_long_is_cut() {
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
async fn it_reads_as_one_line() {
    let (endpoint, clock) = endpoint();
    assert_eq!(
        endpoint.health().to_string(),
        "openai: 0 succeeded; 0 failed; 0 gone; 0 refused"
    );
    send(&endpoint, &acting("done")).await;
    clock.advance(10);
    send(&endpoint, &acting("failed")).await;
    let mut empty = acting("done");
    empty.headers.remove("webhook-id");
    clock.advance(5);
    send(&endpoint, &empty).await;
    clock.advance(60);
    assert_eq!(
        endpoint.health().to_string(),
        "openai: 1 succeeded, the last 75 s ago; 1 failed, 1 in a row, the last 65 s ago \
         (failed, \"batch.failed\"); 0 gone; 1 refused, 1 in a row, the last 60 s ago (missing_header)"
    );
}
