//! Failing handlers: retries, dead letters, replay.

use std::time::{Duration, SystemTime};

use webhook_runtime::inbox::{Filter, Inbox as _, State};
use webhook_runtime::testing::{MemoryInbox, Signer};
use webhook_runtime::{DeliveryOutcome, OnTimeout, Retry};

use crate::app::{Behavior, Work, builder, delivery, endpoint, only, rows, status, until};

#[tokio::test]
async fn failed_delivery_is_retried_and_done() {
    for end in [Behavior::Fails, Behavior::Panics, Behavior::RetriesLater] {
        let (work, inbox) = (Work::default(), MemoryInbox::default());
        work.ends("a", [end, end]);
        let endpoint = endpoint(&work, inbox.new_handle());
        assert_eq!(
            status(&endpoint, &delivery("batch.completed", "a")).await,
            200
        );
        let done = only(&inbox, State::Done).await;
        assert_eq!(work.runs(), ["a", "a", "a"], "{end:?}");
        assert_eq!(done.failures.len(), 2, "{end:?}");
        assert_eq!(done.row.attempts, 3);
    }
}

#[tokio::test]
async fn delivery_is_a_dead_letter_after_the_last_retry() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    work.ends("a", [Behavior::Fails, Behavior::Panics, Behavior::Fails]);
    let endpoint = endpoint(&work, inbox.new_handle());
    assert_eq!(
        status(&endpoint, &delivery("batch.completed", "a")).await,
        200
    );
    let dead = only(&inbox, State::Dead).await;
    let failures: Vec<_> = dead
        .failures
        .iter()
        .map(|failure| (failure.attempt, failure.error.as_str()))
        .collect();
    let panicked = DeliveryOutcome::Panicked.info().message;
    assert_eq!(failures, [(1, "a failed"), (2, panicked), (3, "a failed")]);
    // A redelivery is a duplicate, because the inbox retries.
    assert_eq!(
        status(&endpoint, &delivery("batch.completed", "a")).await,
        200
    );
    assert_eq!(work.runs().len(), 3);

    let replayed = inbox.replay(&Filter::new().state(State::Dead), 10).await;
    assert_eq!(replayed.unwrap(), 1);
    let done = only(&inbox, State::Done).await;
    assert_eq!(done.failures.len(), 3, "failures are kept");
    assert_eq!(work.runs().len(), 4);
}

#[tokio::test]
async fn handler_can_set_its_own_retry_policy() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    work.ends("a msg_1", [Behavior::Fails; 9]);
    let endpoint = endpoint(&work, inbox.new_handle());
    let sent = crate::app::delivery_of("batch.expired", "msg_1", "a");
    assert_eq!(status(&endpoint, &sent).await, 200);
    let dead = only(&inbox, State::Dead).await;
    assert_eq!(dead.failures.len(), 2, "`retry(max = 1)`");
}

#[tokio::test]
async fn gone_is_a_dead_letter_at_once() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    work.ends("a", [Behavior::IsGone]);
    let endpoint = endpoint(&work, inbox.new_handle());
    assert_eq!(
        status(&endpoint, &delivery("batch.completed", "a")).await,
        200
    );
    let dead = only(&inbox, State::Dead).await;
    assert_eq!(dead.failures.len(), 1);
    assert!(
        dead.failures[0].error.contains("Gone"),
        "{:?}",
        dead.failures
    );
}

#[tokio::test]
async fn undecodable_delivery_is_retried_and_then_dead() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoint = endpoint(&work, inbox.new_handle());
    let undecodable = Signer::default()
        .id("a")
        .sign(r#"{"type":"batch.completed","data":{"id":7}}"#);
    assert_eq!(status(&endpoint, &undecodable).await, 200);
    let dead = only(&inbox, State::Dead).await;
    assert_eq!(dead.failures.len(), 3);
    let error = &dead.failures[0].error;
    assert!(
        error.contains("does not match the payload's type"),
        "{error}"
    );
    assert!(work.runs().is_empty());
}

#[tokio::test]
async fn delivery_without_a_handler_is_a_dead_letter() {
    use webhook_runtime::openai::{BatchExpired, OpenAi};
    use webhook_runtime::{Endpoint, Event, WebhookRouter, on};

    #[on("batch.expired")]
    async fn other(_: Event<BatchExpired>) {}
    #[derive(WebhookRouter)]
    #[webhook(provider = OpenAi, handlers(other))]
    struct AfterDeploy;

    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let before = builder(&work, inbox.new_handle()).name("app").workers(0);
    let before = before.build().unwrap();
    assert_eq!(
        status(&before, &delivery("batch.completed", "a")).await,
        200
    );
    let _after = Endpoint::builder(AfterDeploy)
        .secret(webhook_runtime::testing::TEST_SECRET)
        .retry(Retry::new().max_retries(0))
        .name("app")
        .inbox(inbox.new_handle())
        .build()
        .unwrap();
    let dead = only(&inbox, State::Dead).await;
    assert_eq!(
        dead.failures[0].error,
        DeliveryOutcome::Unhandled.info().message
    );
}

#[tokio::test]
async fn retry_is_not_due_before_its_backoff() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    work.ends("a", [Behavior::Fails]);
    let endpoint = builder(&work, inbox.new_handle())
        .retry(Retry::new().initial_backoff(Duration::from_secs(100)))
        .build()
        .unwrap();
    assert_eq!(
        status(&endpoint, &delivery("batch.completed", "a")).await,
        200
    );
    work.ran(1).await;
    until(&inbox, State::Pending, 1).await;
    let due = rows(&inbox, State::Pending).await[0].due_at.unwrap();
    let pause = due.duration_since(SystemTime::now()).unwrap();
    assert!((45..=100).contains(&pause.as_secs()), "{pause:?}");
}

#[tokio::test]
async fn handler_cancelled_at_its_timeout_is_retried() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoint = builder(&work, inbox.new_handle())
        .handler_timeout(Duration::from_millis(30))
        .on_handler_timeout(OnTimeout::Cancel)
        .build()
        .unwrap();
    assert_eq!(status(&endpoint, &delivery("batch.failed", "a")).await, 200);
    work.ran(2).await;
    work.open(1);
    let done = only(&inbox, State::Done).await;
    assert_eq!(
        done.failures[0].error,
        DeliveryOutcome::HandlerCancelled.info().message
    );
}
