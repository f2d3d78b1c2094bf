//! What is no row of a table: senders that are slow, break off, or hang up.

use std::io::Write as _;
use std::net::Shutdown;
use std::time::Duration;

use crate::app::{self, App};
use crate::deliveries::{Delivery, Length};
use crate::differences::Framework;
use crate::servers::Start;
use crate::wire;

pub fn run(framework: Framework, start: Start) {
    a_sender_that_hangs_up_leaves_the_handler(start);
    a_body_that_breaks_off_reaches_no_handler(start);
    a_body_that_does_not_come_is_408(framework, start);
}

fn a_sender_that_hangs_up_leaves_the_handler(start: Start) {
    let endpoint = app::endpoint();
    let server = start(endpoint.clone());
    let App {
        begun,
        go_on,
        ended,
        ..
    } = endpoint.router();
    for times in 1..=3 {
        let connection = wire::send(server, &Delivery::of("response.completed").bytes());
        begun.wait_for(times);
        drop(connection);
        // The server meets the closed connection at the latest when it serves another one.
        let other = wire::exchange(server, &Delivery::of("video.completed").bytes());
        assert_eq!(other.expect("it still answers").status, 200);
        assert_eq!((ended.count(), endpoint.at_work()), (times - 1, 1));
        go_on.add_permits(1);
        ended.wait_for(times);
    }
}

fn a_body_that_breaks_off_reaches_no_handler(start: Start) {
    let endpoint = app::endpoint();
    let server = start(endpoint.clone());
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
    assert_eq!(endpoint.router().handled.count(), 0);
}

fn a_body_that_does_not_come_is_408(_: Framework, start: Start) {
    let endpoint = app::builder()
        .body_deadline(Duration::from_millis(300))
        .build()
        .unwrap();
    let server = start(endpoint.clone());
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
    assert_eq!(endpoint.router().handled.count(), 0);
}
