//! Scenarios that need more than one request: handshakes, and senders that are slow, incomplete or disconnected.

use std::io::Write as _;
use std::net::Shutdown;
use std::time::Duration;

use crate::app::{Mount, Work};
use crate::deliveries::{Delivery, Length};
use crate::servers::Start;
use crate::wire;

/// Asserts that the endpoint receives the query, and that the client receives the challenge. It is the only response
/// with a body.
pub fn handshake_is_answered(start: Start) {
    let server = start(Mount::with_handshake());
    let get = |path| {
        let delivery = Delivery::of("batch.completed").path(path).method("GET");
        wire::exchange(server, &delivery.bytes()).expect("a response")
    };
    let answer = get("/webhooks/openai?a=b%20c&challenge=x%2By");
    assert_eq!((answer.status, answer.text()), (200, "x+y".to_owned()));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(get("/webhooks/openai?a=b").status, 403);
    let put = Delivery::of("batch.completed").method("PUT");
    let answer = wire::exchange(server, &put.bytes()).expect("a response");
    assert_eq!(
        (answer.status, answer.header("allow")),
        (405, Some("GET, POST"))
    );
}

/// Asserts that a handler finishes after its client has disconnected.
pub fn handler_finishes_after_client_disconnects(start: Start) {
    let mount = Mount::new();
    let server = start(mount.clone());
    let Work {
        started,
        permits,
        ended,
        ..
    } = &*mount.work;
    for times in 1..=3 {
        let connection = wire::send(server, &Delivery::of("response.completed").bytes());
        started.wait_for(times);
        drop(connection);
        // The server has noticed the disconnection when it has served another connection.
        let other = wire::exchange(server, &Delivery::of("video.completed").bytes());
        assert_eq!(other.expect("a response").status, 200);
        assert_eq!(ended.count(), times - 1);
        permits.add_permits(1);
        ended.wait_for(times);
    }
}

/// Asserts that a delivery with an incomplete body reaches no handler.
pub fn incomplete_body_reaches_no_handler(start: Start) {
    let mount = Mount::new();
    let server = start(mount.clone());
    // The signature is valid for the bytes that arrive.
    let valid = Delivery::of("batch.completed");
    let longer = valid.clone().length(Length::Declared(valid.body.len() + 1));
    let chunked = valid.length(Length::Chunks(1000));
    let unfinished = chunked.bytes().len() - b"0\r\n\r\n".len();
    for bytes in [&longer.bytes()[..], &chunked.bytes()[..unfinished]] {
        let connection = wire::send(server, bytes);
        connection.shutdown(Shutdown::Write).unwrap();
        let answer = wire::answer(connection);
        assert!(answer.is_none_or(|answer| answer.status == 400 && answer.is_empty()));
    }
    assert_eq!(mount.work.handled.count(), 0);
}

/// Asserts that a body that stops or arrives too slowly is rejected with 408.
pub fn slow_body_is_rejected(start: Start) {
    let mount = Mount::with_body_timeout(Duration::from_millis(300));
    let server = start(mount.clone());
    let valid = Delivery::of("batch.completed");
    let longer = valid.clone().length(Length::Declared(valid.body.len() + 1));
    let truncated = [valid.head(), valid.body[..20].to_vec()].concat();
    for bytes in [longer.bytes(), truncated] {
        let answer = wire::exchange(server, &bytes).expect("a response");
        assert_eq!(answer.status, 408);
        assert!(answer.is_empty());
    }

    // The timeout is for the whole body: single bytes do not extend it.
    let mut connection = wire::send(server, &valid.bytes()[..valid.head().len() + 20]);
    let reader = connection.try_clone().unwrap();
    let answer = std::thread::scope(|scope| {
        scope.spawn(move || {
            for byte in &valid.body[20..] {
                std::thread::sleep(Duration::from_millis(50));
                if connection.write_all(&[*byte]).is_err() {
                    return;
                }
            }
        });
        wire::answer(reader)
    });
    assert_eq!(answer.expect("a response").status, 408);
    assert_eq!(mount.work.handled.count(), 0);
}
