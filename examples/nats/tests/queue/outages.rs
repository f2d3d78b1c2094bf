//! A server that is unreachable or hangs.

use std::time::{Duration, Instant};

use crate::deliveries::{delivery, receive, work};
use crate::process::post;
use crate::server::{Server, TIMEOUT};

const WEBHOOK: &str = "/webhooks/openai";

/// Sends a delivery like a provider: until it is acknowledged.
fn send_until_acknowledged(address: std::net::SocketAddr, id: &str) {
    let begun = Instant::now();
    while post(address, WEBHOOK, &delivery(id)) != 200 {
        assert!(begun.elapsed() < TIMEOUT, "{id} is not acknowledged");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[tokio::test]
async fn deliveries_are_answered_with_503_while_nats_is_down_and_none_is_lost() {
    let Some(mut server) = Server::own("down") else {
        return;
    };
    let (_receiver, address) = receive(&server);
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    server.kill();
    for id in ["msg_2", "msg_2", "msg_3"] {
        assert_eq!(post(address, WEBHOOK, &delivery(id)), 503);
    }
    // Answered at once, because the client has noticed that it is disconnected.
    let begun = Instant::now();
    assert_eq!(post(address, WEBHOOK, &delivery("msg_3")), 503);
    assert!(begun.elapsed() < Duration::from_secs(1));
    server.restart();
    send_until_acknowledged(address, "msg_2");
    // The restarted server recognizes the first delivery, which is not handled yet, as a duplicate.
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    assert_eq!(server.pending().await, 2);
}

#[tokio::test]
async fn delivery_is_answered_with_503_while_nats_hangs_and_is_one_message_afterwards() {
    let Some(mut server) = Server::own("slow") else {
        return;
    };
    let (_receiver, address) = receive(&server);
    server.pause();
    let begun = Instant::now();
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 503);
    assert!(begun.elapsed() < Duration::from_secs(6));
    server.resume();
    send_until_acknowledged(address, "msg_1");
    assert_eq!(server.pending().await, 1);
}

#[tokio::test]
async fn worker_survives_an_outage_and_acknowledges_afterwards() {
    let Some(mut server) = Server::own("worker-outage") else {
        return;
    };
    let (_receiver, address) = receive(&server);
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    // The handler ends while the server is down; `ack_wait` is so long that no other worker gets the message.
    let worker = work(&server, Duration::from_secs(1), Duration::from_secs(600));
    assert_eq!(worker.line(), "msg_1 begins: batch_1 is complete");
    server.kill();
    assert_eq!(worker.line(), "msg_1 is done");
    worker.wait_for("acknowledgement failed, will retry");
    server.restart();
    server.wait_until_empty().await;
    send_until_acknowledged(address, "msg_2");
    assert_eq!(worker.line(), "msg_2 begins: batch_1 is complete");
}
