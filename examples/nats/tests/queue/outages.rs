//! A server that is away or hangs.

use std::time::{Duration, Instant};

use crate::deliveries::{delivery, receive, work};
use crate::process::post;
use crate::server::{PATIENCE, Server};

const WEBHOOK: &str = "/webhooks/openai";

/// Sends a delivery as its provider does: until it is taken.
fn send(address: std::net::SocketAddr, id: &str) {
    let begun = Instant::now();
    while post(address, WEBHOOK, &delivery(id)) != 200 {
        assert!(begun.elapsed() < PATIENCE, "{id} is never taken");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[tokio::test]
async fn while_nats_is_away_it_is_503_and_nothing_that_was_taken_is_lost() {
    let Some(mut server) = Server::own("away") else {
        return;
    };
    let (_receiver, address) = receive(&server);
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    server.kill();
    for id in ["msg_2", "msg_2", "msg_3"] {
        assert_eq!(post(address, WEBHOOK, &delivery(id)), 503);
    }
    // Once the client has seen it, nobody waits.
    let begun = Instant::now();
    assert_eq!(post(address, WEBHOOK, &delivery("msg_3")), 503);
    assert!(begun.elapsed() < Duration::from_secs(1));
    server.start_again();
    send(address, "msg_2");
    // It also knows the first one again, which has not been handled.
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    assert_eq!(server.waiting().await, 2);
}

#[tokio::test]
async fn while_nats_hangs_it_is_503_and_what_it_does_later_is_one_message() {
    let Some(mut server) = Server::own("slow") else {
        return;
    };
    let (_receiver, address) = receive(&server);
    server.hang();
    let begun = Instant::now();
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 503);
    assert!(begun.elapsed() < Duration::from_secs(6));
    server.go_on();
    send(address, "msg_1");
    assert_eq!(server.waiting().await, 1);
}

#[tokio::test]
async fn a_worker_outlives_an_outage_and_says_what_it_has_done_meanwhile() {
    let Some(mut server) = Server::own("worker-outage") else {
        return;
    };
    let (_receiver, address) = receive(&server);
    assert_eq!(post(address, WEBHOOK, &delivery("msg_1")), 200);
    // Its handler ends while the server is away, and nobody else will be given the message.
    let worker = work(&server, Duration::from_secs(1), Duration::from_secs(600));
    assert_eq!(worker.line(), "msg_1 begins: batch_1 is complete");
    server.kill();
    assert_eq!(worker.line(), "msg_1 is done");
    worker.wait_for("a message is done, but NATS does not know");
    server.start_again();
    server.until_none_waits().await;
    send(address, "msg_2");
    assert_eq!(worker.line(), "msg_2 begins: batch_1 is complete");
}
