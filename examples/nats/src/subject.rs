//! Subjects and ids of messages: what senders write, made into what NATS can read.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use webhook_runtime::{inbox::StoredDelivery, store::DeliveryKey};

/// The longest event type in a subject; what is longer is cut off. The server remembers each subject.
const LONGEST_TYPE: usize = 128;

/// The longest key that is an id as it is. The server remembers each id.
const LONGEST_ID: usize = 256;

/// `<stream>.<provider>.<event type>`, so that a consumer can have one family alone: `webhooks.openai.batch.>`.
///
/// It is an address, not a fact: two event types can have one subject. The delivery has the true one.
pub(crate) fn of(stream: &str, delivery: &StoredDelivery) -> String {
    let mut subject = format!("{stream}.");
    push_token(&mut subject, &delivery.provider);
    let event_type: String = delivery.event_type.chars().take(LONGEST_TYPE).collect();
    for token in event_type.split('.') {
        subject.push('.');
        push_token(&mut subject, token);
    }
    subject
}

/// A token has a sign, no white space, and neither a dot nor a wildcard in it.
fn push_token(subject: &mut String, token: &str) {
    if token.is_empty() {
        subject.push('_');
    }
    subject.extend(token.chars().map(|sign| match sign {
        '.' | '*' | '>' => '_',
        sign if sign.is_ascii_graphic() => sign,
        _ => '_',
    }));
}

/// The id by which the server knows a delivery again: its key, or the hash of a key that no header can hold.
///
/// No hash is another delivery's key, since all keys have a `/` in them.
pub(crate) fn message_id(key: &DeliveryKey) -> String {
    let key = key.as_str();
    if key.len() <= LONGEST_ID && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return key.to_owned();
    }
    let mut id = "sha256:".to_owned();
    for byte in Sha256::digest(key) {
        // Writing to a text cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(provider: &str, event_type: &str) -> String {
        let text = br#"{"version":1,"key":"","endpoint":"app","provider":"","tenant":"","delivery_id":"","event_type":"",
            "timestamp":0,"is_timestamp_signed":true,"headers":[],"body":"","serial":null}"#;
        let mut delivery = StoredDelivery::from_bytes(text).unwrap();
        provider.clone_into(&mut delivery.provider);
        event_type.clone_into(&mut delivery.event_type);
        of("webhooks", &delivery)
    }

    #[test]
    fn the_segments_of_an_event_type_are_tokens() {
        assert_eq!(
            subject("openai", "batch.completed"),
            "webhooks.openai.batch.completed"
        );
        assert_eq!(
            subject("shopify", "orders/create"),
            "webhooks.shopify.orders/create"
        );
    }

    #[test]
    fn what_no_token_can_be_is_made_into_one() {
        for (event_type, tokens) in [
            ("", "_"),
            (".", "_._"),
            ("..a.", "_._.a._"),
            ("*", "_"),
            (">", "_"),
            ("batch.>", "batch._"),
            ("a*b.c>d", "a_b.c_d"),
            ("a b\tc\r\nd", "a_b_c__d"),
            ("\0\u{7f}\u{85}\u{a0}", "____"),
            ("größe", "gr__e"),
            ("$JS.API", "$JS.API"),
        ] {
            assert_eq!(
                subject("acme", event_type),
                format!("webhooks.acme.{tokens}"),
                "{event_type:?}"
            );
        }
        assert_eq!(subject("a.b c", "x"), "webhooks.a_b_c.x");
    }

    #[test]
    fn a_long_event_type_is_cut_off() {
        let long = subject("acme", &"ü".repeat(100_000));
        assert_eq!(long, format!("webhooks.acme.{}", "_".repeat(LONGEST_TYPE)));
    }

    #[test]
    fn a_key_is_the_id_unless_no_header_can_hold_it() {
        let id = |key: &str| message_id(&DeliveryKey::new(key));
        assert_eq!(id("app/openai//msg_1"), "app/openai//msg_1");
        let odd = [
            "app/openai//a b".to_owned(),
            "app/openai//a\r\nNats-Rollup: all".to_owned(),
            "app/openai//ü".to_owned(),
            format!("app/openai//{}", "a".repeat(LONGEST_ID)),
            format!("app/openai//{}b", "a".repeat(LONGEST_ID)),
        ];
        for (number, key) in odd.iter().enumerate() {
            let made = id(key);
            assert!(made.starts_with("sha256:"), "{key:?}: {made}");
            assert_eq!(made.len(), "sha256:".len() + 64);
            assert!(odd.iter().skip(number + 1).all(|other| id(other) != made));
        }
    }
}
