//! Slack: <https://docs.slack.dev/authentication/verifying-requests-from-slack>

use webhook_runtime::{Scheme, Secret, Verifier};

use crate::delivery::{Delivery, NOW, at};
use crate::described::{
    body_is_signed, delivery, gets, hex, other_spellings_of_hex, timestamp_is_strict,
};

/// The secret of Slack's own example.
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

fn good() -> Delivery {
    signed_at(&NOW.to_string(), BODY)
}

#[test]
fn the_example_of_the_documentation_verifies() {
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
    gets(&verifier(), &delivery, "ok");
    gets(&verifier(), &delivery.received_at(NOW), "timestamp_too_old");
}

#[test]
fn body_and_time_are_signed() {
    body_is_signed(&verifier(), &good());
    timestamp_is_strict(
        &verifier(),
        "malformed_header x-slack-request-timestamp",
        |timestamp| signed_at(timestamp, BODY),
    );
    let later = good().with(TIMESTAMP, (NOW + 1).to_string());
    gets(&verifier(), &later, "bad_signature");
}

#[test]
fn both_headers_are_there_and_the_time_once() {
    for name in [TIMESTAMP, SIGNATURE] {
        let missing = format!("missing_header {name}");
        gets(&verifier(), &good().without(name), &missing);
        gets(&verifier(), &good().with(name, ""), &missing);
    }
    let twice = good().and(TIMESTAMP, NOW.to_string());
    gets(
        &verifier(),
        &twice,
        "malformed_header x-slack-request-timestamp",
    );
    gets(&verifier(), &good().and(SIGNATURE, "v0=00"), "ok");
    // What is missing is told before what is malformed.
    let both = good().with(TIMESTAMP, "x").without(SIGNATURE);
    gets(&verifier(), &both, "missing_header x-slack-signature");
    let both = twice.without(SIGNATURE);
    gets(&verifier(), &both, "missing_header x-slack-signature");
}

#[test]
fn a_signature_has_one_spelling() {
    let good_value = String::from_utf8(good().value(SIGNATURE).to_vec()).unwrap();
    let mac = good_value.strip_prefix("v0=").unwrap();
    for odd in other_spellings_of_hex(mac) {
        let delivery = good().with(SIGNATURE, format!("v0={odd}"));
        gets(&verifier(), &delivery, "bad_signature");
    }
    for form in "MAC|v1=MAC|V0=MAC|v0:MAC|v0,MAC|v0==MAC| v0=MAC|v0=MAC,v0=MAC|v0=MAC v0=MAC|v00=MAC|sha256=MAC|v0=v0=MAC".split('|') {
        let delivery = good().with(SIGNATURE, form.replace("MAC", mac));
        gets(&verifier(), &delivery, "bad_signature");
    }
}

#[test]
fn the_cut_between_time_and_body_cannot_be_moved() {
    let original = signed_at("1750000000", "1:{}");
    gets(&verifier(), &original, "ok");
    let moved = original.with(TIMESTAMP, "1750000000:1").with_body("{}");
    gets(
        &verifier(),
        &moved,
        "malformed_header x-slack-request-timestamp",
    );
}

#[test]
fn the_id_is_that_of_the_event() {
    let delivery = good();
    let verifier = verifier();
    let verified = verifier
        .verify(delivery.headers.as_slice(), &delivery.body, at(NOW))
        .unwrap();
    assert_eq!(verified.id_str(), "Ev1");
}
