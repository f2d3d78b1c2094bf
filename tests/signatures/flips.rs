//! Single flipped bits, in each signed value, the MAC and the key: each is detected.

use std::time::Duration;

use webhook_runtime::{Secret, Verifier, VerifyError};

use crate::delivery::{BODY, ID, KEY, NOW, mac, v1, valid, valid_item, verdict_of, verifier};

/// Returns a copy for each bit, with that bit flipped.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

#[test]
fn flipped_bit_of_the_mac_is_detected() {
    let full = mac(KEY, ID.as_bytes(), NOW.to_string().as_bytes(), BODY);
    for flipped in flips(&full) {
        valid()
            .with_signature(v1(flipped))
            .assert_verdict("bad_signature");
    }
    for flipped in flips(valid_item().as_bytes()) {
        valid()
            .with_signature(&flipped)
            .assert_verdict("bad_signature");
    }
}

#[test]
fn flipped_bit_of_the_id_is_detected() {
    for flipped in flips(ID.as_bytes()) {
        let visible = flipped
            .iter()
            .all(|byte| matches!(byte, b'!'..=b'~') && *byte != b'.');
        let expected = if visible {
            "bad_signature"
        } else {
            "malformed_header webhook-id"
        };
        valid()
            .with("webhook-id", &flipped)
            .assert_verdict(expected);
    }
}

#[test]
fn flipped_bit_of_the_timestamp_is_detected() {
    // The tolerance is unlimited, so that the signature alone detects the change.
    let verifier = verifier().tolerance(Duration::MAX);
    for flipped in flips(NOW.to_string().as_bytes()) {
        let digits = flipped.iter().all(u8::is_ascii_digit) && flipped[0] != b'0';
        let expected = if digits {
            "bad_signature"
        } else {
            "malformed_header webhook-timestamp"
        };
        let delivery = valid().with("webhook-timestamp", &flipped);
        assert_eq!(
            verdict_of(delivery.verify(&verifier)),
            expected,
            "{flipped:?}"
        );
    }
}

#[test]
fn flipped_bit_of_the_body_is_detected() {
    for flipped in flips(BODY) {
        valid().with_body(flipped).assert_verdict("bad_signature");
    }
}

#[test]
fn flipped_bit_of_the_key_is_detected() {
    for flipped in flips(KEY) {
        let verifier = Verifier::standard_webhooks(&[Secret::from_bytes(flipped)]).unwrap();
        assert_eq!(valid().verify(&verifier), Err(VerifyError::BadSignature));
    }
}
