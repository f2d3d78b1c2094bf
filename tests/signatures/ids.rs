//! Characters and length of ids.

use crate::delivery::{BODY, ID, KEY, NOW, mac, signed, signed_body, v1};

#[test]
fn id_with_a_dot_is_malformed() {
    for id in [".", "a.b", ".a", "a.", "msg_1.1750000000"] {
        signed(id, NOW.to_string(), BODY).assert_verdict("malformed_header webhook-id");
    }
}

#[test]
fn boundaries_between_id_timestamp_and_body_cannot_be_moved() {
    let body = format!("{NOW}.{{}}");
    let original = signed_body(&body);
    original.assert_verdict("ok");
    let moved = original
        .with("webhook-id", format!("{ID}.{NOW}"))
        .with_body("{}");
    // The signed bytes are the same.
    let signature = v1(mac(
        KEY,
        moved.value("webhook-id"),
        NOW.to_string().as_bytes(),
        b"{}",
    ));
    assert_eq!(moved.value("webhook-signature"), signature.as_bytes());
    moved.assert_verdict("malformed_header webhook-id");
}

#[test]
fn id_is_visible_ascii() {
    for byte in 0..=u8::MAX {
        let expected = match byte {
            b'.' => "malformed_header webhook-id",
            b'!'..=b'~' => "ok",
            _ => "malformed_header webhook-id",
        };
        for id in [vec![byte], vec![b'm', byte, b'1'], vec![b'm', byte]] {
            signed(id, NOW.to_string(), BODY).assert_verdict(expected);
        }
    }
    for id in ["caf\u{e9}", "\u{ff0e}", "\u{1f511}", "msg\u{200b}"] {
        signed(id, NOW.to_string(), BODY).assert_verdict("malformed_header webhook-id");
    }
}

#[test]
fn long_id_verifies() {
    signed("i".repeat(5000), NOW.to_string(), BODY).assert_verdict("ok");
}
