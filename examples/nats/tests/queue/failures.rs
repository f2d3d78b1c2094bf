//! Handlers that fail, take long, or never end.

use std::time::{Duration, Instant};

use async_nats::jetstream::consumer::{AckPolicy, pull};
use futures_util::StreamExt as _;
use webhook_runtime::{Outcome, Retry};

use crate::deliveries::{Working, hand_off};
use crate::server::{PATIENCE, Server};

const AT_ONCE: Duration = Duration::ZERO;
const ACK_WAIT: Duration = Duration::from_millis(200);
const BRISK: Retry = Retry::new().initial_backoff(Duration::from_millis(100));

#[tokio::test]
async fn what_fails_comes_again_after_a_pause_that_grows() {
    let Some(server) = Server::new("failing").await else {
        return;
    };
    let begun = Instant::now();
    let working = Working::start(
        &server,
        |worker| worker.retry(BRISK),
        |call| match call {
            1 => (AT_ONCE, Err("not yet".into())),
            2 => (AT_ONCE, Ok(Outcome::Failed)),
            3 => (AT_ONCE, Ok(Outcome::RetryLater(Duration::from_millis(500)))),
            _ => (AT_ONCE, Ok(Outcome::Done)),
        },
    )
    .await;
    hand_off(&server.queue().await, "msg_1", "brand.new").await;
    server.until_none_waits().await;
    // The halves of the backoff at least, and what the handler asked for.
    assert!(begun.elapsed() >= Duration::from_millis(50 + 100 + 500));
    assert_eq!(working.stop().await.len(), 4);
    assert_eq!(server.dead().await, 0);
    server.clear().await;
}

#[tokio::test]
async fn after_the_last_retry_it_is_a_dead_letter_as_it_came() {
    let Some(server) = Server::new("poison").await else {
        return;
    };
    let queue = server.queue().await;
    hand_off(&queue, "msg_1", "brand.new").await;
    let stream = server.look().await.get_stream(&server.name).await.unwrap();
    let message = stream.get_raw_message(1).await.unwrap();
    let working = Working::start(
        &server,
        |worker| worker.retry(BRISK.max_retries(2)),
        |_| (AT_ONCE, Err("never".into())),
    )
    .await;
    server.until_none_waits().await;
    assert_eq!(working.stop().await.len(), 3);
    let dead = server.look().await;
    let dead = dead.get_stream(format!("{}-dead", server.name)).await;
    let letter = dead.unwrap().get_raw_message(1).await.unwrap();
    assert_eq!(letter.payload, message.payload);
    assert_eq!(
        letter.subject.as_str(),
        format!("{}-dead.openai.brand.new", server.name)
    );
    let why = letter.headers.get("Webhook-Died-Of").unwrap();
    assert_eq!(why.as_str(), "failed");

    // Brought back.
    let context = server.look().await;
    let ack = context.publish(message.subject, letter.payload).await;
    ack.unwrap().await.unwrap();
    let working = Working::start(&server, |worker| worker, |_| (AT_ONCE, Ok(Outcome::Done))).await;
    server.until_none_waits().await;
    assert_eq!(working.stop().await, ["brand.new"]);
    server.clear().await;
}

#[tokio::test]
async fn one_that_is_no_delivery_is_dead_at_once_and_in_nobodys_way() {
    let Some(server) = Server::new("unreadable").await else {
        return;
    };
    let queue = server.queue().await;
    let subject = format!("{}.openai.brand.new", server.name);
    let context = server.look().await;
    let ack = context.publish(subject, "no delivery".into()).await;
    ack.unwrap().await.unwrap();
    hand_off(&queue, "msg_1", "brand.new").await;
    let working = Working::start(
        &server,
        |worker| worker.at_a_time(1),
        |_| (AT_ONCE, Ok(Outcome::Done)),
    )
    .await;
    server.until_none_waits().await;
    assert_eq!(working.stop().await.len(), 1);
    assert_eq!(server.dead().await, 1);
    server.clear().await;
}

#[tokio::test]
async fn one_that_no_worker_has_outlived_is_dead_and_not_tried_again() {
    let Some(server) = Server::new("killer").await else {
        return;
    };
    hand_off(&server.queue().await, "msg_1", "brand.new").await;
    // Workers that took it, and died.
    let stream = server.look().await.get_stream(&server.name).await.unwrap();
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
            .expires(PATIENCE)
            .messages()
            .await
            .unwrap();
        batch.next().await.unwrap().unwrap();
    }
    let working = Working::start(
        &server,
        |worker| worker.retry(BRISK.max_retries(1)).ack_wait(ACK_WAIT),
        |_| (AT_ONCE, Ok(Outcome::Done)),
    )
    .await;
    server.until_none_waits().await;
    assert_eq!(working.stop().await, [""; 0]);
    assert_eq!(server.dead().await, 1);
    server.clear().await;
}

#[tokio::test]
async fn a_handler_may_take_longer_than_a_worker_may_be_silent() {
    let Some(server) = Server::new("long").await else {
        return;
    };
    let working = Working::start(
        &server,
        |worker| worker.ack_wait(Duration::from_secs(1)),
        |_| (Duration::from_secs(3), Ok(Outcome::Done)),
    )
    .await;
    hand_off(&server.queue().await, "msg_1", "brand.new").await;
    server.until_none_waits().await;
    assert_eq!(working.stop().await.len(), 1);
    server.clear().await;
}

#[tokio::test]
async fn what_waits_for_its_retry_keeps_back_nothing() {
    let Some(server) = Server::new("backed-off").await else {
        return;
    };
    let queue = server.queue().await;
    let long = Retry::new().initial_backoff(Duration::from_secs(600));
    let working = Working::start(
        &server,
        |worker| worker.retry(long),
        |call| match call {
            // More than a consumer has open, unless it is told otherwise.
            ..=1_500 => (AT_ONCE, Err("not now".into())),
            _ => (AT_ONCE, Ok(Outcome::Done)),
        },
    )
    .await;
    for number in 0..1_501 {
        hand_off(&queue, &format!("msg_{number}"), "brand.new").await;
    }
    let begun = Instant::now();
    while server.waiting().await > 1_500 {
        assert!(begun.elapsed() < PATIENCE, "{}", working.calls().len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(working.stop().await.len(), 1_501);
    server.clear().await;
}
