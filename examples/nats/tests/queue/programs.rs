//! Both programs, as one runs them.

use std::time::Duration;

use crate::deliveries::{delivery, receive, work};
use crate::process::post;
use crate::server::Server;

const AT_ONCE: Duration = Duration::ZERO;
const ACK_WAIT: Duration = Duration::from_secs(1);
const WEBHOOK: &str = "/webhooks/openai";

#[tokio::test]
async fn a_delivery_is_in_the_stream_when_it_is_answered_and_handled_after_that() {
    let Some(server) = Server::new("whole-way").await else {
        return;
    };
    let (_receiver, address) = receive(&server);
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    assert_eq!(server.waiting().await, 1);
    let stream = server.look().await.get_stream(&server.name).await.unwrap();
    let message = stream.get_raw_message(1).await.unwrap();
    assert_eq!(
        message.subject.as_str(),
        format!("{}.openai.batch.completed", server.name)
    );
    let id = message.headers.get("Nats-Msg-Id").unwrap();
    assert_eq!(id.as_str(), "openai/openai//msg_1");

    let worker = work(&server, AT_ONCE, ACK_WAIT);
    assert_eq!(worker.line(), "msg_1 begins: batch_1 is complete");
    assert_eq!(worker.line(), "msg_1 is done");
    server.until_none_waits().await;
    assert_eq!(server.dead().await, 0);
    server.clear().await;
}

#[tokio::test]
async fn what_is_not_authentic_does_not_come_near_the_stream() {
    let Some(server) = Server::new("forged").await else {
        return;
    };
    let (_receiver, address) = receive(&server);
    let mut forged = delivery("msg_1");
    forged
        .headers
        .insert("webhook-id", "msg_2".parse().unwrap());
    assert_eq!(post(address, WEBHOOK, &forged), 401);
    assert_eq!(server.waiting().await, 0);
    server.clear().await;
}

#[tokio::test]
async fn a_delivery_that_is_sent_again_is_one_message() {
    let Some(server) = Server::new("duplicates").await else {
        return;
    };
    let (_receiver, address) = receive(&server);
    for _ in 0..3 {
        assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    }
    assert_eq!(server.waiting().await, 1);
    let worker = work(&server, AT_ONCE, ACK_WAIT);
    assert_eq!(worker.line(), "msg_1 begins: batch_1 is complete");
    assert_eq!(worker.line(), "msg_1 is done");
    server.until_none_waits().await;
    // Also when it is handled already; another one is another one.
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    assert_eq!(post(address, WEBHOOK, &delivery("msg_2")), 200);
    assert_eq!(worker.line(), "msg_2 begins: batch_1 is complete");
    server.clear().await;
}

#[tokio::test]
async fn what_a_killed_worker_was_handling_comes_again() {
    let Some(server) = Server::new("killed-worker").await else {
        return;
    };
    let (_receiver, address) = receive(&server);
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    let worker = work(&server, Duration::from_secs(600), ACK_WAIT);
    assert_eq!(worker.line(), "msg_1 begins: batch_1 is complete");
    // SIGKILL.
    drop(worker);
    assert_eq!(server.waiting().await, 1);
    let worker = work(&server, AT_ONCE, ACK_WAIT);
    assert_eq!(worker.line(), "msg_1 begins: batch_1 is complete");
    assert_eq!(worker.line(), "msg_1 is done");
    server.until_none_waits().await;
    server.clear().await;
}

#[tokio::test]
async fn a_worker_that_is_to_stop_ends_what_it_has_begun() {
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
    // The server knows.
    assert_eq!(server.waiting().await, 0);
    receiver.terminate();
    let (status, ..) = receiver.wait_for_exit();
    assert!(status.success(), "{status}");
    server.clear().await;
}
