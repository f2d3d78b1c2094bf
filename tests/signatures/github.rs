//! GitHub: <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>

use webhook_runtime::{Scheme, Secret, Verifier, secret::SecretError, verifier::VerifierError};

use crate::delivery::{Delivery, NOW, at};
use crate::described::{body_is_signed, delivery, gets, hex, other_spellings_of_hex};

/// The secret of GitHub's own example, spaces included.
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
fn the_example_of_the_documentation_verifies() {
    let published = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let delivery = delivery([(SIGNATURE, published.to_owned())], "Hello, World!");
    gets(&verifier(), &delivery, "ok");
    gets(
        &verifier(),
        &delivery.with_body("Hello, World"),
        "bad_signature",
    );
}

#[test]
fn the_body_is_signed_as_bytes() {
    body_is_signed(&verifier(), &signed(br#"{"action":"opened"}"#));
    for body in [b"".as_slice(), b"\xff\0", b"a\r\nb", &[b'x'; 1 << 20]] {
        gets(&verifier(), &signed(body), "ok");
    }
}

#[test]
fn a_signature_has_one_spelling() {
    let mac = mac(SECRET, b"{}");
    for odd in other_spellings_of_hex(&mac) {
        let delivery = signed("{}").with(SIGNATURE, format!("sha256={odd}"));
        gets(&verifier(), &delivery, "bad_signature");
    }
    for odd in [
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
        // One value, one signature: there are no items.
        format!("sha256={mac},sha256={mac}"),
        format!("sha256={mac} sha256={mac}"),
        format!("sha256={mac},"),
        "sha256=".to_owned(),
        "none".to_owned(),
    ] {
        let delivery = signed("{}").with(SIGNATURE, odd);
        gets(&verifier(), &delivery, "bad_signature");
    }
}

#[test]
fn no_older_header_is_looked_at() {
    let sha1 = "sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9";
    let old = signed("{}").without(SIGNATURE).and("x-hub-signature", sha1);
    gets(&verifier(), &old, "missing_header x-hub-signature-256");
    gets(&verifier(), &old.and(SIGNATURE, sha1), "bad_signature");
}

#[test]
fn a_signature_header_is_there_and_may_be_there_twice() {
    let missing = "missing_header x-hub-signature-256";
    gets(&verifier(), &signed("{}").without(SIGNATURE), missing);
    gets(&verifier(), &signed("{}").with(SIGNATURE, ""), missing);
    let twice = signed("{}").with(SIGNATURE, "").and(SIGNATURE, "");
    gets(&verifier(), &twice, missing);
    // As with Standard Webhooks, a second one holds one more signature.
    gets(&verifier(), &signed("{}").and(SIGNATURE, "sha256=00"), "ok");
    let good = format!("sha256={}", mac(SECRET, b"{}"));
    for (count, expected) in [(15, "ok"), (16, "bad_signature")] {
        let mut delivery = signed("{}").without(SIGNATURE);
        for _ in 0..count {
            delivery = delivery.and(SIGNATURE, "sha256=00");
        }
        gets(&verifier(), &delivery.and(SIGNATURE, &good), expected);
    }
    let long = signed("{}").with(SIGNATURE, format!("sha256={}", "0".repeat(100_000)));
    gets(&verifier(), &long, "bad_signature");
}

#[test]
fn the_id_is_not_signed_and_may_be_missing() {
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
    gets(&verifier, &signed("{}").and(ID, "other"), malformed);
    gets(&verifier, &signed("{}").with(ID, "a b"), malformed);
    gets(&verifier, &signed("{}").with(ID, b"\xff"), malformed);
}

#[test]
fn there_is_no_time_to_be_late() {
    for now in [0, i64::MIN, i64::MAX] {
        gets(&verifier(), &signed("{}").received_at(now), "ok");
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
fn no_other_header_changes_the_verdict() {
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-github-event", "push"),
        ("content-type", "text/html"),
        ("webhook-signature", "v1,x"),
    ] {
        gets(&verifier(), &signed("{}").with(name, value), "ok");
        let forged = signed("{}").with_body("x").with(name, value);
        gets(&verifier(), &forged, "bad_signature");
    }
}

#[test]
fn a_secret_is_text_and_may_hold_spaces() {
    let works = |secret: &str| {
        let verifier = Verifier::from_scheme(&Scheme::GITHUB, &[Secret::new(secret)]);
        let delivery = signed("{}").with(SIGNATURE, format!("sha256={}", mac(secret, b"{}")));
        verifier.map(|verifier| gets(&verifier, &delivery, "ok"))
    };
    for secret in [
        "x",
        "two  words",
        "c2VjcmV0",
        "whsec_c2VjcmV0",
        "whpk_x",
        "gr\u{fc}n",
    ] {
        works(secret).unwrap();
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
            works(secret),
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
fn any_of_several_secrets_may_match() {
    let secrets = ["one", SECRET, "three"].map(Secret::new);
    let verifier = Verifier::from_scheme(&Scheme::GITHUB, &secrets).unwrap();
    gets(&verifier, &signed("{}"), "ok");
    let verifier = Verifier::from_scheme(&Scheme::GITHUB, &secrets[..1]).unwrap();
    gets(&verifier, &signed("{}"), "bad_signature");
    let with_empty = [Secret::new("one"), Secret::new("")];
    let refused = Verifier::from_scheme(&Scheme::GITHUB, &with_empty).unwrap_err();
    assert!(refused.to_string().starts_with("signing secret number 2: "));
}
