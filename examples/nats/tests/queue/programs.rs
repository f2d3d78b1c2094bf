//! Both programs, as an operator runs them.

use std::time::Duration;

use crate::deliveries::{delivery, receive, work};
use crate::process::post;
use crate::server::Server;

const NO_DELAY: Duration = Duration::ZERO;
const ACK_WAIT: Duration = Duration::from_secs(1);
const WEBHOOK: &str = "/webhooks/openai";

#[tokio::test]
async fn delivery_is_in_the_stream_before_it_is_answered_and_handled_afterwards() {
    let Some(server) = Server::new("whole-way").await else {
        return;
    };
    let (_receiver, address) = receive(&server);
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    assert_eq!(server.pending().await, 1);
    let stream = server
        .context()
        .await
        .get_stream(&server.name)
        .await
        .unwrap();
    let message = stream.get_raw_message(1).await.unwrap();
    assert_eq!(
        message.subject.as_str(),
        format!("{}.openai.batch.completed", server.name)
    );
    let id = message.headers.get("Nats-Msg-Id").unwrap();
    assert_eq!(id.as_str(), "openai/openai//msg_1");

    let worker = work(&server, NO_DELAY, ACK_WAIT);
    assert_eq!(worker.line(), "msg_1 begins: batch_1 is complete");
    assert_eq!(worker.line(), "msg_1 is done");
    server.wait_until_empty().await;
    assert_eq!(server.dead_letters().await, 0);
    server.clean_up().await;
}

#[tokio::test]
async fn forged_delivery_is_not_forwarded() {
    let Some(server) = Server::new("forged").await else {
        return;
    };
    let (_receiver, address) = receive(&server);
    let mut forged = delivery("msg_1");
    forged
        .headers
        .insert("webhook-id", "msg_2".parse().unwrap());
    assert_eq!(post(address, WEBHOOK, &forged), 401);
    assert_eq!(server.pending().await, 0);
    server.clean_up().await;
}

#[tokio::test]
async fn redeliveries_are_one_message() {
    let Some(server) = Server::new("duplicates").await else {
        return;
    };
    let (_receiver, address) = receive(&server);
    for _ in 0..3 {
        assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    }
    assert_eq!(server.pending().await, 1);
    let worker = work(&server, NO_DELAY, ACK_WAIT);
    assert_eq!(worker.line(), "msg_1 begins: batch_1 is complete");
    assert_eq!(worker.line(), "msg_1 is done");
    server.wait_until_empty().await;
    // A redelivery of a handled message is a duplicate, too; another delivery is not.
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    assert_eq!(post(address, WEBHOOK, &delivery("msg_2")), 200);
    assert_eq!(worker.line(), "msg_2 begins: batch_1 is complete");
    server.clean_up().await;
}

#[tokio::test]
async fn message_of_a_killed_worker_is_redelivered() {
    let Some(server) = Server::new("killed-worker").await else {
        return;
    };
    let (_receiver, address) = receive(&server);
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    let worker = work(&server, Duration::from_secs(600), ACK_WAIT);
    assert_eq!(worker.line(), "msg_1 begins: batch_1 is complete");
    // Kills the worker.
    drop(worker);
    assert_eq!(server.pending().await, 1);
    let worker = work(&server, NO_DELAY, ACK_WAIT);
    assert_eq!(worker.line(), "msg_1 begins: batch_1 is complete");
    assert_eq!(worker.line(), "msg_1 is done");
    server.wait_until_empty().await;
    server.clean_up().await;
}

#[tokio::test]
async fn stopping_worker_completes_its_messages() {
    let Some(server) = Server::new("stopped-worker").await else {
        return;
    };
    let (receiver, address) = receive(&server);
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    let worker = work(&server, Duration::from_secs(2), ACK_WAIT);
    assert_eq!(worker.line(), "msg_1 begins: batch_1 is complete");
    worker.terminate();
    let (status, lines, stderr) = worker.wait_for_exit();
    assert!(status.success(), "{status}: {stderr}");
    assert_eq!(lines, ["msg_1 is done"]);
    // The worker has acknowledged the message.
    assert_eq!(server.pending().await, 0);
    receiver.terminate();
    let (status, ..) = receiver.wait_for_exit();
    assert!(status.success(), "{status}");
    server.clean_up().await;
}
