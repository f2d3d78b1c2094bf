//! The example `verify` as a program: JSON lines on standard input, verdicts on standard output.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

const KEY: &[u8] = b"a key of the tests";
const NOW: i64 = 1_750_000_000;

fn start() -> Child {
    webhook_test_support::process::example("verify")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

struct Output {
    answers: Vec<Value>,
    stderr: String,
    success: bool,
}

fn run(input: impl Into<Vec<u8>>) -> Output {
    let input = input.into();
    let mut child = start();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    Output {
        answers: stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        success: output.status.success(),
    }
}

/// Returns the verdicts of valid lines, in their order.
fn verdicts(lines: &[Value]) -> Vec<String> {
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let output = run(input);
    assert!(output.success, "{}", output.stderr);
    assert_eq!(output.stderr, "");
    assert_eq!(output.answers.len(), lines.len());
    let verdict = |(line, answer): (&Value, &Value)| {
        assert_eq!(answer["id"], line["id"]);
        assert_eq!(answer.as_object().unwrap().len(), 2, "{answer}");
        answer["verdict"].as_str().unwrap().to_owned()
    };
    lines.iter().zip(&output.answers).map(verdict).collect()
}

fn secret() -> String {
    format!("whsec_{}", STANDARD.encode(KEY))
}

fn sign(id: &str, timestamp: &str, body: &[u8]) -> String {
    let text = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
    format!("v1,{}", STANDARD.encode(hmac_sha256::HMAC::mac(text, KEY)))
}

fn line(id: impl Into<Value>, message: &str, body: &[u8]) -> Value {
    let timestamp = NOW.to_string();
    let id: Value = id.into();
    json!({
        "id": id,
        "scheme": "standard",
        "secret": secret(),
        "headers": {
            "webhook-id": message,
            "webhook-timestamp": timestamp,
            "webhook-signature": sign(message, &timestamp, body),
        },
        "body_b64": STANDARD.encode(body),
        "now": NOW,
    })
}

fn valid() -> Value {
    line("valid", "msg_1", b"{}")
}

fn with(mut line: Value, pointer: &str, value: impl Into<Value>) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    line.pointer_mut(parent).unwrap()[key] = value.into();
    line
}

fn without(mut line: Value, pointer: &str) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    line.pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove(key)
        .unwrap();
    line
}

#[test]
fn lines_are_answered_in_order_with_their_verdicts() {
    let cases = [
        (valid(), "ok"),
        (line("empty body", "msg_1", b""), "ok"),
        (line("bytes", "msg_1", b"\xff\0\r\n"), "ok"),
        (without(valid(), "/headers/webhook-id"), "missing_header"),
        (with(valid(), "/headers/webhook-id", ""), "missing_header"),
        (with(valid(), "/headers", json!({})), "missing_header"),
        (
            with(valid(), "/headers/webhook-timestamp", "+1750000000"),
            "malformed_header",
        ),
        (line("a dot", "msg.1", b"{}"), "malformed_header"),
        (with(valid(), "/now", NOW + 301), "timestamp_too_old"),
        (with(valid(), "/now", NOW - 301), "timestamp_too_new"),
        (with(valid(), "/now", NOW + 300), "ok"),
        (with(valid(), "/now", NOW - 300), "ok"),
        (
            with(valid(), "/body_b64", STANDARD.encode("{ }")),
            "bad_signature",
        ),
        (with(valid(), "/secret", "c2VjcmV0Cg=="), "bad_signature"),
        (with(valid(), "/secret", ""), "config_error"),
        (with(valid(), "/secret", "whsec_"), "config_error"),
        (
            with(valid(), "/secret", format!("{}\n", secret())),
            "config_error",
        ),
        (with(valid(), "/secret", "not base64"), "config_error"),
        (with(valid(), "/note", "unknown keys are ignored"), "ok"),
        (valid(), "ok"),
    ];
    let lines: Vec<Value> = (0..)
        .zip(&cases)
        .map(|(number, (line, _))| with(line.clone(), "/id", number))
        .collect();
    let expected: Vec<&str> = cases.iter().map(|(_, expected)| *expected).collect();
    assert_eq!(verdicts(&lines), expected);
}

#[test]
fn now_and_tolerance_may_have_any_value() {
    let at = |now: i64, tolerance: Value| with(with(valid(), "/now", now), "/tolerance", tolerance);
    let lines = [
        at(NOW, json!(0)),
        at(NOW + 1, json!(0)),
        at(NOW - 1, json!(0)),
        at(NOW + 10, json!(10)),
        at(NOW + 11, json!(10)),
        at(NOW + 300, Value::Null),
        at(NOW + 301, Value::Null),
        at(i64::MAX, json!(300)),
        at(i64::MIN, json!(300)),
        at(i64::MAX, json!(u64::MAX)),
        at(i64::MIN, json!(u64::MAX)),
    ];
    let (ok, old, new) = ("ok", "timestamp_too_old", "timestamp_too_new");
    assert_eq!(
        verdicts(&lines),
        [ok, old, new, ok, old, ok, old, old, new, ok, ok]
    );
}

#[test]
fn standard_and_svix_accept_both_sets_of_headers() {
    let original = valid();
    let svix = json!({
        "svix-id": original["headers"]["webhook-id"],
        "SVIX-Timestamp": original["headers"]["webhook-timestamp"],
        "svix-signature": original["headers"]["webhook-signature"],
    });
    let mut mixed = original["headers"].clone();
    mixed["svix-id"] = mixed["webhook-id"].take();
    mixed.as_object_mut().unwrap().remove("webhook-id");
    let lines = [
        with(valid(), "/scheme", "svix"),
        with(with(valid(), "/headers", svix.clone()), "/scheme", "svix"),
        with(valid(), "/headers", svix),
        with(valid(), "/headers", mixed),
    ];
    assert_eq!(verdicts(&lines), ["ok", "ok", "ok", "missing_header"]);
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    let bytes = bytes.as_ref().iter();
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// Returns a line of a scheme, with the text `secret` as its secret.
fn line_of(scheme: &str, headers: &Value, body: &str) -> Value {
    json!({
        "id": scheme,
        "scheme": scheme,
        "secret": "secret",
        "headers": headers,
        "body_b64": STANDARD.encode(body),
        "now": NOW,
    })
}

fn mac(text: &str) -> [u8; 32] {
    hmac_sha256::HMAC::mac(text, "secret")
}

fn github() -> Value {
    let signature = format!("sha256={}", hex(mac("{}")));
    line_of("github", &json!({"X-Hub-Signature-256": signature}), "{}")
}

fn stripe() -> Value {
    let signature = format!("t={NOW},v1={}", hex(mac(&format!("{NOW}.{{}}"))));
    line_of("stripe", &json!({"Stripe-Signature": signature}), "{}")
}

fn slack() -> Value {
    let signature = format!("v0={}", hex(mac(&format!("v0:{NOW}:{{}}"))));
    let headers =
        json!({"X-Slack-Signature": signature, "X-Slack-Request-Timestamp": NOW.to_string()});
    line_of("slack", &headers, "{}")
}

fn shopify() -> Value {
    let signature = STANDARD.encode(mac("{}"));
    line_of(
        "shopify",
        &json!({"X-Shopify-Hmac-Sha256": signature}),
        "{}",
    )
}

fn standard_v1a() -> Value {
    let key = SigningKey::from_bytes(&[7; 32]);
    let signature = key.sign(format!("msg_1.{NOW}.{{}}").as_bytes());
    let headers = json!({
        "webhook-id": "msg_1",
        "webhook-timestamp": NOW.to_string(),
        "webhook-signature": format!("v1a,{}", STANDARD.encode(signature.to_bytes())),
    });
    let public = format!("whpk_{}", STANDARD.encode(key.verifying_key()));
    with(line_of("standard-v1a", &headers, "{}"), "/secret", public)
}

#[test]
fn each_scheme_verifies_by_its_name() {
    for (valid, header, has_timestamp) in [
        (github(), "X-Hub-Signature-256", false),
        (stripe(), "Stripe-Signature", true),
        (slack(), "X-Slack-Signature", true),
        (shopify(), "X-Shopify-Hmac-Sha256", false),
        (standard_v1a(), "webhook-signature", true),
    ] {
        let header = format!("/headers/{header}");
        let stale = if has_timestamp {
            "timestamp_too_old"
        } else {
            "ok"
        };
        // Stripe's timestamp is an item of the signature header, so this header has none.
        let garbage = match valid["scheme"].as_str() {
            Some("stripe") => "malformed_header",
            _ => "bad_signature",
        };
        let lines = [
            valid.clone(),
            with(valid.clone(), "/body_b64", STANDARD.encode("{ }")),
            without(valid.clone(), &header),
            with(valid.clone(), &header, ""),
            with(valid.clone(), &header, "garbage"),
            with(valid.clone(), "/now", NOW + 300),
            with(valid.clone(), "/now", NOW + 301),
            with(with(valid.clone(), "/now", NOW + 301), "/tolerance", 301),
            with(valid.clone(), "/secret", ""),
            with(valid.clone(), "/secret", json!([])),
            with(valid.clone(), "/secret", json!([valid["secret"], " "])),
            with(valid.clone(), "/secret", json!([valid["secret"]])),
            with(
                valid.clone(),
                "/secret",
                format!("{}\n", valid["secret"].as_str().unwrap()),
            ),
        ];
        let expected = [
            "ok",
            "bad_signature",
            "missing_header",
            "missing_header",
            garbage,
            "ok",
            stale,
            "ok",
            "config_error",
            "config_error",
            "config_error",
            "ok",
            "config_error",
        ];
        assert_eq!(verdicts(&lines), expected, "{valid}");
    }
}

#[test]
fn schemes_accept_only_secrets_and_headers_of_their_own() {
    let seven = STANDARD.encode([7; 32]);
    let lines = [
        // Valid secrets, but not the key of the signature.
        with(github(), "/secret", "other"),
        with(stripe(), "/secret", "whsec_other"),
        with(slack(), "/secret", "whpk_other"),
        // Shared secrets, private keys, weak keys and unprefixed base64 are not public keys.
        with(standard_v1a(), "/secret", seven.clone()),
        with(standard_v1a(), "/secret", format!("whsec_{seven}")),
        with(standard_v1a(), "/secret", format!("whsk_{seven}")),
        with(
            standard_v1a(),
            "/secret",
            format!("whpk_{}", STANDARD.encode([0; 32])),
        ),
        with(
            standard_v1a(),
            "/secret",
            json!([standard_v1a()["secret"], secret()]),
        ),
        // Public keys are not shared secrets.
        with(valid(), "/secret", standard_v1a()["secret"].clone()),
        with(
            with(
                valid(),
                "/secret",
                json!([secret(), standard_v1a()["secret"]]),
            ),
            "/scheme",
            "svix",
        ),
        // Each scheme reads its own headers.
        with(standard_v1a(), "/scheme", "standard"),
        with(with(valid(), "/scheme", "github"), "/secret", "secret"),
        with(github(), "/scheme", "shopify"),
    ];
    let expected = [
        "bad_signature",
        "bad_signature",
        "bad_signature",
        "config_error",
        "config_error",
        "config_error",
        "config_error",
        "config_error",
        "config_error",
        "config_error",
        "config_error",
        "missing_header",
        "missing_header",
    ];
    assert_eq!(verdicts(&lines), expected);
}

#[test]
fn list_is_a_repeated_header_or_several_secrets() {
    let signature = sign("msg_1", &NOW.to_string(), b"{}");
    let lines = [
        with(valid(), "/headers/webhook-signature", json!([signature])),
        with(
            valid(),
            "/headers/webhook-signature",
            json!(["v1,x", signature]),
        ),
        with(
            valid(),
            "/headers/webhook-signature",
            json!(["v1,x", "v1,y"]),
        ),
        with(valid(), "/headers/webhook-signature", json!([])),
        with(valid(), "/headers/webhook-id", json!(["msg_1"])),
        with(valid(), "/headers/webhook-id", json!(["msg_1", "msg_1"])),
        with(valid(), "/headers/Webhook-ID", "msg_1"),
        with(
            valid(),
            "/headers/webhook-timestamp",
            json!(["1750000000", "1750000000"]),
        ),
        with(valid(), "/headers/host", json!(["a", "b"])),
        with(valid(), "/secret", json!([secret()])),
        with(valid(), "/secret", json!(["c2VjcmV0Cg==", secret()])),
        with(valid(), "/secret", json!(["c2VjcmV0Cg=="])),
        with(valid(), "/secret", json!([])),
        with(valid(), "/secret", json!([secret(), ""])),
    ];
    let expected = [
        "ok",
        "ok",
        "bad_signature",
        "missing_header",
        "ok",
        "malformed_header",
        "malformed_header",
        "malformed_header",
        "ok",
        "ok",
        "ok",
        "bad_signature",
        "config_error",
        "config_error",
    ];
    assert_eq!(verdicts(&lines), expected);
}

#[test]
fn duplicate_key_in_headers_is_a_repeated_header() {
    let text = valid().to_string();
    let twice = text.replace(r#""webhook-id":"#, r#""webhook-id":"msg_0","webhook-id":"#);
    assert_ne!(twice, text);
    assert_eq!(
        run(twice).answers,
        [json!({"id": "valid", "verdict": "malformed_header"})]
    );
}

#[test]
fn non_ascii_and_control_characters_reach_the_verifier() {
    // The signatures over the UTF-8 bytes are valid, so only the format is wrong.
    let ids = [
        "caf\u{e9}",
        "\u{1f511}",
        "a\nb",
        "a\r\nb",
        "a\0b",
        "\u{1b}[31m",
        "a b",
        "\u{7f}",
    ];
    let lines: Vec<Value> = ids.iter().map(|id| line(*id, id, b"{}")).collect();
    assert!(
        verdicts(&lines)
            .iter()
            .all(|verdict| verdict == "malformed_header")
    );

    let timestamps = [
        "１７５０００００００",
        "1750000000\n",
        "1750000000\0",
        " 1750000000",
    ];
    let lines = timestamps.map(|timestamp| {
        let signature = sign("msg_1", timestamp, b"{}");
        let line = with(valid(), "/headers/webhook-timestamp", timestamp);
        with(line, "/headers/webhook-signature", signature)
    });
    assert!(
        verdicts(&lines)
            .iter()
            .all(|verdict| verdict == "malformed_header")
    );

    let signature = sign("msg_1", &NOW.to_string(), b"{}");
    let lines = [
        with(
            valid(),
            "/headers/webhook-signature",
            format!("\u{e9} {signature} \u{1f511}"),
        ),
        with(
            valid(),
            "/headers/webhook-signature",
            format!("v1,\0 {signature}"),
        ),
        with(
            valid(),
            "/headers/webhook-signature",
            format!("{signature}\n"),
        ),
        with(valid(), "/headers/x-n\u{f6}te\n", "\0"),
    ];
    assert_eq!(verdicts(&lines), ["ok", "ok", "bad_signature", "ok"]);
}

#[test]
fn any_json_id_is_returned_unchanged() {
    let ids = [
        r#""text \" é \u00e9""#,
        "7",
        "-1.50",
        "1e400",
        "123456789012345678901234567890",
        "null",
        "true",
        r#"{"a":[1,{"b":null}]}"#,
        "[]",
        r#""""#,
    ];
    let input: String = ids
        .iter()
        .map(|id| {
            valid()
                .to_string()
                .replace(r#""id":"valid""#, &format!(r#""id":{id}"#))
                + "\n"
        })
        .collect();
    let mut child = start();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let expected: String = ids
        .iter()
        .map(|id| format!("{{\"id\":{id},\"verdict\":\"ok\"}}\n"))
        .collect();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[test]
fn invalid_line_is_answered_and_the_program_continues() {
    let bad = [
        ("garbage".to_owned(), Value::Null),
        (String::new(), Value::Null),
        ("null".to_owned(), Value::Null),
        ("[1]".to_owned(), Value::Null),
        ("{\"id\":1".to_owned(), Value::Null),
        ("{}".to_owned(), Value::Null),
        (r#"{"id":1}"#.to_owned(), json!(1)),
        (without(valid(), "/id").to_string(), Value::Null),
        (without(valid(), "/secret").to_string(), json!("valid")),
        (without(valid(), "/headers").to_string(), json!("valid")),
        (without(valid(), "/body_b64").to_string(), json!("valid")),
        (without(valid(), "/now").to_string(), json!("valid")),
        (with(valid(), "/scheme", "sha1").to_string(), json!("valid")),
        (with(valid(), "/secret", 5).to_string(), json!("valid")),
        (
            with(valid(), "/secret", Value::Null).to_string(),
            json!("valid"),
        ),
        (
            with(valid(), "/headers/host", 5).to_string(),
            json!("valid"),
        ),
        (
            with(valid(), "/headers", json!([])).to_string(),
            json!("valid"),
        ),
        (
            with(valid(), "/body_b64", "e30").to_string(),
            json!("valid"),
        ),
        (
            with(valid(), "/body_b64", "$$$$").to_string(),
            json!("valid"),
        ),
        (with(valid(), "/now", 1.5).to_string(), json!("valid")),
        (
            with(valid(), "/now", "1750000000").to_string(),
            json!("valid"),
        ),
        (with(valid(), "/now", u64::MAX).to_string(), json!("valid")),
        (with(valid(), "/tolerance", -1).to_string(), json!("valid")),
        (
            valid().to_string().replace("msg_1", r"\ud800"),
            json!("valid"),
        ),
        (format!("{} {{}}", valid()), Value::Null),
    ];
    let mut input = String::new();
    for (text, _) in &bad {
        input += &format!("{text}\n{}\n", valid());
    }
    let output = run(input);
    assert!(!output.success);
    assert_eq!(output.answers.len(), 2 * bad.len());
    assert_eq!(output.stderr.lines().count(), bad.len());
    assert!(output.stderr.starts_with("line 1: "), "{}", output.stderr);
    for ((text, id), answers) in bad.iter().zip(output.answers.chunks(2)) {
        assert_eq!(answers[0]["verdict"], "invalid_input", "{text}");
        assert_eq!(&answers[0]["id"], id, "{text}");
        assert!(answers[0]["error"].is_string(), "{text}");
        assert_eq!(
            answers[1],
            json!({"id": "valid", "verdict": "ok"}),
            "{text}"
        );
    }
    // Neither stream contains the secret.
    let all = format!("{}{:?}", output.stderr, output.answers);
    assert!(!all.contains(&STANDARD.encode(KEY)), "{all}");
}

#[test]
fn line_that_is_not_utf8_is_answered() {
    let valid = valid().to_string();
    let input = [
        b"{\"id\":1,\"secret\":\"\xff\"}\n\xff\n",
        valid.as_bytes(),
        b"\n",
    ]
    .concat();
    let output = run(input);
    assert!(!output.success);
    let verdicts: Vec<&Value> = output
        .answers
        .iter()
        .map(|answer| &answer["verdict"])
        .collect();
    assert_eq!(verdicts, ["invalid_input", "invalid_input", "ok"]);
}

#[test]
fn last_line_needs_no_newline_and_empty_input_has_no_answer() {
    let output = run(format!("{}\r\n{}", valid(), valid()));
    assert!(output.success);
    assert_eq!(output.answers.len(), 2);
    let output = run("");
    assert!(output.success);
    assert!(output.answers.is_empty());
}

#[test]
fn very_long_lines_are_answered() {
    let body = vec![b'a'; 16 << 20];
    let long_header = with(valid(), "/headers/x-long", "x".repeat(1 << 20));
    assert_eq!(
        verdicts(&[line("long", "msg_1", &body), long_header, valid()]),
        ["ok", "ok", "ok"]
    );
}

#[test]
fn each_answer_is_flushed_before_the_next_line_is_read() {
    let mut child = start();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for round in 0..3 {
        let text = if round == 1 {
            "garbage".to_owned()
        } else {
            valid().to_string()
        };
        stdin.write_all(format!("{text}\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let expected = if round == 1 { "invalid_input" } else { "ok" };
        assert_eq!(answer["verdict"], expected);
    }
    drop(stdin);
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    assert!(!child.wait().unwrap().success());
}
