//! Stripe: <https://docs.stripe.com/webhooks/signature>

use webhook_runtime::{Scheme, Secret, Verifier, secret::SecretError, verifier::VerifierError};

use crate::delivery::{Delivery, NOW, at};
use crate::described::{
    assert_body_is_signed, assert_timestamp_is_strict, assert_verdict, delivery, hex,
    invalid_spellings_of_hex,
};

const SECRET: &str = "whsec_test_secret";
const HEADER: &str = "stripe-signature";
const BODY: &str = r#"{"id":"evt_1","type":"charge.failed","data":{"object":{"id":"ch_1"}}}"#;
const MALFORMED: &str = "malformed_header stripe-signature";

fn verifier() -> Verifier {
    Verifier::from_scheme(&Scheme::STRIPE, &[Secret::new(SECRET)]).unwrap()
}

fn mac(timestamp: &str, body: &[u8]) -> String {
    let text = [timestamp.as_bytes(), b".", body].concat();
    hex(hmac_sha256::HMAC::mac(text, SECRET))
}

fn signed_at(timestamp: &str, body: &str) -> Delivery {
    let value = format!("t={timestamp},v1={}", mac(timestamp, body.as_bytes()));
    delivery([(HEADER, value)], body)
}

fn valid() -> Delivery {
    signed_at(&NOW.to_string(), BODY)
}

/// Returns a delivery with this header value, in which `VALID` is replaced by the correct signature.
fn with(value: &str) -> Delivery {
    let mac = mac(&NOW.to_string(), BODY.as_bytes());
    valid().with(HEADER, value.replace("VALID", &mac))
}

#[test]
fn key_is_the_whole_secret_with_its_prefix() {
    // Computed with another tool; the prefix is part of the key.
    let published =
        "t=1750000000,v1=a9fed964be014b45cd9183cc755d9277b026ad13dff1f4bd11a856663c9321ee";
    assert_verdict(&verifier(), &valid().with(HEADER, published), "ok");
    let decoded = Verifier::from_scheme(&Scheme::STRIPE, &[Secret::new("test_secret")]).unwrap();
    assert_verdict(&decoded, &valid(), "bad_signature");
    for (secret, error) in [
        ("", SecretError::Empty),
        ("whsec_", SecretError::PrefixAlone),
        ("whsec_a b", SecretError::WhiteSpace),
        ("whsec_a\n", SecretError::WhiteSpace),
        (" whsec_a", SecretError::WhiteSpace),
    ] {
        let built = Verifier::from_scheme(&Scheme::STRIPE, &[Secret::new(secret)]);
        assert_eq!(
            built.unwrap_err(),
            VerifierError::Secret(error),
            "{secret:?}"
        );
    }
}

#[test]
fn body_is_signed() {
    assert_body_is_signed(&verifier(), &valid());
}

#[test]
fn timestamp_format_and_tolerance_are_strict() {
    assert_timestamp_is_strict(&verifier(), MALFORMED, |timestamp| {
        signed_at(timestamp, BODY)
    });
}

#[test]
fn timestamp_is_signed() {
    // One second later is within the tolerance.
    let later = with("t=1750000001,v1=VALID");
    assert_verdict(&verifier(), &later, "bad_signature");
}

#[test]
fn header_has_exactly_one_timestamp() {
    for value in [
        "v1=VALID",
        "t=,v1=VALID",
        "t,v1=VALID",
        "t=1750000000,t=1750000000,v1=VALID",
        "t=1750000000,v1=VALID,t=1750000000",
        "t=1750000000,v1=VALID,t=",
        " t=1750000000,v1=VALID",
        "T=1750000000,v1=VALID",
        "ts=1750000000,v1=VALID",
        "t:1750000000,v1=VALID",
        "t==1750000000,v1=VALID",
        "t=1750000000;v1=VALID",
        "t=1750000000 v1=VALID",
        "1750000000,v1=VALID",
        "VALID",
        "garbage",
        ",",
    ] {
        assert_verdict(&verifier(), &with(value), MALFORMED);
    }
    // Repeated header lines are one list of items.
    let time = "t=1750000000";
    let two_lines = with("v1=VALID").append(HEADER, time);
    assert_verdict(&verifier(), &two_lines, "ok");
    assert_verdict(&verifier(), &two_lines.append(HEADER, time), MALFORMED);
    let missing = "missing_header stripe-signature";
    assert_verdict(&verifier(), &valid().without(HEADER), missing);
    assert_verdict(&verifier(), &valid().with(HEADER, ""), missing);
}

#[test]
fn one_matching_v1_item_verifies() {
    for value in [
        "t=1750000000,v1=VALID",
        "v1=VALID,t=1750000000",
        "t=1750000000,v1=00,v1=VALID",
        "t=1750000000,v1=VALID,v1=00",
        "t=1750000000,v0=00,v1=VALID",
        "t=1750000000,v1=VALID,v0=VALID",
        "t=1750000000,x,=,v1,v1=,v1=VALID",
        ",t=1750000000,,v1=VALID,",
    ] {
        assert_verdict(&verifier(), &with(value), "ok");
    }
    for value in [
        "t=1750000000",
        "t=1750000000,v1=",
        "t=1750000000,v0=VALID",
        "t=1750000000,v2=VALID",
        "t=1750000000,v1a=VALID",
        "t=1750000000,V1=VALID",
        "t=1750000000, v1=VALID",
        "t=1750000000,v1 =VALID",
        "t=1750000000,v1= VALID",
        "t=1750000000,v1:VALID",
        "t=1750000000,v1==VALID",
        "t=1750000000,v1VALID",
        "t=1750000000,VALID",
        "t=1750000000,v1=v1=VALID",
        "t=1750000000,sha256=VALID",
        "t=1750000000,v1=VALID;v0=VALID",
    ] {
        assert_verdict(&verifier(), &with(value), "bad_signature");
    }
    for spelling in invalid_spellings_of_hex(&mac("1750000000", BODY.as_bytes())) {
        let delivery = with(&format!("t=1750000000,v1={spelling}"));
        assert_verdict(&verifier(), &delivery, "bad_signature");
    }
}

#[test]
fn items_after_the_first_sixteen_or_four_kib_are_ignored() {
    let after_others = |count| with(&format!("t=1750000000,{}v1=VALID", "v1=00,".repeat(count)));
    assert_verdict(&verifier(), &after_others(14), "ok");
    assert_verdict(&verifier(), &after_others(15), "bad_signature");
    let before_others = with(&format!("t=1750000000,v1=VALID{}", ",v1=00".repeat(10_000)));
    assert_verdict(&verifier(), &before_others, "ok");
    // A timestamp beyond the limit is ignored, whether it is the first or the second.
    let late = with(&format!("{}t=1750000000,v1=VALID", "x,".repeat(16)));
    assert_verdict(&verifier(), &late, MALFORMED);
    let twice = with(&format!("t=1750000000,v1=VALID{},t=1", ",x".repeat(14)));
    assert_verdict(&verifier(), &twice, "ok");
    let filler = "x".repeat(4096);
    assert_verdict(
        &verifier(),
        &with(&format!("t=1750000000,{filler},v1=VALID")),
        "bad_signature",
    );
}

#[test]
fn boundary_between_timestamp_and_body_cannot_be_moved() {
    let original = signed_at("1750000000", "1.{}");
    assert_verdict(&verifier(), &original, "ok");
    let value = String::from_utf8(original.value(HEADER).to_vec()).unwrap();
    let moved = value.replace("t=1750000000", "t=1750000000.1");
    let moved = original.with(HEADER, moved).with_body("{}");
    assert_verdict(&verifier(), &moved, MALFORMED);
}

#[test]
fn id_is_the_event_id_of_the_body() {
    let id = |body: &str| {
        let delivery = signed_at(&NOW.to_string(), body);
        let verifier = verifier();
        let verified = verifier
            .verify(delivery.headers.as_slice(), &delivery.body, at(NOW))
            .unwrap();
        assert_eq!(verified.signed_at(), Some(at(NOW)));
        verified.id_str().to_owned()
    };
    assert_eq!(id(BODY), "evt_1");
    for none in [
        "",
        "{}",
        "[]",
        "no json",
        r#"{"id":7}"#,
        r#"{"id":"a b"}"#,
        r#"{"id":"\u0061"}"#,
    ] {
        assert_eq!(id(none), "", "{none}");
    }
}
