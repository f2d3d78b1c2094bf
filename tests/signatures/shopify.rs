//! Shopify: <https://shopify.dev/docs/apps/build/webhooks/subscribe/https>

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use webhook_runtime::{Scheme, Secret, Verifier, secret::SecretError, verifier::VerifierError};

use crate::delivery::{Delivery, NOW, at};
use crate::described::{body_is_signed, delivery, gets, hex};

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
fn what_was_signed_elsewhere_verifies() {
    let value = "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY=".to_owned();
    let delivery = delivery([("X-Shopify-Hmac-SHA256", value)], r#"{"id":1}"#);
    gets(&verifier(), &delivery, "ok");
}

#[test]
fn the_body_is_signed_and_no_time() {
    body_is_signed(&verifier(), &signed(r#"{"id":1}"#));
    gets(&verifier(), &signed("{}").received_at(i64::MAX), "ok");
    gets(&verifier(), &signed("").received_at(i64::MIN), "ok");
}

#[test]
fn a_signature_has_one_spelling() {
    // With `+` and `/` in it, or the URL-safe alphabet would be no other.
    let body = (0..)
        .map(|number| format!("body {number}"))
        .find(|body| {
            let encoded = STANDARD.encode(mac(body));
            encoded.contains('+') && encoded.contains('/')
        })
        .unwrap();
    let good = signed(&body);
    gets(&verifier(), &good, "ok");
    let (mac, encoded) = (mac(&body), STANDARD.encode(mac(&body)));
    let mut odd = vec![
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
    odd.extend((1..encoded.len()).map(|len| encoded[..len].to_owned()));
    // The last character's two unused bits.
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let last = encoded.as_bytes()[42];
    let value = alphabet.iter().position(|other| *other == last).unwrap();
    for bits in 1..4 {
        odd.push(format!(
            "{}{}=",
            &encoded[..42],
            char::from(alphabet[value + bits])
        ));
    }
    for odd in odd {
        gets(
            &verifier(),
            &good.clone().with(SIGNATURE, odd),
            "bad_signature",
        );
    }
}

#[test]
fn the_signature_is_there_and_the_id_may_be_missing() {
    let missing = "missing_header x-shopify-hmac-sha256";
    gets(&verifier(), &signed("{}").without(SIGNATURE), missing);
    gets(&verifier(), &signed("{}").with(SIGNATURE, ""), missing);
    gets(&verifier(), &signed("{}").and(SIGNATURE, "x"), "ok");
    gets(&verifier(), &signed("{}").without(ID), "ok");
    let malformed = "malformed_header x-shopify-webhook-id";
    gets(&verifier(), &signed("{}").and(ID, "x"), malformed);
    let delivery = signed("{}");
    let verifier = verifier();
    let verified = verifier
        .verify(delivery.headers.as_slice(), &delivery.body, at(NOW))
        .unwrap();
    assert_eq!(verified.id_str(), "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043");
    assert_eq!(verified.signed_at(), None);
}

#[test]
fn a_secret_with_white_space_is_a_mistake() {
    for (secret, error) in [
        ("", SecretError::Empty),
        ("\t", SecretError::Empty),
        ("hush hush", SecretError::WhiteSpace),
        ("hush\r\n", SecretError::WhiteSpace),
    ] {
        let refused = Verifier::from_scheme(&Scheme::SHOPIFY, &[Secret::new(secret)]);
        assert_eq!(
            refused.unwrap_err(),
            VerifierError::Secret(error),
            "{secret:?}"
        );
    }
}
