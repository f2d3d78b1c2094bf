//! Each example as a program: started with a secret and a port, it handles a delivery and prints a line.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::tests_outside_test_module,
    reason = "tests"
)]
#![cfg(unix)]

use std::net::SocketAddr;
use std::time::SystemTime;

use webhook_runtime::Timestamp;
use webhook_runtime::testing::{Signer, TEST_SECRET};

use webhook_test_support::process::{Process, address, example, post};

fn start(name: &str) -> (Process, SocketAddr) {
    let mut command = example(name);
    command
        .env("PORT", "0")
        .env("OPENAI_WEBHOOK_SECRET", TEST_SECRET)
        .env("ROCKET_CLI_COLORS", "false");
    let program = Process::start(command);
    loop {
        // Rocket prints the address itself, within a longer line.
        let line = program.line();
        if let Some(start) = line.find("http://") {
            let address = address(&line[start..]);
            return (program, address);
        }
    }
}

/// Returns the next line of the handler. Other lines belong to a log.
fn handler_line(program: &Process) -> String {
    loop {
        let line = program.line();
        if line.contains("is complete") {
            return line;
        }
    }
}

fn assert_handles_a_delivery(name: &str) {
    let (program, server) = start(name);
    let body = r#"{"type":"batch.completed","data":{"id":"batch_1"}}"#;
    let signer = Signer::default();
    let fresh = signer
        .clone()
        .at(Timestamp::from(SystemTime::now()))
        .sign(body);
    assert_eq!(post(server, "/webhooks/openai", &fresh), 200);
    assert!(handler_line(&program).ends_with("batch_1 is complete"));
    let stale = signer.at(Timestamp::from_second(0)).sign(body);
    assert_eq!(post(server, "/webhooks/openai", &stale), 401);
}

macro_rules! programs {
    ($($test:ident: $name:literal,)*) => {$(
        #[test]
        fn $test() {
            assert_handles_a_delivery($name);
        }
    )*};
}

programs! {
    actix_web_handles_a_delivery: "actix_web",
    axum_handles_a_delivery: "axum",
    extractor_handles_a_delivery: "extractor",
    hyper_handles_a_delivery: "hyper",
    poem_handles_a_delivery: "poem",
    rocket_handles_a_delivery: "rocket",
    salvo_handles_a_delivery: "salvo",
    warp_handles_a_delivery: "warp",
}
