//! The `quickstart` example as a program: the tour, the server that stays, and wrong arguments.

#![allow(clippy::expect_used, clippy::panic, reason = "a test")]
#![cfg(unix)]

use std::io::Write as _;
use std::process::Command;

use webhook_test_support::process::{Process, address, answer, connect, example};

fn quickstart(arguments: &[&str]) -> Command {
    let mut command = example("quickstart");
    command.args(arguments);
    command
}

/// The row of the tour's table that tells of a delivery.
fn row<'a>(lines: &'a [String], event: &str, why: &str) -> &'a str {
    lines
        .iter()
        .find(|line| line.contains(&format!(" {event} ")) && line.contains(why))
        .unwrap_or_else(|| panic!("no row for {event}, {why}: {lines:#?}"))
}

#[test]
fn the_tour_shows_every_delivery_and_ends_well() {
    let (status, lines, stderr) = Process::start(quickstart(&[])).end();
    assert_eq!(status.code(), Some(0), "{lines:#?}\n{stderr}");
    assert_eq!(stderr, "");
    for (event, why, expected) in [
        ("session.status_idled", "exact", "200    session_waits "),
        ("session.thread_created", "family", "200    session "),
        (
            "vault_credential.refresh_failed",
            "family",
            "200    credential ",
        ),
        ("response.completed", "", "200    response "),
        ("batch.failed", "", "500    batch "),
        (
            "objective_event.tool_approval_requested",
            "",
            "503    approval ",
        ),
        ("vault.created", "", "200    – "),
        ("model.retired", "", "200    – "),
        ("session.status_idled", "forged", "401    – "),
        ("session.status_idled", "stale", "401    – "),
    ] {
        let row = row(&lines, event, why);
        assert!(row.contains(expected), "{row}");
    }
}

#[test]
fn the_tour_shows_a_handler_to_paste_for_each_event_that_nobody_handles() {
    let (_, lines, _) = Process::start(quickstart(&[])).end();
    for line in [
        "#[on(\"vault.created\")]",
        "async fn vault_created(event: Event<VaultCreated>) -> Result<(), BoxError> {",
        "#[on(\"model.retired\", unlisted)]",
    ] {
        let found = lines.iter().filter(|found| found.contains(line)).count();
        assert_eq!(found, 1, "{line} in {lines:#?}");
    }
}

/// What a shell makes of the words of a simple command: quotes and continued lines, nothing else.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut quoted = command.split('\'').enumerate();
    for (number, part) in &mut quoted {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            let plain = part.split_whitespace().filter(|word| *word != "\\");
            words.extend(plain.map(str::to_owned));
        }
    }
    words
}

#[test]
fn the_server_that_stays_takes_the_delivery_that_it_offers() {
    let server = Process::start(quickstart(&["--serve", "0"]));
    let first = server.line();
    let url = first
        .split_whitespace()
        .find_map(|word| {
            word.strip_suffix(';')
                .filter(|word| word.starts_with("http"))
        })
        .unwrap_or_else(|| panic!("no address in `{first}`"));
    assert_eq!(server.line(), "");
    let mut command = String::new();
    loop {
        let line = server.line();
        command.push_str(&line);
        command.push('\n');
        if !line.ends_with('\\') {
            break;
        }
    }

    let words = words(&command);
    let [curl, include, target, options @ ..] = &words[..] else {
        panic!("`{command}` is no command")
    };
    assert_eq!((&**curl, &**include), ("curl", "-i"));
    assert_eq!(*target, format!("{url}/webhooks/anthropic"));
    let mut request =
        "POST /webhooks/anthropic HTTP/1.1\r\nhost: x\r\nconnection: close\r\n".to_owned();
    let mut names = Vec::new();
    let mut body = "";
    for option in options.chunks(2) {
        match option {
            [flag, header] if flag == "-H" => {
                names.push(header.split(':').next().unwrap_or_default());
                request.push_str(&format!("{header}\r\n"));
            }
            [flag, data] if flag == "--data-raw" => body = data,
            other => panic!("an option that is not known: {other:?}"),
        }
    }
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "content-type",
            "webhook-id",
            "webhook-signature",
            "webhook-timestamp"
        ]
    );
    request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));

    let mut connection = connect(address(url));
    connection
        .write_all(request.as_bytes())
        .expect("the server reads");
    assert_eq!(answer(&mut connection), 200);
    assert_eq!(server.line(), "");
    let told = server.line();
    assert!(told.starts_with("session_waits: "), "{told}");

    server.terminate();
    let (status, _, _) = server.end();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn wrong_arguments_get_the_usage() {
    for arguments in [
        &["serve"][..],
        &["--serve", "port"],
        &["--serve", "70000"],
        &["--serve", "0", "more"],
    ] {
        let (status, lines, stderr) = Process::start(quickstart(arguments)).end();
        assert_eq!(status.code(), Some(2), "{arguments:?}");
        assert_eq!(lines, [""; 0]);
        assert!(stderr.starts_with("usage: quickstart"), "{stderr}");
    }
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = taken.local_addr().expect("it is bound").port().to_string();
    let (status, lines, stderr) = Process::start(quickstart(&["--serve", &port])).end();
    assert_eq!(status.code(), Some(1));
    assert_eq!(lines, [""; 0]);
    assert!(
        stderr.starts_with(&format!("error: port {port}: ")),
        "{stderr}"
    );
}
