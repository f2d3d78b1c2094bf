//! The `server` example as a program: every sample of every provider, over sockets.

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

use webhook_test_support::process::{Process, address, answer, connect, example, head, post};

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

/// The server with these secrets, at its address.
fn start(secrets: &[(&str, &str)]) -> (Process, SocketAddr) {
    let mut command = example("server");
    command.env("PORT", "0").envs(secrets.iter().copied());
    let server = Process::start(command);
    let address = address(&server.line());
    (server, address)
}

fn signer<P: Provider>(secret: &str) -> Signer {
    Signer::of::<P>(&Secret::new(secret))
        .expect("a good secret")
        .at(Timestamp::from(SystemTime::now()))
}

/// Delivers all samples of a provider; the handlers that took them.
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

        let mut line: Value = serde_json::from_str(&server.line()).expect("a line is JSON");
        let body: Value = serde_json::from_str(sample.body).expect("a sample is JSON");
        let handler = line["handler"].take();
        let expected = json!({
            "provider": provider,
            "event_type": sample.event_type,
            "delivery_id": id,
            "handler": null,
            "data": payload(&body),
        });
        assert_eq!(line, expected);
        handlers.push(handler.as_str().expect("a name").to_owned());
    }
    handlers
}

/// How many samples each catalog has, so that an empty list is no success.
fn assert_count(handlers: &[String], count: usize, specific: &[&str]) {
    assert_eq!(handlers.len(), count);
    for handler in specific {
        assert!(
            handlers.iter().any(|ran| ran == handler),
            "{handler} took nothing"
        );
    }
}

#[test]
fn every_sample_of_every_provider_is_taken_and_printed() {
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
        let members = members.expect("a one-of is an object");
        let mut members = members.iter().filter(|(member, _)| *member != "type");
        members.next().expect("one member is set").1
    });
    assert_count(&handlers, 21, &["approval", "user_message", "anything"]);
    let handlers = deliver_all::<Wacht>(&server, address, wacht, |body| {
        // A message without the envelope is its own payload.
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
    let (status, rest, stderr) = server.end();
    assert_eq!(status.code(), Some(0));
    assert_eq!(rest, [""; 0]);
    assert_eq!(stderr, "");
}

#[test]
fn the_older_name_of_cadenyas_secret_is_read_too() {
    let secret = SECRETS[2].1;
    let (server, address) = start(&[("CADENYA_WEBHOOK_KEY", secret)]);
    let sample = samples::<Cadenya>().next().expect("there are samples");
    let delivery = signer::<Cadenya>(secret).sign(sample.body);
    assert_eq!(post(address, "/webhooks/cadenya", &delivery), 200);
    server.line();
}

#[test]
fn what_is_forged_is_refused_and_not_printed() {
    let (server, address) = start(&SECRETS);
    let sample = samples::<OpenAi>().next().expect("there are samples");
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
    let (status, lines, stderr) = server.end();
    assert_eq!(status.code(), Some(0));
    assert_eq!(lines, [""; 0]);
    // One warning in 10 seconds, whatever strangers send.
    assert_eq!(stderr.matches("bad_signature").count(), 1, "{stderr}");
}

#[test]
fn a_monitor_is_told_of_three_failures_in_a_row() {
    let (server, address) = start(&SECRETS);
    let signer = signer::<OpenAi>(SECRETS[1].1);
    let health = || get(address, "/health/openai");
    let broken = signer.sign(r#"{"type":"response.completed","data":5}"#);
    for _ in 0..3 {
        assert!(health().starts_with("HTTP/1.1 200"));
        assert_eq!(post(address, "/webhooks/openai", &broken), 500);
    }
    let told = health();
    assert!(told.starts_with("HTTP/1.1 503"), "{told}");
    assert!(told.contains("3 failed, 3 in a row"), "{told}");
    assert!(told.contains("(undecodable, \"response.completed\")"));

    let sample = samples::<OpenAi>().next().expect("there are samples");
    assert_eq!(
        post(address, "/webhooks/openai", &signer.sign(sample.body)),
        200
    );
    assert!(health().starts_with("HTTP/1.1 200"));
    server.line();
}

/// The answer to a GET.
fn get(address: SocketAddr, path: &str) -> String {
    let mut connection = connect(address);
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    connection
        .write_all(request.as_bytes())
        .expect("the server reads");
    let mut answer = String::new();
    connection
        .read_to_string(&mut answer)
        .expect("the server answers");
    answer
}

#[test]
fn a_provider_without_a_secret_is_not_mounted() {
    let (server, address) = start(&SECRETS[1..2]);
    let sample = samples::<Anthropic>().next().expect("there are samples");
    let delivery = signer::<Anthropic>(SECRETS[0].1).sign(sample.body);
    assert_eq!(post(address, "/webhooks/anthropic", &delivery), 404);

    server.terminate();
    let (status, _, stderr) = server.end();
    assert_eq!(status.code(), Some(0));
    for told in [
        "anthropic: not mounted; set ANTHROPIC_WEBHOOK_SIGNING_KEY",
        "cadenya: not mounted; set CADENYA_WEBHOOK_SECRET or CADENYA_WEBHOOK_KEY",
        "wacht: not mounted; set WACHT_WEBHOOK_SECRET",
    ] {
        assert!(stderr.contains(told), "{stderr}");
    }
    assert!(!stderr.contains("openai"), "{stderr}");
}

#[test]
fn without_any_secret_it_still_runs() {
    let (server, address) = start(&[]);
    // Nobody speaks on this connection, so there is nothing to wait for.
    let silent = connect(address);
    server.terminate();
    let (status, _, stderr) = server.end();
    assert_eq!(status.code(), Some(0));
    assert_eq!(stderr.matches("not mounted").count(), 4, "{stderr}");
    drop(silent);
}

#[test]
fn a_secret_that_cannot_be_right_stops_it_before_it_listens() {
    for (variable, secret) in [
        ("ANTHROPIC_WEBHOOK_SIGNING_KEY", "whsec_hunter2"),
        ("OPENAI_WEBHOOK_SECRET", ""),
        ("WACHT_WEBHOOK_SECRET", "aHVudGVyMg==\n"),
    ] {
        let mut command = example("server");
        command.env("PORT", "0").env(variable, secret);
        let (status, lines, stderr) = Process::start(command).end();
        assert_eq!(status.code(), Some(1), "{variable}");
        assert_eq!(lines, [""; 0]);
        assert!(stderr.contains(&format!("error: {variable}: ")), "{stderr}");
        assert!(!stderr.contains("hunter"), "{stderr}");
        assert!(!stderr.contains("aHVu"), "{stderr}");
    }
}

#[test]
fn a_port_that_is_none_is_an_error() {
    let mut command = example("server");
    command.env("PORT", "65536");
    let (status, lines, stderr) = Process::start(command).end();
    assert_eq!(status.code(), Some(1));
    assert_eq!(lines, [""; 0]);
    assert!(stderr.contains("PORT is no port"), "{stderr}");
}

#[test]
fn a_delivery_that_runs_when_it_is_asked_to_end_is_finished() {
    let (server, address) = start(&SECRETS);
    let sample = samples::<Wacht>()
        .find(|sample| sample.event_type == "user.created")
        .expect("there is a sample");
    let delivery = signer::<Wacht>(SECRETS[3].1).sign(sample.body);

    // The server says `100 Continue` when the endpoint begins to read the body: from then on the delivery runs.
    let mut connection = connect(address);
    let mut request = head("/webhooks/wacht", &delivery);
    request.extend_from_slice(b"expect: 100-continue\r\n\r\n");
    connection.write_all(&request).expect("the server reads");
    let mut go_on = [0; 25];
    connection.read_exact(&mut go_on).expect("it says to go on");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    server.terminate();
    // It stops taking others before it lets go of this one.
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
    connection
        .write_all(&delivery.body)
        .expect("the server still reads");
    assert_eq!(answer(&mut connection), 200);

    let (status, lines, _) = server.end();
    assert_eq!(status.code(), Some(0));
    let line: Value = serde_json::from_str(&lines[0]).expect("a line is JSON");
    assert_eq!(line["handler"], "user_created");
    let expected = sample_of::<wacht::UserCreated>("user.created").data;
    assert_eq!(line["data"], json!(expected));
    assert_eq!(lines.len(), 1);
}

/// Sends the head of a delivery, and its body as soon as the server asks for it: from then on the request runs.
fn begin(address: SocketAddr, delivery: &SignedDelivery) -> TcpStream {
    let mut connection = connect(address);
    let mut request = head("/webhooks/openai", delivery);
    request.extend_from_slice(b"expect: 100-continue\r\n\r\n");
    connection.write_all(&request).expect("the server reads");
    let mut go_on = [0; 25];
    connection.read_exact(&mut go_on).expect("it says to go on");
    connection
        .write_all(&delivery.body)
        .expect("the server reads");
    connection
}

#[test]
fn handlers_that_work_when_it_is_asked_to_end_are_waited_for_and_told_of() {
    let mut command = example("server");
    command
        .env("PORT", "0")
        .env("WORK_MS", "300")
        .env("RUST_LOG", "info")
        .envs(SECRETS);
    let server = Process::start(command);
    let address = address(&server.line());
    let sample = samples::<OpenAi>().next().expect("there are samples");
    let signer = signer::<OpenAi>(SECRETS[1].1);
    let mut waiting: Vec<_> = (0..5)
        .map(|number| {
            let signer = signer.clone().id(&format!("msg_{number}"));
            begin(address, &signer.sign(sample.body))
        })
        .collect();
    server.terminate();
    for connection in &mut waiting {
        assert_eq!(answer(connection), 200);
    }
    let (status, lines, stderr) = server.end();
    assert_eq!(status.code(), Some(0));
    assert_eq!(lines.len(), 5);
    assert!(stderr.contains("stopped: waited"), "{stderr}");
    assert!(stderr.contains("0 are cut off"), "{stderr}");
}

#[test]
fn a_handler_whose_sender_is_gone_is_finished_before_the_process_ends() {
    let mut command = example("server");
    command
        .env("PORT", "0")
        .env("WORK_MS", "1000")
        .env("RUST_LOG", "info")
        .envs(SECRETS);
    let server = Process::start(command);
    let address = address(&server.line());
    let sample = samples::<OpenAi>().next().expect("there are samples");
    let signer = signer::<OpenAi>(SECRETS[1].1);
    let connection = begin(address, &signer.sign(sample.body));
    server.wait_for("at work");
    drop(connection);
    server.terminate();
    let (status, lines, stderr) = server.end();
    assert_eq!(status.code(), Some(0));
    assert_eq!(lines.len(), 1, "{stderr}");
    assert!(stderr.contains("after the client disconnected"), "{stderr}");
}
