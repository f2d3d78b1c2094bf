//! Subjects and ids of messages, in the alphabet of NATS.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use webhook_runtime::{inbox::StoredDelivery, store::DeliveryKey};

/// Maximum length of an event type in a subject, in characters; longer ones are truncated. The server keeps each subject in
/// memory.
const MAX_EVENT_TYPE: usize = 128;

/// Maximum length of a message id in bytes; longer keys are hashed. The server keeps each id in memory.
const MAX_ID: usize = 256;

/// Returns the subject `<stream>.<provider>.<event type>`, so that a consumer can select one family:
/// `webhooks.openai.batch.>`.
///
/// Different event types can have the same subject. The message contains the exact one.
pub(crate) fn of(stream: &str, delivery: &StoredDelivery) -> String {
    let mut subject = format!("{stream}.");
    push_token(&mut subject, &delivery.provider);
    let event_type: String = delivery.event_type.chars().take(MAX_EVENT_TYPE).collect();
    for token in event_type.split('.') {
        subject.push('.');
        push_token(&mut subject, token);
    }
    subject
}

/// Appends a token of a subject: not empty, without white space, dots and wildcards.
fn push_token(subject: &mut String, token: &str) {
    if token.is_empty() {
        subject.push('_');
    }
    subject.extend(token.chars().map(|character| match character {
        '.' | '*' | '>' => '_',
        character if character.is_ascii_graphic() => character,
        _ => '_',
    }));
}

/// Returns the id by which the server detects duplicates: the key, or the hash of a key that a header cannot contain.
///
/// A hash cannot equal the key of another delivery, because all keys contain `/`.
pub(crate) fn message_id(key: &DeliveryKey) -> String {
    let key = key.as_str();
    if key.len() <= MAX_ID && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return key.to_owned();
    }
    let mut id = "sha256:".to_owned();
    for byte in Sha256::digest(key) {
        // Writing to a `String` cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(provider: &str, event_type: &str) -> String {
        let text = br#"{"version":1,"key":"","endpoint":"app","provider":"","tenant":"","delivery_id":"","event_type":"",
            "timestamp":0,"is_timestamp_signed":true,"headers":[],"body":"","ordering_key":null}"#;
        let mut delivery = StoredDelivery::from_bytes(text).unwrap();
        provider.clone_into(&mut delivery.provider);
        event_type.clone_into(&mut delivery.event_type);
        of("webhooks", &delivery)
    }

    #[test]
    fn segments_of_an_event_type_are_tokens() {
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
    fn invalid_characters_of_an_event_type_are_replaced() {
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
    fn long_event_type_is_truncated() {
        let long = subject("acme", &"ü".repeat(100_000));
        assert_eq!(
            long,
            format!("webhooks.acme.{}", "_".repeat(MAX_EVENT_TYPE))
        );
    }

    #[test]
    fn message_id_is_the_key_or_its_hash() {
        let id = |key: &str| message_id(&DeliveryKey::new(key));
        assert_eq!(id("app/openai//msg_1"), "app/openai//msg_1");
        let hashed = [
            "app/openai//a b".to_owned(),
            "app/openai//a\r\nNats-Rollup: all".to_owned(),
            "app/openai//ü".to_owned(),
            format!("app/openai//{}", "a".repeat(MAX_ID)),
            format!("app/openai//{}b", "a".repeat(MAX_ID)),
        ];
        for (number, key) in hashed.iter().enumerate() {
            let hash = id(key);
            assert!(hash.starts_with("sha256:"), "{key:?}: {hash}");
            assert_eq!(hash.len(), "sha256:".len() + 64);
            assert!(
                hashed
                    .iter()
                    .skip(number + 1)
                    .all(|other| id(other) != hash)
            );
        }
    }
}
