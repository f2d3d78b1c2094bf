//! Every framework over sockets: endpoints return the same responses in all of them.
//!
//! `deliveries` has the table of deliveries and responses, `differences` the exceptions that a framework causes. `servers`
//! starts each framework with the code of its example. `scenarios` tests slow, incomplete and disconnected senders.

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
mod scenarios;
mod servers;
mod wire;

use crate::app::Mount;
use crate::deliveries::{Delivery, SECRET};
use crate::differences::Framework;
use crate::servers::Start;

/// Runs the table and the scenarios against a framework.
fn assert_conforms(framework: Framework, start: Start) {
    let mount = Mount::new();
    let server = start(mount.clone());
    deliveries::run(framework, server);
    assert_eq!(mount.work.handled.count(), deliveries::handled());
    // Values of other headers are unchanged and in their order. Rocket drops headers that are not UTF-8.
    let notes: &[&[u8]] = match framework {
        Framework::Rocket => &[b"a", b"b"],
        _ => &[b"\xff\xfe", b"a", b"b"],
    };
    assert_eq!(*mount.work.notes.lock().unwrap(), notes);
    scenarios::handshake_is_answered(start);
    scenarios::incomplete_body_reaches_no_handler(start);
    scenarios::slow_body_is_rejected(start);
    scenarios::handler_finishes_after_client_disconnects(start);
}

#[test]
fn extractor_conforms() {
    let mount = Mount::new();
    let server = servers::extractor(mount.clone());
    deliveries::run(Framework::Extractor, server);
    assert_eq!(mount.work.handled.count(), deliveries::handled());
    // There is no scenario of disconnected clients, because axum then cancels the route.
    scenarios::incomplete_body_reaches_no_handler(servers::extractor);
    scenarios::slow_body_is_rejected(servers::extractor);
}

#[test]
fn extractor_of_one_payload_acknowledges_other_events() {
    let mount = Mount::new();
    let server = servers::extractor(mount.clone());
    let deliver = |path, event_type| {
        let delivery = Delivery::of(event_type).path(path);
        let answer = wire::exchange(server, &delivery.bytes()).expect("a response");
        (answer.status, answer.text())
    };
    assert_eq!(deliver("/one", "batch.completed"), (200, "thing_1".into()));
    assert_eq!(deliver("/one", "batch.failed"), (200, String::new()));
    assert_eq!(deliver("/one", "brand.new"), (200, String::new()));
    assert_eq!(mount.work.handled.count(), 1);
    for event_type in ["batch.failed", "video.completed"] {
        let expected = format!("thing_1 of {event_type}");
        assert_eq!(deliver("/view", event_type), (200, expected));
    }
    assert_eq!(deliver("/view", "video.failed"), (200, String::new()));
    assert_eq!(
        deliver("/facts", "batch.completed"),
        (200, "msg_1 evt_1 87".into())
    );
}

#[test]
fn lambda_http_conforms() {
    let (server, _function) = gateway::start();
    deliveries::run(Framework::LambdaHttp, server);
}

#[test]
#[ignore = "not a test: `lambda_http_conforms` starts it in a separate process"]
fn lambda_function() {
    servers::lambda_http(&Mount::new());
}

/// Tests the endpoint of the worker. The rest needs a JavaScript runtime, and is only compiled.
#[test]
fn worker_endpoint_responds() {
    let endpoint = servers::worker_endpoint(SECRET, webhook_runtime::SystemClock).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    // No delivery reaches its handler, which writes to the console of JavaScript.
    for (name, delivery, status) in [
        ("valid", Delivery::of("batch.failed"), 200),
        (
            "forged",
            Delivery::of("batch.failed").replace("webhook-id", "msg_2"),
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
fn actix_web_conforms() {
    assert_conforms(Framework::ActixWeb, servers::actix_web);
}

#[test]
fn axum_conforms() {
    assert_conforms(Framework::Axum, servers::axum);
}

#[test]
fn hyper_conforms() {
    assert_conforms(Framework::Hyper, servers::hyper);
}

#[test]
fn poem_conforms() {
    assert_conforms(Framework::Poem, servers::poem);
}

#[test]
fn rocket_conforms() {
    assert_conforms(Framework::Rocket, servers::rocket);
}

#[test]
fn salvo_conforms() {
    assert_conforms(Framework::Salvo, servers::salvo);
}

#[test]
fn warp_conforms() {
    assert_conforms(Framework::Warp, servers::warp);
}
