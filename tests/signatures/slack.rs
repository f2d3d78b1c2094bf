//! Slack: <https://docs.slack.dev/authentication/verifying-requests-from-slack>

use webhook_runtime::{Scheme, Secret, Verifier};

use crate::delivery::{Delivery, NOW, at};
use crate::described::{
    assert_body_is_signed, assert_timestamp_is_strict, assert_verdict, delivery, hex,
    invalid_spellings_of_hex,
};

/// Secret of the example in Slack's documentation.
const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const SIGNATURE: &str = "x-slack-signature";
const TIMESTAMP: &str = "x-slack-request-timestamp";
const BODY: &str = r#"{"type":"event_callback","event_id":"Ev1","event":{"type":"message"}}"#;

fn verifier() -> Verifier {
    Verifier::from_scheme(&Scheme::SLACK, &[Secret::new(SECRET)]).unwrap()
}

fn signed_at(timestamp: &str, body: &str) -> Delivery {
    let text = format!("v0:{timestamp}:{body}");
    let signature = format!("v0={}", hex(hmac_sha256::HMAC::mac(text, SECRET)));
    delivery(
        [(TIMESTAMP, timestamp.to_owned()), (SIGNATURE, signature)],
        body,
    )
}

fn valid() -> Delivery {
    signed_at(&NOW.to_string(), BODY)
}

#[test]
fn documented_example_verifies() {
    let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
        &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
        &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands\
        %2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
        &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    let published = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    let headers = [
        (TIMESTAMP, "1531420618".to_owned()),
        (SIGNATURE, published.to_owned()),
    ];
    let delivery = delivery(headers, body).received_at(1_531_420_618);
    assert_verdict(&verifier(), &delivery, "ok");
    assert_verdict(&verifier(), &delivery.received_at(NOW), "timestamp_too_old");
}

#[test]
fn body_and_timestamp_are_signed() {
    assert_body_is_signed(&verifier(), &valid());
    assert_timestamp_is_strict(
        &verifier(),
        "malformed_header x-slack-request-timestamp",
        |timestamp| signed_at(timestamp, BODY),
    );
    let later = valid().with(TIMESTAMP, (NOW + 1).to_string());
    assert_verdict(&verifier(), &later, "bad_signature");
}

#[test]
fn both_headers_are_required_and_the_timestamp_exactly_once() {
    for name in [TIMESTAMP, SIGNATURE] {
        let missing = format!("missing_header {name}");
        assert_verdict(&verifier(), &valid().without(name), &missing);
        assert_verdict(&verifier(), &valid().with(name, ""), &missing);
    }
    let twice = valid().append(TIMESTAMP, NOW.to_string());
    assert_verdict(
        &verifier(),
        &twice,
        "malformed_header x-slack-request-timestamp",
    );
    assert_verdict(&verifier(), &valid().append(SIGNATURE, "v0=00"), "ok");
    // A missing header is reported before a malformed one.
    let both = valid().with(TIMESTAMP, "x").without(SIGNATURE);
    assert_verdict(&verifier(), &both, "missing_header x-slack-signature");
    let both = twice.without(SIGNATURE);
    assert_verdict(&verifier(), &both, "missing_header x-slack-signature");
}

#[test]
fn signature_in_another_spelling_does_not_verify() {
    let valid_value = String::from_utf8(valid().value(SIGNATURE).to_vec()).unwrap();
    let mac = valid_value.strip_prefix("v0=").unwrap();
    for spelling in invalid_spellings_of_hex(mac) {
        let delivery = valid().with(SIGNATURE, format!("v0={spelling}"));
        assert_verdict(&verifier(), &delivery, "bad_signature");
    }
    for form in "MAC|v1=MAC|V0=MAC|v0:MAC|v0,MAC|v0==MAC| v0=MAC|v0=MAC,v0=MAC|v0=MAC v0=MAC|v00=MAC|sha256=MAC|v0=v0=MAC".split('|') {
        let delivery = valid().with(SIGNATURE, form.replace("MAC", mac));
        assert_verdict(&verifier(), &delivery, "bad_signature");
    }
}

#[test]
fn boundary_between_timestamp_and_body_cannot_be_moved() {
    let original = signed_at("1750000000", "1:{}");
    assert_verdict(&verifier(), &original, "ok");
    let moved = original.with(TIMESTAMP, "1750000000:1").with_body("{}");
    assert_verdict(
        &verifier(),
        &moved,
        "malformed_header x-slack-request-timestamp",
    );
}

#[test]
fn id_is_the_event_id_of_the_body() {
    let delivery = valid();
    let verifier = verifier();
    let verified = verifier
        .verify(delivery.headers.as_slice(), &delivery.body, at(NOW))
        .unwrap();
    assert_eq!(verified.id_str(), "Ev1");
}
