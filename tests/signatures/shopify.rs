//! Shopify: <https://shopify.dev/docs/apps/build/webhooks/subscribe/https>

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use webhook_runtime::{Scheme, Secret, Verifier, secret::SecretError, verifier::VerifierError};

use crate::delivery::{Delivery, NOW, at};
use crate::described::{assert_body_is_signed, assert_verdict, delivery, hex};

const SECRET: &str = "hush";
const SIGNATURE: &str = "x-shopify-hmac-sha256";
const ID: &str = "x-shopify-webhook-id";

fn verifier() -> Verifier {
    Verifier::from_scheme(&Scheme::SHOPIFY, &[Secret::new(SECRET)]).unwrap()
}

fn mac(body: &str) -> [u8; 32] {
    hmac_sha256::HMAC::mac(body, SECRET)
}

fn signed(body: &str) -> Delivery {
    let headers = [
        (SIGNATURE, STANDARD.encode(mac(body))),
        (ID, "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043".to_owned()),
        ("x-shopify-topic", "orders/create".to_owned()),
    ];
    delivery(headers, body)
}

#[test]
fn signature_of_another_implementation_verifies() {
    let value = "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY=".to_owned();
    let delivery = delivery([("X-Shopify-Hmac-SHA256", value)], r#"{"id":1}"#);
    assert_verdict(&verifier(), &delivery, "ok");
}

#[test]
fn body_is_signed_and_deliveries_never_expire() {
    assert_body_is_signed(&verifier(), &signed(r#"{"id":1}"#));
    assert_verdict(&verifier(), &signed("{}").received_at(i64::MAX), "ok");
    assert_verdict(&verifier(), &signed("").received_at(i64::MIN), "ok");
}

#[test]
fn signature_in_another_spelling_does_not_verify() {
    // The signature needs a `+` and a `/`, because only these differ in the URL-safe alphabet.
    let body = (0..)
        .map(|number| format!("body {number}"))
        .find(|body| {
            let encoded = STANDARD.encode(mac(body));
            encoded.contains('+') && encoded.contains('/')
        })
        .unwrap();
    let valid = signed(&body);
    assert_verdict(&verifier(), &valid, "ok");
    let (mac, encoded) = (mac(&body), STANDARD.encode(mac(&body)));
    let mut spellings = vec![
        STANDARD_NO_PAD.encode(mac),
        URL_SAFE.encode(mac),
        hex(mac),
        format!("{encoded}="),
        format!("{encoded} "),
        format!(" {encoded}"),
        format!("{encoded}\n"),
        format!("sha256={encoded}"),
        format!("v1,{encoded}"),
        format!("{encoded},{encoded}"),
        format!("{encoded} {encoded}"),
        format!("{encoded}AAAA"),
        STANDARD.encode(&mac[..31]),
        STANDARD.encode([mac.as_slice(), &[0]].concat()),
        "=".repeat(44),
    ];
    spellings.extend((1..encoded.len()).map(|len| encoded[..len].to_owned()));
    // The two unused bits of the last character must be zero.
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let last = encoded.as_bytes()[42];
    let value = alphabet.iter().position(|other| *other == last).unwrap();
    for bits in 1..4 {
        spellings.push(format!(
            "{}{}=",
            &encoded[..42],
            char::from(alphabet[value + bits])
        ));
    }
    for spelling in spellings {
        assert_verdict(
            &verifier(),
            &valid.clone().with(SIGNATURE, spelling),
            "bad_signature",
        );
    }
}

#[test]
fn signature_is_required_and_id_is_optional() {
    let missing = "missing_header x-shopify-hmac-sha256";
    assert_verdict(&verifier(), &signed("{}").without(SIGNATURE), missing);
    assert_verdict(&verifier(), &signed("{}").with(SIGNATURE, ""), missing);
    assert_verdict(&verifier(), &signed("{}").append(SIGNATURE, "x"), "ok");
    assert_verdict(&verifier(), &signed("{}").without(ID), "ok");
    let malformed = "malformed_header x-shopify-webhook-id";
    assert_verdict(&verifier(), &signed("{}").append(ID, "x"), malformed);
    let delivery = signed("{}");
    let verifier = verifier();
    let verified = verifier
        .verify(delivery.headers.as_slice(), &delivery.body, at(NOW))
        .unwrap();
    assert_eq!(verified.id_str(), "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043");
    assert_eq!(verified.signed_at(), None);
}

#[test]
fn secret_with_white_space_does_not_build() {
    for (secret, error) in [
        ("", SecretError::Empty),
        ("\t", SecretError::Empty),
        ("hush hush", SecretError::WhiteSpace),
        ("hush\r\n", SecretError::WhiteSpace),
    ] {
        let built = Verifier::from_scheme(&Scheme::SHOPIFY, &[Secret::new(secret)]);
        assert_eq!(
            built.unwrap_err(),
            VerifierError::Secret(error),
            "{secret:?}"
        );
    }
}
