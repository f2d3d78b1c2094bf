//! The example `server` as a program, over sockets: each sample of each provider, health, missing secrets, shutdown.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]
#![cfg(unix)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::SystemTime;

use serde_json::{Value, json};
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::cadenya::Cadenya;
use webhook_runtime::openai::OpenAi;
use webhook_runtime::testing::{SignedDelivery, Signer, sample_of, samples};
use webhook_runtime::wacht::{self, Wacht};
use webhook_runtime::{Provider, Secret, Timestamp};

use webhook_test_support::process::{
    Process, address, connect, example, post, read_status, request_head,
};

const SECRETS: [(&str, &str); 4] = [
    (
        "ANTHROPIC_WEBHOOK_SIGNING_KEY",
        "whsec_b25lIHNlY3JldCBmb3IgdGhlIHRlc3Rz",
    ),
    ("OPENAI_WEBHOOK_SECRET", "this-text-itself-is-the-key"),
    (
        "CADENYA_WEBHOOK_SECRET",
        "dGhyZWUgc2VjcmV0cyBmb3IgdGhlIHRlc3Rz",
    ),
    (
        "WACHT_WEBHOOK_SECRET",
        "whsec_Zm91ciBzZWNyZXRzIGZvciB0aGUgdGVzdHM=",
    ),
];

/// Starts the server with these secrets. Returns it with its address.
fn start(secrets: &[(&str, &str)]) -> (Process, SocketAddr) {
    let mut command = example("server");
    command.env("PORT", "0").envs(secrets.iter().copied());
    let server = Process::start(command);
    let address = address(&server.line());
    (server, address)
}

fn signer<P: Provider>(secret: &str) -> Signer {
    Signer::of::<P>(&Secret::new(secret))
        .expect("the secret is valid")
        .at(Timestamp::from(SystemTime::now()))
}

/// Delivers all samples of a provider and asserts the printed lines. Returns the names of the handlers.
///
/// `payload` returns the expected payload of a body.
fn deliver_all<P: Provider>(
    server: &Process,
    address: SocketAddr,
    secret: &str,
    payload: impl Fn(&Value) -> &Value,
) -> Vec<String> {
    let provider = P::PROFILE.name();
    let path = format!("/webhooks/{provider}");
    let mut handlers = Vec::new();
    for (number, sample) in samples::<P>().enumerate() {
        let id = format!("msg_{provider}_{number}");
        let delivery = signer::<P>(secret).id(&id).sign(sample.body);
        assert_eq!(post(address, &path, &delivery), 200, "{}", sample.body);

        let mut line: Value = serde_json::from_str(&server.line()).expect("the line is not JSON");
        let body: Value = serde_json::from_str(sample.body).expect("the sample is not JSON");
        let handler = line["handler"].take();
        let expected = json!({
            "provider": provider,
            "event_type": sample.event_type,
            "delivery_id": id,
            "handler": null,
            "data": payload(&body),
        });
        assert_eq!(line, expected);
        handlers.push(
            handler
                .as_str()
                .expect("the handler is not a name")
                .to_owned(),
        );
    }
    handlers
}

/// Asserts the number of samples, so that an empty list fails, and that each of these handlers ran.
fn assert_count(handlers: &[String], count: usize, specific: &[&str]) {
    assert_eq!(handlers.len(), count);
    for handler in specific {
        assert!(
            handlers.iter().any(|name| name == handler),
            "{handler} did not run"
        );
    }
}

#[test]
fn each_sample_of_each_provider_is_handled_and_printed() {
    let (server, address) = start(&SECRETS);
    let [anthropic, openai, cadenya, wacht] = SECRETS.map(|(_, secret)| secret);

    let handlers = deliver_all::<Anthropic>(&server, address, anthropic, |body| &body["data"]);
    assert_count(&handlers, 49, &["session_waits", "credential", "anything"]);
    let handlers = deliver_all::<OpenAi>(&server, address, openai, |body| &body["data"]);
    assert_count(
        &handlers,
        34,
        &["response_completed", "call", "batch", "anything"],
    );
    let handlers = deliver_all::<Cadenya>(&server, address, cadenya, |body| {
        let members = body["data"]["objectiveEvent"]["data"].as_object();
        let members = members.expect("`data` is not an object");
        let mut members = members.iter().filter(|(member, _)| *member != "type");
        members.next().expect("no member is set").1
    });
    assert_count(&handlers, 21, &["approval", "user_message", "anything"]);
    let handlers = deliver_all::<Wacht>(&server, address, wacht, |body| {
        // Without an envelope, the body is the payload.
        if body.get("type").is_some() {
            &body["data"]
        } else {
            body
        }
    });
    assert_count(
        &handlers,
        83,
        &["user_created", "message", "waitlist", "anything"],
    );

    server.terminate();
    let (status, rest, stderr) = server.wait_for_exit();
    assert_eq!(status.code(), Some(0));
    assert_eq!(rest, [""; 0]);
    assert_eq!(stderr, "");
}

#[test]
fn secret_of_cadenya_is_read_from_its_older_variable() {
    let secret = SECRETS[2].1;
    let (server, address) = start(&[("CADENYA_WEBHOOK_KEY", secret)]);
    let sample = samples::<Cadenya>().next().expect("no samples");
    let delivery = signer::<Cadenya>(secret).sign(sample.body);
    assert_eq!(post(address, "/webhooks/cadenya", &delivery), 200);
    server.line();
}

#[test]
fn forged_delivery_is_rejected_and_not_printed() {
    let (server, address) = start(&SECRETS);
    let sample = samples::<OpenAi>().next().expect("no samples");
    let forged = signer::<OpenAi>("another-text").sign(sample.body);
    assert_eq!(post(address, "/webhooks/openai", &forged), 401);
    let mut changed = signer::<OpenAi>(SECRETS[1].1).sign(sample.body);
    changed.body = [&changed.body[..], b" "].concat().into();
    assert_eq!(post(address, "/webhooks/openai", &changed), 401);
    let health = get(address, "/health/openai");
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    assert!(health.contains("0 failed; 0 gone; 2 rejected, 2 in a row"));
    assert!(health.ends_with("(bad_signature)\n"), "{health}");

    server.terminate();
    let (status, lines, stderr) = server.wait_for_exit();
    assert_eq!(status.code(), Some(0));
    assert_eq!(lines, [""; 0]);
    // Warnings about rejected requests are limited to one in 10 seconds.
    assert_eq!(stderr.matches("bad_signature").count(), 1, "{stderr}");
}

#[test]
fn health_is_503_after_three_failures_in_a_row() {
    let (server, address) = start(&SECRETS);
    let signer = signer::<OpenAi>(SECRETS[1].1);
    let health = || get(address, "/health/openai");
    let broken = signer.sign(r#"{"type":"response.completed","data":5}"#);
    for _ in 0..3 {
        assert!(health().starts_with("HTTP/1.1 200"));
        assert_eq!(post(address, "/webhooks/openai", &broken), 500);
    }
    let unhealthy = health();
    assert!(unhealthy.starts_with("HTTP/1.1 503"), "{unhealthy}");
    assert!(unhealthy.contains("3 failed, 3 in a row"), "{unhealthy}");
    assert!(unhealthy.contains("(undecodable, \"response.completed\")"));

    let sample = samples::<OpenAi>().next().expect("no samples");
    assert_eq!(
        post(address, "/webhooks/openai", &signer.sign(sample.body)),
        200
    );
    assert!(health().starts_with("HTTP/1.1 200"));
    server.line();
}

/// Returns the response to a GET, with its head.
fn get(address: SocketAddr, path: &str) -> String {
    let mut connection = connect(address);
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    connection
        .write_all(request.as_bytes())
        .expect("failed to write the request");
    let mut response = String::new();
    connection
        .read_to_string(&mut response)
        .expect("failed to read the response");
    response
}

#[test]
fn provider_without_a_secret_is_not_mounted() {
    let (server, address) = start(&SECRETS[1..2]);
    let sample = samples::<Anthropic>().next().expect("no samples");
    let delivery = signer::<Anthropic>(SECRETS[0].1).sign(sample.body);
    assert_eq!(post(address, "/webhooks/anthropic", &delivery), 404);

    server.terminate();
    let (status, _, stderr) = server.wait_for_exit();
    assert_eq!(status.code(), Some(0));
    for message in [
        "anthropic: not mounted; set ANTHROPIC_WEBHOOK_SIGNING_KEY",
        "cadenya: not mounted; set CADENYA_WEBHOOK_SECRET or CADENYA_WEBHOOK_KEY",
        "wacht: not mounted; set WACHT_WEBHOOK_SECRET",
    ] {
        assert!(stderr.contains(message), "{stderr}");
    }
    assert!(!stderr.contains("openai"), "{stderr}");
}

#[test]
fn server_without_secrets_starts_and_stops() {
    let (server, address) = start(&[]);
    // An idle connection does not delay the shutdown.
    let idle = connect(address);
    server.terminate();
    let (status, _, stderr) = server.wait_for_exit();
    assert_eq!(status.code(), Some(0));
    assert_eq!(stderr.matches("not mounted").count(), 4, "{stderr}");
    drop(idle);
}

#[test]
fn invalid_secret_is_an_error_at_startup() {
    for (variable, secret) in [
        ("ANTHROPIC_WEBHOOK_SIGNING_KEY", "whsec_hunter2"),
        ("OPENAI_WEBHOOK_SECRET", ""),
        ("WACHT_WEBHOOK_SECRET", "aHVudGVyMg==\n"),
    ] {
        let mut command = example("server");
        command.env("PORT", "0").env(variable, secret);
        let (status, lines, stderr) = Process::start(command).wait_for_exit();
        assert_eq!(status.code(), Some(1), "{variable}");
        assert_eq!(lines, [""; 0]);
        assert!(stderr.contains(&format!("error: {variable}: ")), "{stderr}");
        assert!(!stderr.contains("hunter"), "{stderr}");
        assert!(!stderr.contains("aHVu"), "{stderr}");
    }
}

#[test]
fn invalid_port_is_an_error() {
    let mut command = example("server");
    command.env("PORT", "65536");
    let (status, lines, stderr) = Process::start(command).wait_for_exit();
    assert_eq!(status.code(), Some(1));
    assert_eq!(lines, [""; 0]);
    assert!(stderr.contains("PORT is no port"), "{stderr}");
}

#[test]
fn delivery_in_flight_at_shutdown_is_completed() {
    let (server, address) = start(&SECRETS);
    let sample = samples::<Wacht>()
        .find(|sample| sample.event_type == "user.created")
        .expect("no sample");
    let delivery = signer::<Wacht>(SECRETS[3].1).sign(sample.body);

    // The server sends `100 Continue` when the endpoint starts to read the body: now the delivery is in flight.
    let mut connection = connect(address);
    let mut request = request_head("/webhooks/wacht", &delivery);
    request.extend_from_slice(b"expect: 100-continue\r\n\r\n");
    connection
        .write_all(&request)
        .expect("failed to write the request");
    let mut interim = [0; 25];
    connection
        .read_exact(&mut interim)
        .expect("failed to read `100 Continue`");
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");

    server.terminate();
    // The server stops accepting connections while this delivery is in flight.
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
    connection
        .write_all(&delivery.body)
        .expect("failed to write the body");
    assert_eq!(read_status(&mut connection), 200);

    let (status, lines, _) = server.wait_for_exit();
    assert_eq!(status.code(), Some(0));
    let line: Value = serde_json::from_str(&lines[0]).expect("the line is not JSON");
    assert_eq!(line["handler"], "user_created");
    let expected = sample_of::<wacht::UserCreated>("user.created").data;
    assert_eq!(line["data"], json!(expected));
    assert_eq!(lines.len(), 1);
}

/// Sends the head of a delivery, and its body after `100 Continue`, so that the delivery is in flight on return.
fn start_delivery(address: SocketAddr, delivery: &SignedDelivery) -> TcpStream {
    let mut connection = connect(address);
    let mut request = request_head("/webhooks/openai", delivery);
    request.extend_from_slice(b"expect: 100-continue\r\n\r\n");
    connection
        .write_all(&request)
        .expect("failed to write the request");
    let mut interim = [0; 25];
    connection
        .read_exact(&mut interim)
        .expect("failed to read `100 Continue`");
    connection
        .write_all(&delivery.body)
        .expect("failed to write the request");
    connection
}

#[test]
fn shutdown_waits_for_running_handlers_and_logs_a_report() {
    let mut command = example("server");
    command
        .env("PORT", "0")
        .env("WORK_MS", "300")
        .env("RUST_LOG", "info")
        .envs(SECRETS);
    let server = Process::start(command);
    let address = address(&server.line());
    let sample = samples::<OpenAi>().next().expect("no samples");
    let signer = signer::<OpenAi>(SECRETS[1].1);
    let mut connections: Vec<_> = (0..5)
        .map(|number| {
            let signer = signer.clone().id(&format!("msg_{number}"));
            start_delivery(address, &signer.sign(sample.body))
        })
        .collect();
    server.terminate();
    for connection in &mut connections {
        assert_eq!(read_status(connection), 200);
    }
    let (status, lines, stderr) = server.wait_for_exit();
    assert_eq!(status.code(), Some(0));
    assert_eq!(lines.len(), 5);
    assert!(stderr.contains("stopped: waited"), "{stderr}");
    assert!(stderr.contains("0 are cut off"), "{stderr}");
}

#[test]
fn shutdown_waits_for_the_handler_of_a_disconnected_client() {
    let mut command = example("server");
    command
        .env("PORT", "0")
        .env("WORK_MS", "1000")
        .env("RUST_LOG", "info")
        .envs(SECRETS);
    let server = Process::start(command);
    let address = address(&server.line());
    let sample = samples::<OpenAi>().next().expect("no samples");
    let signer = signer::<OpenAi>(SECRETS[1].1);
    let connection = start_delivery(address, &signer.sign(sample.body));
    server.wait_for("at work");
    drop(connection);
    server.terminate();
    let (status, lines, stderr) = server.wait_for_exit();
    assert_eq!(status.code(), Some(0));
    assert_eq!(lines.len(), 1, "{stderr}");
    assert!(stderr.contains("after the client disconnected"), "{stderr}");
}
