//! Verification of deliveries of any `Scheme`, and assertions for the rules that all schemes share.

use webhook_runtime::{Verifier, VerifyError};

use crate::delivery::{Delivery, NOW, at, verdict_of};

pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    let bytes = bytes.as_ref().iter();
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn delivery<const N: usize>(
    headers: [(&str, String); N],
    body: impl AsRef<[u8]>,
) -> Delivery {
    Delivery {
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.into_bytes()))
            .into(),
        body: body.as_ref().to_vec(),
        now: NOW,
    }
}

/// Returns "ok" or the error's name, with the name of the header at fault. A `HeaderMap` must have the same result.
pub(crate) fn verdict(verifier: &Verifier, delivery: &Delivery) -> String {
    let (body, now) = (delivery.body.as_slice(), at(delivery.now));
    let result: Result<(), VerifyError> = verifier
        .verify(delivery.headers.as_slice(), body, now)
        .map(|verified| assert_eq!(verified.body(), body));
    if let Some(map) = delivery.header_map() {
        let from_map = verifier.verify(&map, body, now).map(|_| ());
        assert_eq!(from_map, result);
    }
    verdict_of(result)
}

#[track_caller]
pub(crate) fn assert_verdict(verifier: &Verifier, delivery: &Delivery, expected: &str) {
    let headers: Vec<_> = delivery
        .headers
        .iter()
        .map(|(name, value)| (name, value.escape_ascii().to_string()))
        .collect();
    let body = delivery.body.escape_ascii().to_string();
    let shown = body.get(..80).unwrap_or(&body);
    assert_eq!(
        verdict(verifier, delivery),
        expected,
        "{headers:?} and {shown}"
    );
}

/// Returns variants of a signature in hex. None of them may verify.
pub(crate) fn invalid_spellings_of_hex(hex: &str) -> Vec<String> {
    let mut spellings = vec![
        hex.to_uppercase(),
        format!("{hex}0"),
        format!("{hex}00"),
        format!("0{hex}"),
        format!("0x{hex}"),
        format!("{hex} "),
        format!(" {hex}"),
        format!("{hex}\n"),
        format!("\"{hex}\""),
        format!("{hex}{hex}"),
        format!("{}g", &hex[..hex.len() - 1]),
        format!("{}+1", &hex[..hex.len() - 2]),
        hex.chars().rev().collect(),
    ];
    let letter = hex.find(|c: char| c.is_ascii_lowercase()).unwrap();
    let mut one_upper = hex.to_owned();
    one_upper[letter..=letter].make_ascii_uppercase();
    spellings.push(one_upper);
    // Every truncation, the empty one included (CVE-2024-21491).
    spellings.extend((0..hex.len()).map(|len| hex[..len].to_owned()));
    spellings
}

/// Asserts that a delivery verifies, and that any change of its body is detected. The whole body must be signed.
pub(crate) fn assert_body_is_signed(verifier: &Verifier, valid: &Delivery) {
    assert_verdict(verifier, valid, "ok");
    for bit in 0..valid.body.len() * 8 {
        let mut body = valid.body.clone();
        body[bit / 8] ^= 1 << (bit % 8);
        assert_verdict(verifier, &valid.clone().with_body(body), "bad_signature");
    }
    for body in [
        valid.body[..valid.body.len() - 1].to_vec(),
        [valid.body.as_slice(), b"\n"].concat(),
        [b" ", valid.body.as_slice()].concat(),
        Vec::new(),
    ] {
        assert_verdict(verifier, &valid.clone().with_body(body), "bad_signature");
    }
}

/// Asserts the rules of signed timestamps. `sign` signs a timestamp exactly as it is spelled.
pub(crate) fn assert_timestamp_is_strict(
    verifier: &Verifier,
    malformed: &str,
    sign: impl Fn(&str) -> Delivery,
) {
    for (now, expected) in [
        (NOW, "ok"),
        (NOW + 300, "ok"),
        (NOW - 300, "ok"),
        (NOW + 301, "timestamp_too_old"),
        (NOW - 301, "timestamp_too_new"),
        (i64::MAX, "timestamp_too_old"),
        (i64::MIN, "timestamp_too_new"),
    ] {
        let delivery = sign(&NOW.to_string()).received_at(now);
        assert_verdict(verifier, &delivery, expected);
        // The timestamp is checked before the signature.
        let forged = delivery.with_body("forged");
        let expected = if expected == "ok" {
            "bad_signature"
        } else {
            expected
        };
        assert_verdict(verifier, &forged, expected);
    }
    let digits = "1".repeat(3000);
    for text in [
        "+1750000000",
        "-1750000000",
        "01750000000",
        "1750000000.0",
        "1750000000 ",
        " 1750000000",
        "1_750_000_000",
        "0x684ee180",
        "1.75e9",
        "1750000000\n",
        "１７５０００００００",
        "9223372036854775808",
        "-9223372036854775808",
        "now",
        &digits,
    ] {
        assert_verdict(verifier, &sign(text), malformed);
    }
}
