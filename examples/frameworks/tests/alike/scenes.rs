//! What is no row of a table: senders that are slow, break off, or hang up.

use std::io::Write as _;
use std::net::Shutdown;
use std::time::Duration;

use crate::app::{Mount, Work};
use crate::deliveries::{Delivery, Length};
use crate::servers::Start;
use crate::wire;

/// The query comes through, and so does the one body that an answer can have.
pub fn shakes_hands(start: Start) {
    let server = start(Mount::with_handshake());
    let get = |path| {
        let delivery = Delivery::of("batch.completed").at(path).method("GET");
        wire::exchange(server, &delivery.bytes()).expect("an answer")
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
    let answer = wire::exchange(server, &put.bytes()).expect("an answer");
    assert_eq!(
        (answer.status, answer.header("allow")),
        (405, Some("GET, POST"))
    );
}

/// A sender that hangs up leaves the handler to its end.
pub fn hangs_up(start: Start) {
    let mount = Mount::new();
    let server = start(mount.clone());
    let Work {
        begun,
        go_on,
        ended,
        ..
    } = &*mount.work;
    for times in 1..=3 {
        let connection = wire::send(server, &Delivery::of("response.completed").bytes());
        begun.wait_for(times);
        drop(connection);
        // The server meets the closed connection at the latest when it serves another one.
        let other = wire::exchange(server, &Delivery::of("video.completed").bytes());
        assert_eq!(other.expect("it still answers").status, 200);
        assert_eq!(ended.count(), times - 1);
        go_on.add_permits(1);
        ended.wait_for(times);
    }
}

/// A body that breaks off reaches no handler.
pub fn breaks_off(start: Start) {
    let mount = Mount::new();
    let server = start(mount.clone());
    // The signature is for what came before the body broke off.
    let good = Delivery::of("batch.completed");
    let longer = good.clone().length(Length::Said(good.body.len() + 1));
    let chunked = good.length(Length::Chunks(1000));
    let unfinished = chunked.bytes().len() - b"0\r\n\r\n".len();
    for bytes in [&longer.bytes()[..], &chunked.bytes()[..unfinished]] {
        let connection = wire::send(server, bytes);
        connection.shutdown(Shutdown::Write).unwrap();
        let answer = wire::answer(connection);
        assert!(answer.is_none_or(|answer| answer.status == 400 && answer.is_empty()));
    }
    assert_eq!(mount.work.handled.count(), 0);
}

/// A body that does not come, or byte by byte, is refused with 408.
pub fn does_not_come(start: Start) {
    let mount = Mount::with_body_deadline(Duration::from_millis(300));
    let server = start(mount.clone());
    let good = Delivery::of("batch.completed");
    let longer = good.clone().length(Length::Said(good.body.len() + 1));
    let cut = [good.head(), good.body[..20].to_vec()].concat();
    for bytes in [longer.bytes(), cut] {
        let answer = wire::exchange(server, &bytes).expect("an answer");
        assert_eq!(answer.status, 408);
        assert!(answer.is_empty());
    }

    // Byte by byte, each sooner than the deadline.
    let mut connection = wire::send(server, &good.bytes()[..good.head().len() + 20]);
    let trickle = connection.try_clone().unwrap();
    let answer = std::thread::scope(|scope| {
        scope.spawn(move || {
            for byte in &good.body[20..] {
                std::thread::sleep(Duration::from_millis(50));
                if connection.write_all(&[*byte]).is_err() {
                    return;
                }
            }
        });
        wire::answer(trickle)
    });
    assert_eq!(answer.expect("an answer").status, 408);
    assert_eq!(mount.work.handled.count(), 0);
}
