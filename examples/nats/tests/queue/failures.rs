//! Handlers that fail, run long, or never end.

use std::time::{Duration, Instant};

use async_nats::jetstream::consumer::{AckPolicy, pull};
use futures_util::StreamExt as _;
use webhook_runtime::{Outcome, Retry};

use crate::deliveries::{TestWorker, enqueue};
use crate::server::{Server, TIMEOUT};

const NO_DELAY: Duration = Duration::ZERO;
const ACK_WAIT: Duration = Duration::from_millis(200);
const FAST_RETRY: Retry = Retry::new().initial_backoff(Duration::from_millis(100));

#[tokio::test]
async fn failed_message_is_redelivered_after_a_growing_backoff() {
    let Some(server) = Server::new("failing").await else {
        return;
    };
    let begun = Instant::now();
    let worker = TestWorker::start(
        &server,
        |worker| worker.retry(FAST_RETRY),
        |call| match call {
            1 => (NO_DELAY, Err("not yet".into())),
            2 => (NO_DELAY, Ok(Outcome::Failed)),
            3 => (
                NO_DELAY,
                Ok(Outcome::RetryLater(Duration::from_millis(500))),
            ),
            _ => (NO_DELAY, Ok(Outcome::Done)),
        },
    )
    .await;
    enqueue(&server.queue().await, "msg_1", "brand.new").await;
    server.wait_until_empty().await;
    // At least half of each backoff, and the delay that the handler asked for.
    assert!(begun.elapsed() >= Duration::from_millis(50 + 100 + 500));
    assert_eq!(worker.stop().await.len(), 4);
    assert_eq!(server.dead_letters().await, 0);
    server.clean_up().await;
}

#[tokio::test]
async fn message_is_an_unchanged_dead_letter_after_the_last_retry() {
    let Some(server) = Server::new("poison").await else {
        return;
    };
    let queue = server.queue().await;
    enqueue(&queue, "msg_1", "brand.new").await;
    let stream = server
        .context()
        .await
        .get_stream(&server.name)
        .await
        .unwrap();
    let message = stream.get_raw_message(1).await.unwrap();
    let worker = TestWorker::start(
        &server,
        |worker| worker.retry(FAST_RETRY.max_retries(2)),
        |_| (NO_DELAY, Err("never".into())),
    )
    .await;
    server.wait_until_empty().await;
    assert_eq!(worker.stop().await.len(), 3);
    let dead = server.context().await;
    let dead = dead.get_stream(format!("{}-dead", server.name)).await;
    let letter = dead.unwrap().get_raw_message(1).await.unwrap();
    assert_eq!(letter.payload, message.payload);
    assert_eq!(
        letter.subject.as_str(),
        format!("{}-dead.openai.brand.new", server.name)
    );
    let reason = letter.headers.get("Webhook-Failure-Reason").unwrap();
    assert_eq!(reason.as_str(), "failed");

    // Replays the dead letter.
    let context = server.context().await;
    let ack = context.publish(message.subject, letter.payload).await;
    ack.unwrap().await.unwrap();
    let worker =
        TestWorker::start(&server, |worker| worker, |_| (NO_DELAY, Ok(Outcome::Done))).await;
    server.wait_until_empty().await;
    assert_eq!(worker.stop().await, ["brand.new"]);
    server.clean_up().await;
}

#[tokio::test]
async fn unreadable_message_is_a_dead_letter_and_blocks_no_other_message() {
    let Some(server) = Server::new("unreadable").await else {
        return;
    };
    let queue = server.queue().await;
    let subject = format!("{}.openai.brand.new", server.name);
    let context = server.context().await;
    let ack = context.publish(subject, "no delivery".into()).await;
    ack.unwrap().await.unwrap();
    enqueue(&queue, "msg_1", "brand.new").await;
    let worker = TestWorker::start(
        &server,
        |worker| worker.concurrency(1),
        |_| (NO_DELAY, Ok(Outcome::Done)),
    )
    .await;
    server.wait_until_empty().await;
    assert_eq!(worker.stop().await.len(), 1);
    assert_eq!(server.dead_letters().await, 1);
    server.clean_up().await;
}

#[tokio::test]
async fn message_that_crashes_every_worker_is_a_dead_letter() {
    let Some(server) = Server::new("killer").await else {
        return;
    };
    enqueue(&server.queue().await, "msg_1", "brand.new").await;
    // Workers that received the message and crashed.
    let stream = server
        .context()
        .await
        .get_stream(&server.name)
        .await
        .unwrap();
    let config = pull::Config {
        durable_name: Some("workers".into()),
        ack_policy: AckPolicy::Explicit,
        ack_wait: ACK_WAIT,
        ..pull::Config::default()
    };
    let consumer = stream.create_consumer(config).await.unwrap();
    for _ in 0..2 {
        let mut batch = consumer
            .batch()
            .max_messages(1)
            .expires(TIMEOUT)
            .messages()
            .await
            .unwrap();
        batch.next().await.unwrap().unwrap();
    }
    let worker = TestWorker::start(
        &server,
        |worker| worker.retry(FAST_RETRY.max_retries(1)).ack_wait(ACK_WAIT),
        |_| (NO_DELAY, Ok(Outcome::Done)),
    )
    .await;
    server.wait_until_empty().await;
    assert_eq!(worker.stop().await, [""; 0]);
    assert_eq!(server.dead_letters().await, 1);
    server.clean_up().await;
}

#[tokio::test]
async fn handler_may_run_longer_than_ack_wait() {
    let Some(server) = Server::new("long").await else {
        return;
    };
    let worker = TestWorker::start(
        &server,
        |worker| worker.ack_wait(Duration::from_secs(1)),
        |_| (Duration::from_secs(3), Ok(Outcome::Done)),
    )
    .await;
    enqueue(&server.queue().await, "msg_1", "brand.new").await;
    server.wait_until_empty().await;
    assert_eq!(worker.stop().await.len(), 1);
    server.clean_up().await;
}

#[tokio::test]
async fn messages_that_wait_for_a_retry_hold_back_no_other_message() {
    let Some(server) = Server::new("backed-off").await else {
        return;
    };
    let queue = server.queue().await;
    let long = Retry::new().initial_backoff(Duration::from_secs(600));
    let worker = TestWorker::start(
        &server,
        |worker| worker.retry(long),
        |call| match call {
            // More than a consumer's default `max_ack_pending`.
            ..=1_500 => (NO_DELAY, Err("not now".into())),
            _ => (NO_DELAY, Ok(Outcome::Done)),
        },
    )
    .await;
    for number in 0..1_501 {
        enqueue(&queue, &format!("msg_{number}"), "brand.new").await;
    }
    let begun = Instant::now();
    while server.pending().await > 1_500 {
        assert!(begun.elapsed() < TIMEOUT, "{}", worker.calls().len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(worker.stop().await.len(), 1_501);
    server.clean_up().await;
}
