//! Text of senders is escaped before it is printed.

use http::HeaderValue;
use serde_json::Value;
use webhook_runtime::Tenant;

use crate::database::{TestDatabase, dead, delivery};
use crate::program::{documents, stdout};

/// Clears the screen, rings the bell, starts a C1 control sequence, reverses the text direction, and breaks the line.
const TEXT: &str = "\u{1b}[2J\u{7}\u{9b}31m\u{202e}\u{2028}\r\nend\u{7f}\u{e0041}";

fn assert_is_harmless(printed: &str) {
    for c in printed.chars() {
        let is_harmless = c == '\n' || !c.is_control();
        assert!(
            is_harmless && !"\u{202e}\u{2028}\u{e0041}".contains(c),
            "{c:?} in {printed:?}"
        );
    }
}

#[tokio::test]
async fn control_characters_are_escaped() {
    for database in TestDatabase::all().await {
        let mut delivery = delivery(&format!("msg{TEXT}"));
        delivery.event_type = format!("batch.{TEXT}");
        delivery.tenant = Tenant::new(TEXT);
        delivery.ordering_key = Some(TEXT.to_owned());
        let value = HeaderValue::from_bytes(b"tab\t\xc2\x9b31m").unwrap();
        delivery.headers.insert("x-sender", value);
        delivery.body = format!("{TEXT}\0").into();
        let row = database
            .enqueue_completed(&delivery, &dead(TEXT))
            .await
            .to_string();
        for arguments in [&["list"][..], &["show", &row], &["summary"]] {
            assert_is_harmless(&stdout(&database, arguments).await);
            assert_is_harmless(&stdout(&database, &[arguments, &["--json"]].concat()).await);
        }
        let shown = documents(&database, &["show", &row]).await.remove(0);
        assert_eq!(
            shown["delivery_id"],
            format!("msg{TEXT}"),
            "JSON contains the whole text"
        );
        assert_eq!(shown["body"], format!("{TEXT}\0"));
        assert_eq!(shown["last_error"], TEXT);
        assert!(
            stdout(&database, &["show", &row])
                .await
                .contains(r"\u{1b}[2J\u{7}\u{9b}31m\u{202e}")
        );
        database.clear().await;
    }
}

#[tokio::test]
async fn json_text_binary_and_empty_bodies_are_shown() {
    let database = TestDatabase::sqlite();
    let json =
        "{\"a\":[1e400,12345678901234567890123],\"a\":\"x\\\",{\u{9b}\", \"e\" : [ ], \"o\":{ \n}}";
    let pretty = "  {\n    \"a\": [\n      1e400,\n      12345678901234567890123\n    ],\n    \"a\": \"x\\\",{\\u{9b}\",\n    \"e\": [],\n    \"o\": {}\n  }\n";
    for (id, body, lines) in [
        ("json", json.as_bytes(), pretty),
        ("text", b"a=1&b=2", "body, 7 bytes\n  a=1&b=2\n"),
        (
            "bytes",
            b"\xff\xfe\x1b",
            "body, 3 bytes, not UTF-8\n  \\xff\\xfe\\x1b\n",
        ),
        ("empty", b"", "body, 0 bytes\n\n"),
    ] {
        let mut delivery = delivery(id);
        delivery.body = body.to_vec().into();
        let row = database
            .enqueue_completed(&delivery, &dead("no"))
            .await
            .to_string();
        let shown = stdout(&database, &["show", &row]).await;
        assert!(shown.contains(lines), "{shown}");
        let shown = documents(&database, &["show", &row]).await.remove(0);
        match std::str::from_utf8(body) {
            Ok(text) => assert_eq!(shown["body"], text),
            Err(_) => {
                assert_eq!(shown["body"], Value::Null);
                assert_eq!(shown["body_base64"], "//4b");
            }
        }
    }
    database.clear().await;
}
