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
mod scenes;
mod servers;
mod wire;

use crate::app::App;
use crate::differences::Framework;
use crate::servers::Start;

/// Runs the table and the scenes against a framework.
fn answers_alike(framework: Framework, start: Start) {
    let endpoint = app::endpoint();
    let server = start(endpoint.clone());
    deliveries::run(framework, server);
    scenes::run(framework, start);
    let App { handled, .. } = endpoint.router();
    assert_eq!(handled.count(), deliveries::handled(framework));
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
