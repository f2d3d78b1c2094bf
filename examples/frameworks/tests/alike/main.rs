//! One table of deliveries, and every framework over real sockets: all of them answer alike.
//!
//! `deliveries` is the table, `differences` all that a framework makes impossible, `servers` how each is started: by the
//! very code of its example.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "tests"
)]

mod app;
mod deliveries;
mod differences;
mod gateway;
mod routes;
mod scenes;
mod servers;
mod wire;

use crate::app::Mount;
use crate::deliveries::{Delivery, SECRET};
use crate::differences::Framework;
use crate::servers::Start;

/// Runs the table and the scenes against a framework.
fn answers_alike(framework: Framework, start: Start) {
    let mount = Mount::new();
    let server = start(mount.clone());
    deliveries::run(framework, server);
    assert_eq!(mount.work.handled.count(), deliveries::handled());
    // Nothing is lost of a header, nor is its order.
    let notes: &[&[u8]] = match framework {
        Framework::Rocket => &[b"a", b"b"],
        _ => &[b"\xff\xfe", b"a", b"b"],
    };
    assert_eq!(*mount.work.notes.lock().unwrap(), notes);
    scenes::shakes_hands(start);
    scenes::breaks_off(start);
    scenes::does_not_come(start);
    scenes::hangs_up(start);
}

#[test]
fn an_extractor_answers_alike() {
    let mount = Mount::new();
    let server = servers::extractor(mount.clone());
    deliveries::run(Framework::Extractor, server);
    assert_eq!(mount.work.handled.count(), deliveries::handled());
    // A sender that hangs up takes its route along, as axum does with all.
    scenes::breaks_off(servers::extractor);
    scenes::does_not_come(servers::extractor);
}

#[test]
fn an_extractor_of_one_type_acknowledges_the_others() {
    let mount = Mount::new();
    let server = servers::extractor(mount.clone());
    let ask = |path, event_type| {
        let delivery = Delivery::of(event_type).at(path);
        let answer = wire::exchange(server, &delivery.bytes()).expect("an answer");
        (answer.status, answer.text())
    };
    assert_eq!(ask("/one", "batch.completed"), (200, "thing_1".into()));
    assert_eq!(ask("/one", "batch.failed"), (200, String::new()));
    assert_eq!(ask("/one", "brand.new"), (200, String::new()));
    assert_eq!(mount.work.handled.count(), 1);
    for event_type in ["batch.failed", "video.completed"] {
        let expected = format!("thing_1 of {event_type}");
        assert_eq!(ask("/view", event_type), (200, expected));
    }
    assert_eq!(ask("/view", "video.failed"), (200, String::new()));
    assert_eq!(
        ask("/facts", "batch.completed"),
        (200, "msg_1 evt_1 87".into())
    );
}

#[test]
fn lambda_http_answers_alike() {
    let (server, _function) = gateway::start();
    deliveries::run(Framework::LambdaHttp, server);
}

#[test]
#[ignore = "the function that `lambda_http_answers_alike` starts as a process of its own"]
fn lambda_function() {
    servers::lambda_http(&Mount::new());
}

/// What of a worker can be run here; the rest is JavaScript's, and compiles.
#[test]
fn a_worker_answers() {
    let endpoint = servers::worker_endpoint(SECRET, webhook_runtime::SystemClock).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    // Its handler writes to the worker's console, so none runs here.
    for (name, delivery, status) in [
        ("good", Delivery::of("batch.failed"), 200),
        (
            "forged",
            Delivery::of("batch.failed").instead("webhook-id", "msg_2"),
            401,
        ),
        ("not POST", Delivery::of("batch.failed").method("PUT"), 405),
    ] {
        let request = delivery.request();
        let answer = runtime.block_on(endpoint.handle(request));
        assert_eq!(answer.status(), status, "{name}");
    }
}

#[test]
fn actix_web_answers_alike() {
    answers_alike(Framework::ActixWeb, servers::actix_web);
}

#[test]
fn axum_answers_alike() {
    answers_alike(Framework::Axum, servers::axum);
}

#[test]
fn hyper_answers_alike() {
    answers_alike(Framework::Hyper, servers::hyper);
}

#[test]
fn poem_answers_alike() {
    answers_alike(Framework::Poem, servers::poem);
}

#[test]
fn rocket_answers_alike() {
    answers_alike(Framework::Rocket, servers::rocket);
}

#[test]
fn salvo_answers_alike() {
    answers_alike(Framework::Salvo, servers::salvo);
}

#[test]
fn warp_answers_alike() {
    answers_alike(Framework::Warp, servers::warp);
}
