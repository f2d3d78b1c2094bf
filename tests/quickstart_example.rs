//! The example `quickstart` as a program: the tour, the server of `--serve`, and invalid arguments.

#![allow(clippy::expect_used, clippy::panic, reason = "a test")]
#![cfg(unix)]

use std::io::Write as _;
use std::process::Command;

use webhook_test_support::process::{Process, address, connect, example, read_status};

fn quickstart(arguments: &[&str]) -> Command {
    let mut command = example("quickstart");
    command.args(arguments);
    command
}

/// Returns the row of the tour's table for this event type and note.
fn row<'a>(lines: &'a [String], event: &str, note: &str) -> &'a str {
    lines
        .iter()
        .find(|line| line.contains(&format!(" {event} ")) && line.contains(note))
        .unwrap_or_else(|| panic!("no row for {event}, {note}: {lines:#?}"))
}

#[test]
fn tour_prints_each_delivery_and_succeeds() {
    let (status, lines, stderr) = Process::start(quickstart(&[])).wait_for_exit();
    assert_eq!(status.code(), Some(0), "{lines:#?}\n{stderr}");
    assert_eq!(stderr, "");
    for (event, note, expected) in [
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
        let row = row(&lines, event, note);
        assert!(row.contains(expected), "{row}");
    }
}

#[test]
fn tour_prints_a_handler_for_each_unhandled_event() {
    let (_, lines, _) = Process::start(quickstart(&[])).wait_for_exit();
    for line in [
        "#[on(\"vault.created\")]",
        "async fn vault_created(event: Event<VaultCreated>) -> Result<(), BoxError> {",
        "#[on(\"model.retired\", unlisted)]",
    ] {
        let found = lines.iter().filter(|found| found.contains(line)).count();
        assert_eq!(found, 1, "{line} in {lines:#?}");
    }
}

/// Splits a command into words like a shell. Supports single quotes and continued lines only.
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
fn server_accepts_the_delivery_of_the_printed_command() {
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
        panic!("`{command}` is not a command")
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
            other => panic!("unknown option: {other:?}"),
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
        .expect("failed to write the request");
    assert_eq!(read_status(&mut connection), 200);
    assert_eq!(server.line(), "");
    let printed = server.line();
    assert!(printed.starts_with("session_waits: "), "{printed}");

    server.terminate();
    let (status, _, _) = server.wait_for_exit();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn invalid_arguments_print_the_usage() {
    for arguments in [
        &["serve"][..],
        &["--serve", "port"],
        &["--serve", "70000"],
        &["--serve", "0", "more"],
    ] {
        let (status, lines, stderr) = Process::start(quickstart(arguments)).wait_for_exit();
        assert_eq!(status.code(), Some(2), "{arguments:?}");
        assert_eq!(lines, [""; 0]);
        assert!(stderr.starts_with("usage: quickstart"), "{stderr}");
    }
}

#[test]
fn port_in_use_is_an_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("no free port");
    let port = listener
        .local_addr()
        .expect("the listener is bound")
        .port()
        .to_string();
    let (status, lines, stderr) = Process::start(quickstart(&["--serve", &port])).wait_for_exit();
    assert_eq!(status.code(), Some(1));
    assert_eq!(lines, [""; 0]);
    assert!(
        stderr.starts_with(&format!("error: port {port}: ")),
        "{stderr}"
    );
}
