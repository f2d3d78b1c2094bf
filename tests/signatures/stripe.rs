//! Stripe: <https://docs.stripe.com/webhooks/signature>

use webhook_runtime::{Scheme, Secret, Verifier, secret::SecretError, verifier::VerifierError};

use crate::delivery::{Delivery, NOW, at};
use crate::described::{
    body_is_signed, delivery, gets, hex, other_spellings_of_hex, timestamp_is_strict,
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

fn good() -> Delivery {
    signed_at(&NOW.to_string(), BODY)
}

/// A header in which `GOOD` is the right signature.
fn with(value: &str) -> Delivery {
    let mac = mac(&NOW.to_string(), BODY.as_bytes());
    good().with(HEADER, value.replace("GOOD", &mac))
}

#[test]
fn the_secret_is_the_whole_text() {
    // Computed elsewhere, with the prefix as part of the key.
    let published =
        "t=1750000000,v1=a9fed964be014b45cd9183cc755d9277b026ad13dff1f4bd11a856663c9321ee";
    gets(&verifier(), &good().with(HEADER, published), "ok");
    let decoded = Verifier::from_scheme(&Scheme::STRIPE, &[Secret::new("test_secret")]).unwrap();
    gets(&decoded, &good(), "bad_signature");
    for (secret, error) in [
        ("", SecretError::Empty),
        ("whsec_", SecretError::PrefixAlone),
        ("whsec_a b", SecretError::WhiteSpace),
        ("whsec_a\n", SecretError::WhiteSpace),
        (" whsec_a", SecretError::WhiteSpace),
    ] {
        let refused = Verifier::from_scheme(&Scheme::STRIPE, &[Secret::new(secret)]);
        assert_eq!(
            refused.unwrap_err(),
            VerifierError::Secret(error),
            "{secret:?}"
        );
    }
}

#[test]
fn the_body_is_signed() {
    body_is_signed(&verifier(), &good());
}

#[test]
fn the_time_is_strict() {
    timestamp_is_strict(&verifier(), MALFORMED, |timestamp| {
        signed_at(timestamp, BODY)
    });
}

#[test]
fn the_time_is_signed() {
    // One second later, within the tolerance.
    let later = with("t=1750000001,v1=GOOD");
    gets(&verifier(), &later, "bad_signature");
}

#[test]
fn the_header_has_one_time() {
    for value in [
        "v1=GOOD",
        "t=,v1=GOOD",
        "t,v1=GOOD",
        "t=1750000000,t=1750000000,v1=GOOD",
        "t=1750000000,v1=GOOD,t=1750000000",
        "t=1750000000,v1=GOOD,t=",
        " t=1750000000,v1=GOOD",
        "T=1750000000,v1=GOOD",
        "ts=1750000000,v1=GOOD",
        "t:1750000000,v1=GOOD",
        "t==1750000000,v1=GOOD",
        "t=1750000000;v1=GOOD",
        "t=1750000000 v1=GOOD",
        "1750000000,v1=GOOD",
        "GOOD",
        "garbage",
        ",",
    ] {
        gets(&verifier(), &with(value), MALFORMED);
    }
    // Header lines are read together.
    let time = "t=1750000000";
    let two_lines = with("v1=GOOD").and(HEADER, time);
    gets(&verifier(), &two_lines, "ok");
    gets(&verifier(), &two_lines.and(HEADER, time), MALFORMED);
    let missing = "missing_header stripe-signature";
    gets(&verifier(), &good().without(HEADER), missing);
    gets(&verifier(), &good().with(HEADER, ""), missing);
}

#[test]
fn any_v1_item_may_match_and_no_other() {
    for value in [
        "t=1750000000,v1=GOOD",
        "v1=GOOD,t=1750000000",
        "t=1750000000,v1=00,v1=GOOD",
        "t=1750000000,v1=GOOD,v1=00",
        "t=1750000000,v0=00,v1=GOOD",
        "t=1750000000,v1=GOOD,v0=GOOD",
        "t=1750000000,x,=,v1,v1=,v1=GOOD",
        ",t=1750000000,,v1=GOOD,",
    ] {
        gets(&verifier(), &with(value), "ok");
    }
    for value in [
        "t=1750000000",
        "t=1750000000,v1=",
        "t=1750000000,v0=GOOD",
        "t=1750000000,v2=GOOD",
        "t=1750000000,v1a=GOOD",
        "t=1750000000,V1=GOOD",
        "t=1750000000, v1=GOOD",
        "t=1750000000,v1 =GOOD",
        "t=1750000000,v1= GOOD",
        "t=1750000000,v1:GOOD",
        "t=1750000000,v1==GOOD",
        "t=1750000000,v1GOOD",
        "t=1750000000,GOOD",
        "t=1750000000,v1=v1=GOOD",
        "t=1750000000,sha256=GOOD",
        "t=1750000000,v1=GOOD;v0=GOOD",
    ] {
        gets(&verifier(), &with(value), "bad_signature");
    }
    for odd in other_spellings_of_hex(&mac("1750000000", BODY.as_bytes())) {
        let delivery = with(&format!("t=1750000000,v1={odd}"));
        gets(&verifier(), &delivery, "bad_signature");
    }
}

#[test]
fn sixteen_items_and_four_kib_are_looked_at() {
    let ahead = |count| with(&format!("t=1750000000,{}v1=GOOD", "v1=00,".repeat(count)));
    gets(&verifier(), &ahead(14), "ok");
    gets(&verifier(), &ahead(15), "bad_signature");
    let behind = with(&format!("t=1750000000,v1=GOOD{}", ",v1=00".repeat(10_000)));
    gets(&verifier(), &behind, "ok");
    // A time behind the bound is none; a second one changes nothing.
    let late = with(&format!("{}t=1750000000,v1=GOOD", "x,".repeat(16)));
    gets(&verifier(), &late, MALFORMED);
    let twice = with(&format!("t=1750000000,v1=GOOD{},t=1", ",x".repeat(14)));
    gets(&verifier(), &twice, "ok");
    let filler = "x".repeat(4096);
    gets(
        &verifier(),
        &with(&format!("t=1750000000,{filler},v1=GOOD")),
        "bad_signature",
    );
}

#[test]
fn the_cut_between_time_and_body_cannot_be_moved() {
    let original = signed_at("1750000000", "1.{}");
    gets(&verifier(), &original, "ok");
    let value = String::from_utf8(original.value(HEADER).to_vec()).unwrap();
    let moved = value.replace("t=1750000000", "t=1750000000.1");
    let moved = original.with(HEADER, moved).with_body("{}");
    gets(&verifier(), &moved, MALFORMED);
}

#[test]
fn the_id_is_that_of_the_body() {
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
