//! One flipped bit, wherever it is, is noticed.

use std::time::Duration;

use webhook_runtime::{Secret, Verifier, VerifyError};

use crate::delivery::{BODY, ID, KEY, NOW, good, good_item, mac, v1, verdict_of, verifier};

/// Every way to flip one bit.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

#[test]
fn one_flipped_bit_of_the_mac_is_noticed() {
    let full = mac(KEY, ID.as_bytes(), NOW.to_string().as_bytes(), BODY);
    for flipped in flips(&full) {
        good().with_signature(v1(flipped)).gets("bad_signature");
    }
    for flipped in flips(good_item().as_bytes()) {
        good().with_signature(&flipped).gets("bad_signature");
    }
}

#[test]
fn one_flipped_bit_of_the_id_is_noticed() {
    for flipped in flips(ID.as_bytes()) {
        let visible = flipped
            .iter()
            .all(|byte| matches!(byte, b'!'..=b'~') && *byte != b'.');
        let expected = if visible {
            "bad_signature"
        } else {
            "malformed_header webhook-id"
        };
        good().with("webhook-id", &flipped).gets(expected);
    }
}

#[test]
fn one_flipped_bit_of_the_timestamp_is_noticed() {
    // At any tolerance: the time is signed, and signed as it is spelled.
    let verifier = verifier().tolerance(Duration::MAX);
    for flipped in flips(NOW.to_string().as_bytes()) {
        let digits = flipped.iter().all(u8::is_ascii_digit) && flipped[0] != b'0';
        let expected = if digits {
            "bad_signature"
        } else {
            "malformed_header webhook-timestamp"
        };
        let delivery = good().with("webhook-timestamp", &flipped);
        assert_eq!(
            verdict_of(delivery.verify(&verifier)),
            expected,
            "{flipped:?}"
        );
    }
}

#[test]
fn one_flipped_bit_of_the_body_is_noticed() {
    for flipped in flips(BODY) {
        good().with_body(flipped).gets("bad_signature");
    }
}

#[test]
fn one_flipped_bit_of_the_key_is_noticed() {
    for flipped in flips(KEY) {
        let verifier = Verifier::standard_webhooks(&[Secret::from_bytes(flipped)]).unwrap();
        assert_eq!(good().verify(&verifier), Err(VerifyError::BadSignature));
    }
}
