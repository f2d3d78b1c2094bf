//! GitHub: <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>

use webhook_runtime::{Scheme, Secret, Verifier, secret::SecretError, verifier::VerifierError};

use crate::delivery::{Delivery, NOW, at};
use crate::described::{
    assert_body_is_signed, assert_verdict, delivery, hex, invalid_spellings_of_hex,
};

/// Secret of the example in GitHub's documentation. It contains spaces.
const SECRET: &str = "It's a Secret to Everybody";
const SIGNATURE: &str = "x-hub-signature-256";
const ID: &str = "x-github-delivery";

fn verifier() -> Verifier {
    Verifier::from_scheme(&Scheme::GITHUB, &[Secret::new(SECRET)]).unwrap()
}

fn mac(key: &str, body: &[u8]) -> String {
    hex(hmac_sha256::HMAC::mac(body, key))
}

fn signed(body: impl AsRef<[u8]>) -> Delivery {
    let body = body.as_ref();
    let headers = [
        (SIGNATURE, format!("sha256={}", mac(SECRET, body))),
        (ID, "72d3162e-cc78-11e3-81ab-4c9367dc0958".to_owned()),
        ("x-github-event", "issues".to_owned()),
    ];
    delivery(headers, body)
}

#[test]
fn documented_example_verifies() {
    let published = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let delivery = delivery([(SIGNATURE, published.to_owned())], "Hello, World!");
    assert_verdict(&verifier(), &delivery, "ok");
    assert_verdict(
        &verifier(),
        &delivery.with_body("Hello, World"),
        "bad_signature",
    );
}

#[test]
fn body_is_signed_as_bytes() {
    assert_body_is_signed(&verifier(), &signed(br#"{"action":"opened"}"#));
    for body in [b"".as_slice(), b"\xff\0", b"a\r\nb", &[b'x'; 1 << 20]] {
        assert_verdict(&verifier(), &signed(body), "ok");
    }
}

#[test]
fn signature_in_another_spelling_does_not_verify() {
    let mac = mac(SECRET, b"{}");
    for spelling in invalid_spellings_of_hex(&mac) {
        let delivery = signed("{}").with(SIGNATURE, format!("sha256={spelling}"));
        assert_verdict(&verifier(), &delivery, "bad_signature");
    }
    for value in [
        mac.clone(),
        format!("SHA256={mac}"),
        format!("sha256:{mac}"),
        format!("sha256= {mac}"),
        format!(" sha256={mac}"),
        format!("sha256=sha256={mac}"),
        format!("sha512={mac}"),
        format!("sha1={mac}"),
        format!("none={mac}"),
        format!("={mac}"),
        format!("sha1={}", &mac[..40]),
        // A header value is one signature: it is not split into items.
        format!("sha256={mac},sha256={mac}"),
        format!("sha256={mac} sha256={mac}"),
        format!("sha256={mac},"),
        "sha256=".to_owned(),
        "none".to_owned(),
    ] {
        let delivery = signed("{}").with(SIGNATURE, value);
        assert_verdict(&verifier(), &delivery, "bad_signature");
    }
}

#[test]
fn sha1_header_is_ignored() {
    let sha1 = "sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9";
    let old = signed("{}")
        .without(SIGNATURE)
        .append("x-hub-signature", sha1);
    assert_verdict(&verifier(), &old, "missing_header x-hub-signature-256");
    assert_verdict(&verifier(), &old.append(SIGNATURE, sha1), "bad_signature");
}

#[test]
fn signature_header_is_required_and_may_be_repeated() {
    let missing = "missing_header x-hub-signature-256";
    assert_verdict(&verifier(), &signed("{}").without(SIGNATURE), missing);
    assert_verdict(&verifier(), &signed("{}").with(SIGNATURE, ""), missing);
    let twice = signed("{}").with(SIGNATURE, "").append(SIGNATURE, "");
    assert_verdict(&verifier(), &twice, missing);
    // A repeated header is one more signature, as with Standard Webhooks.
    assert_verdict(
        &verifier(),
        &signed("{}").append(SIGNATURE, "sha256=00"),
        "ok",
    );
    let valid = format!("sha256={}", mac(SECRET, b"{}"));
    for (count, expected) in [(15, "ok"), (16, "bad_signature")] {
        let mut delivery = signed("{}").without(SIGNATURE);
        for _ in 0..count {
            delivery = delivery.append(SIGNATURE, "sha256=00");
        }
        assert_verdict(&verifier(), &delivery.append(SIGNATURE, &valid), expected);
    }
    let long = signed("{}").with(SIGNATURE, format!("sha256={}", "0".repeat(100_000)));
    assert_verdict(&verifier(), &long, "bad_signature");
}

#[test]
fn id_is_unsigned_and_optional() {
    let verifier = verifier();
    let id = |delivery: &Delivery| {
        let verified = verifier
            .verify(delivery.headers.as_slice(), &delivery.body, at(NOW))
            .unwrap();
        verified.id_str().to_owned()
    };
    assert_eq!(id(&signed("{}")), "72d3162e-cc78-11e3-81ab-4c9367dc0958");
    assert_eq!(id(&signed("{}").with(ID, "a.b:c")), "a.b:c");
    assert_eq!(id(&signed("{}").without(ID)), "");
    assert_eq!(id(&signed("{}").with(ID, "")), "");
    let malformed = "malformed_header x-github-delivery";
    assert_verdict(&verifier, &signed("{}").append(ID, "other"), malformed);
    assert_verdict(&verifier, &signed("{}").with(ID, "a b"), malformed);
    assert_verdict(&verifier, &signed("{}").with(ID, b"\xff"), malformed);
}

#[test]
fn deliveries_without_a_timestamp_never_expire() {
    for now in [0, i64::MIN, i64::MAX] {
        assert_verdict(&verifier(), &signed("{}").received_at(now), "ok");
    }
    let delivery = signed("{}");
    let verifier = verifier();
    let verified = verifier
        .verify(delivery.headers.as_slice(), &delivery.body, at(7))
        .unwrap();
    assert_eq!(verified.signed_at(), None);
    assert_eq!(verified.timestamp(), at(7));
}

#[test]
fn other_headers_do_not_change_the_verdict() {
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-github-event", "push"),
        ("content-type", "text/html"),
        ("webhook-signature", "v1,x"),
    ] {
        assert_verdict(&verifier(), &signed("{}").with(name, value), "ok");
        let forged = signed("{}").with_body("x").with(name, value);
        assert_verdict(&verifier(), &forged, "bad_signature");
    }
}

#[test]
fn secret_is_text_and_may_contain_spaces() {
    let verify_with = |secret: &str| {
        let verifier = Verifier::from_scheme(&Scheme::GITHUB, &[Secret::new(secret)]);
        let delivery = signed("{}").with(SIGNATURE, format!("sha256={}", mac(secret, b"{}")));
        verifier.map(|verifier| assert_verdict(&verifier, &delivery, "ok"))
    };
    for secret in [
        "x",
        "two  words",
        "c2VjcmV0",
        "whsec_c2VjcmV0",
        "whpk_x",
        "gr\u{fc}n",
    ] {
        verify_with(secret).unwrap();
    }
    for (secret, error) in [
        ("", SecretError::Empty),
        (" ", SecretError::Empty),
        ("\n", SecretError::Empty),
        ("whsec_", SecretError::PrefixAlone),
        ("secret\n", SecretError::WhiteSpace),
        (" secret", SecretError::WhiteSpace),
        ("secret ", SecretError::WhiteSpace),
        ("two\twords", SecretError::WhiteSpace),
        ("two\nwords", SecretError::WhiteSpace),
        ("two\u{a0}words", SecretError::WhiteSpace),
        ("two\0words", SecretError::WhiteSpace),
    ] {
        assert_eq!(
            verify_with(secret),
            Err(VerifierError::Secret(error)),
            "{secret:?}"
        );
    }
    assert_eq!(
        Verifier::from_scheme(&Scheme::GITHUB, [""; 0]).unwrap_err(),
        VerifierError::Secret(SecretError::Missing)
    );
}

#[test]
fn any_of_several_secrets_verifies() {
    let secrets = ["one", SECRET, "three"].map(Secret::new);
    let verifier = Verifier::from_scheme(&Scheme::GITHUB, &secrets).unwrap();
    assert_verdict(&verifier, &signed("{}"), "ok");
    let verifier = Verifier::from_scheme(&Scheme::GITHUB, &secrets[..1]).unwrap();
    assert_verdict(&verifier, &signed("{}"), "bad_signature");
    let with_empty = [Secret::new("one"), Secret::new("")];
    let error = Verifier::from_scheme(&Scheme::GITHUB, &with_empty).unwrap_err();
    assert!(error.to_string().starts_with("signing secret number 2: "));
}
