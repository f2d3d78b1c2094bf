//! Custom `Scheme`s: those of many providers, each signed without the code under test.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use webhook_runtime::testing::{Signer, TEST_TIME};
use webhook_runtime::{
    Scheme, Secret, Verifier,
    scheme::{Algorithm, Encoding, FieldLocation, SignedPart, TimestampUnit},
    secret::{SecretEncoding, SecretError},
};

use crate::delivery::{self, BODY, Delivery, NOW, at, v1};
use crate::described::{
    assert_body_is_signed, assert_timestamp_is_strict, assert_verdict, delivery, hex,
    invalid_spellings_of_hex, verdict,
};

const KEY: &str = "the-key";

fn verifier_of(scheme: &Scheme) -> Verifier {
    Verifier::from_scheme(scheme, &[Secret::new(KEY)]).unwrap()
}

fn mac(text: impl AsRef<[u8]>) -> [u8; 32] {
    hmac_sha256::HMAC::mac(text, KEY)
}

const BODY_TEXT: &str = "The quick brown fox jumps over the lazy dog";

/// The expected values were computed with other tools, for the key `key` and `BODY_TEXT`.
#[test]
fn each_hmac_verifies_in_hex_and_base64() {
    for (algorithm, in_hex, in_base64) in [
        (
            Algorithm::HmacSha1,
            "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9",
            "3nybhbi3iqa8ino29wqQcBydtNk=",
        ),
        (
            Algorithm::HmacSha256,
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
            "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg=",
        ),
        (
            Algorithm::HmacSha512,
            "b42af09057bac1e2d41708e48a902e09b5ff7f12ab428a4fe86653c73dd248fb82f948a549f7b791a5b41915ee4d1ec3935357e4e2317250d0372afa2ebeeb3a",
            "tCrwkFe6weLUFwjkipAuCbX/fxKrQopP6GZTxz3SSPuC+UilSfe3kaW0GRXuTR7Dk1NX5OIxclDQNyr6Lr7rOg==",
        ),
    ] {
        let scheme = Scheme::new("x-sig", algorithm);
        let verifier = Verifier::from_scheme(&scheme, &[Secret::new("key")]).unwrap();
        let valid = delivery([("x-sig", in_hex.to_owned())], BODY_TEXT);
        assert_body_is_signed(&verifier, &valid);
        for spelling in invalid_spellings_of_hex(in_hex) {
            let expected = match spelling.as_str() {
                "" => "missing_header x-sig",
                _ => "bad_signature",
            };
            assert_verdict(&verifier, &valid.clone().with("x-sig", spelling), expected);
        }
        assert_verdict(
            &verifier,
            &valid.clone().with("x-sig", in_base64),
            "bad_signature",
        );

        let scheme = scheme.encoding(Encoding::Base64);
        let verifier = Verifier::from_scheme(&scheme, &[Secret::new("key")]).unwrap();
        let valid = valid.with("x-sig", in_base64);
        assert_verdict(&verifier, &valid, "ok");
        for spelling in [
            in_hex,
            in_base64.trim_end_matches('='),
            &format!("{in_base64}="),
        ] {
            assert_verdict(
                &verifier,
                &valid.clone().with("x-sig", spelling),
                "bad_signature",
            );
        }
        for len in 0..in_base64.len() {
            let expected = if len == 0 {
                "missing_header x-sig"
            } else {
                "bad_signature"
            };
            assert_verdict(
                &verifier,
                &valid.clone().with("x-sig", &in_base64[..len]),
                expected,
            );
        }
    }
}

#[test]
fn shorter_hash_does_not_verify_as_a_longer_one() {
    let sha1 = "sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9";
    let public = *SigningKey::from_bytes(&[1; 32]).verifying_key().as_bytes();
    for (algorithm, key) in [
        (Algorithm::HmacSha256, Secret::new("key")),
        (Algorithm::HmacSha512, Secret::new("key")),
        (Algorithm::Ed25519, Secret::from_bytes(public)),
    ] {
        let scheme = Scheme::new("x-sig", algorithm).prefix("sha1=");
        let verifier = Verifier::from_scheme(&scheme, &[key]).unwrap();
        let delivery = delivery([("x-sig", sha1.to_owned())], BODY_TEXT);
        assert_verdict(&verifier, &delivery, "bad_signature");
    }
}

#[test]
fn keys_are_decoded_by_the_secret_encoding() {
    let key = b"\x00\x01key\xff";
    let valid = delivery([("x-sig", hex(hmac_sha256::HMAC::mac(BODY, key)))], BODY);
    let verdict_of = |form: SecretEncoding, secret: Secret| {
        let scheme = Scheme::new("x-sig", Algorithm::HmacSha256).secret_encoding(form);
        Verifier::from_scheme(&scheme, &[secret])
            .map(|verifier| verdict(&verifier, &valid))
            .map_err(|error| error.to_string())
    };
    let (base64, hex_text) = (STANDARD.encode(key), hex(key));
    let ok = Ok("ok".to_owned());
    assert_eq!(verdict_of(SecretEncoding::Base64, Secret::new(&base64)), ok);
    assert_eq!(verdict_of(SecretEncoding::Hex, Secret::new(&hex_text)), ok);
    assert_eq!(
        verdict_of(SecretEncoding::Hex, Secret::new(hex_text.to_uppercase())),
        ok
    );
    for form in [
        SecretEncoding::Text,
        SecretEncoding::Passphrase,
        SecretEncoding::Base64,
        SecretEncoding::Hex,
    ] {
        // An encoding that the secret states itself overrides the scheme's.
        assert_eq!(verdict_of(form, Secret::from_bytes(key)), ok);
        assert_eq!(verdict_of(form, Secret::base64(&base64)), ok);
        assert_eq!(verdict_of(form, Secret::hex(&hex_text)), ok);
    }
    // The encoding is never guessed.
    let bad = Ok("bad_signature".to_owned());
    assert_eq!(verdict_of(SecretEncoding::Text, Secret::new(&base64)), bad);
    assert_eq!(
        verdict_of(SecretEncoding::Text, Secret::new(&hex_text)),
        bad
    );
    assert_eq!(
        verdict_of(SecretEncoding::Base64, Secret::new(&hex_text)),
        bad
    );
    for (form, text) in [
        (SecretEncoding::Hex, "abc"),
        (SecretEncoding::Hex, "0x00"),
        (SecretEncoding::Hex, "zz"),
        (SecretEncoding::Hex, "00 11"),
        (SecretEncoding::Hex, ""),
        (SecretEncoding::Hex, "ＡＢ"),
        (SecretEncoding::Base64, "a"),
        (SecretEncoding::Base64, "whsec_AAAA"),
        (SecretEncoding::Base64, "-_-_"),
        (SecretEncoding::Base64, "AAAA\n"),
        (SecretEncoding::Text, "a b"),
    ] {
        let error = verdict_of(form, Secret::new(text)).unwrap_err();
        assert!(error.contains("key") || error.contains("secret"), "{error}");
    }
}

const PADDLE: Scheme = Scheme::new("paddle-signature", Algorithm::HmacSha256)
    .items(';')
    .tag("h1", '=')
    .timestamp(FieldLocation::Item("ts"), TimestampUnit::Seconds)
    .signed(&[SignedPart::Time, SignedPart::Text(":"), SignedPart::Body])
    .id(FieldLocation::Body(&["notification_id"]));

#[test]
fn paddle_deliveries_verify() {
    let sign = |timestamp: &str| {
        let mac = hex(mac(format!("{timestamp}:{{}}")));
        delivery(
            [("paddle-signature", format!("ts={timestamp};h1={mac}"))],
            "{}",
        )
    };
    assert_timestamp_is_strict(
        &verifier_of(&PADDLE),
        "malformed_header paddle-signature",
        sign,
    );
    assert_body_is_signed(&verifier_of(&PADDLE), &sign(&NOW.to_string()));
    let comma = String::from_utf8(sign("1750000000").value("paddle-signature").to_vec()).unwrap();
    let comma = sign("1750000000").with("paddle-signature", comma.replace(';', ","));
    assert_verdict(
        &verifier_of(&PADDLE),
        &comma,
        "malformed_header paddle-signature",
    );
}

/// Signs the URL that is configured in Square's console, followed by the body.
const SQUARE: Scheme = Scheme::new("x-square-hmacsha256-signature", Algorithm::HmacSha256)
    .encoding(Encoding::Base64)
    .signed(&[SignedPart::Url, SignedPart::Body]);

#[test]
fn square_signs_the_configured_url() {
    let url = "https://example.com/hook?x=1";
    let key = [Secret::new(KEY)];
    let verifier = Verifier::from_scheme_with_url(&SQUARE, url, &key).unwrap();
    let sign = |url: &str| {
        let mac = STANDARD.encode(mac(format!("{url}{{}}")));
        delivery([("x-square-hmacsha256-signature", mac)], "{}")
    };
    assert_body_is_signed(&verifier, &sign(url));
    for other in [
        "",
        "https://example.com/hook?x=1/",
        "http://example.com/hook?x=1",
    ] {
        assert_verdict(&verifier, &sign(other), "bad_signature");
        // CVE-2026-28465: headers about the request's address are ignored.
        let mut forged = sign(other);
        for name in [
            "host",
            "x-forwarded-host",
            "x-forwarded-proto",
            "forwarded",
            "x-original-url",
        ] {
            forged = forged.append(name, other);
        }
        assert_verdict(&verifier, &forged, "bad_signature");
        assert_verdict(&verifier, &sign(url).append("host", other), "ok");
    }
    let error = Verifier::from_scheme(&SQUARE, &key).unwrap_err();
    assert_eq!(error, SecretError::NoUrl.into());
    assert!(error.to_string().contains(".url("), "{error}");
}

const GITLAB: Scheme =
    Scheme::new("x-gitlab-token", Algorithm::Token).secret_encoding(SecretEncoding::Passphrase);

#[test]
fn gitlab_sends_the_token_itself() {
    let key = [Secret::new("other"), Secret::new("my token")];
    let verifier = Verifier::from_scheme(&GITLAB, &key).unwrap();
    let with = |token: &str| delivery([("x-gitlab-token", token.to_owned())], "{}");
    assert_verdict(&verifier, &with("my token"), "ok");
    assert_verdict(&verifier, &with("other"), "ok");
    assert_verdict(&verifier, &with("my token").with_body("anything"), "ok");
    for wrong in [
        "my toke",
        "my token ",
        " my token",
        "my tokens",
        "My token",
        "other,my token",
        "m",
        &"x".repeat(9000),
    ] {
        assert_verdict(&verifier, &with(wrong), "bad_signature");
    }
    assert_verdict(&verifier, &with(""), "missing_header x-gitlab-token");
    assert_verdict(
        &verifier,
        &with("x").without("x-gitlab-token"),
        "missing_header x-gitlab-token",
    );
    assert!(Verifier::from_scheme(&GITLAB, &[Secret::new("")]).is_err());
    assert!(Verifier::from_scheme(&GITLAB, [""; 0]).is_err());

    const BEARER: Scheme = Scheme::new("authorization", Algorithm::Token).prefix("Bearer ");
    let with = |value: &str| delivery([("authorization", value.to_owned())], "{}");
    assert_verdict(&verifier_of(&BEARER), &with("Bearer the-key"), "ok");
    for wrong in [
        "the-key",
        "bearer the-key",
        "Basic the-key",
        "Bearer",
        "Bearer ",
        "Bearer  the-key",
    ] {
        assert_verdict(&verifier_of(&BEARER), &with(wrong), "bad_signature");
    }
}

const DISCORD: Scheme = Scheme::new("x-signature-ed25519", Algorithm::Ed25519)
    .timestamp(
        FieldLocation::Header("x-signature-timestamp"),
        TimestampUnit::Seconds,
    )
    .signed(&[SignedPart::Time, SignedPart::Body]);

#[test]
fn discord_deliveries_verify() {
    let key = SigningKey::from_bytes(&[3; 32]);
    let public = Secret::new(hex(key.verifying_key().as_bytes()));
    let verifier = Verifier::from_scheme(&DISCORD, &[public]).unwrap();
    let sign_body = |timestamp: &str, body: &str| {
        let signature = key.sign(format!("{timestamp}{body}").as_bytes()).to_bytes();
        let headers = [
            ("x-signature-ed25519", hex(signature)),
            ("x-signature-timestamp", timestamp.to_owned()),
        ];
        delivery(headers, body)
    };
    let sign = |timestamp: &str| sign_body(timestamp, "{}");
    let valid = sign(&NOW.to_string());
    assert_timestamp_is_strict(&verifier, "malformed_header x-signature-timestamp", sign);
    assert_body_is_signed(&verifier, &valid);
    let encoded = String::from_utf8(valid.value("x-signature-ed25519").to_vec()).unwrap();
    for spelling in invalid_spellings_of_hex(&encoded) {
        let expected = if spelling.is_empty() {
            "missing_header x-signature-ed25519"
        } else {
            "bad_signature"
        };
        assert_verdict(
            &verifier,
            &valid.clone().with("x-signature-ed25519", spelling),
            expected,
        );
    }
    // Timestamp and body have no separator, so a digit could be moved from one to the other.
    assert_verdict(
        &verifier,
        &sign_body(&NOW.to_string(), "7{}"),
        "bad_signature",
    );
    let longer = sign_body(&format!("{NOW}7"), "{}").received_at(17_500_000_007);
    assert_verdict(&verifier, &longer, "ok");
    let cut = longer
        .with("x-signature-timestamp", NOW.to_string())
        .with_body("7{}");
    assert_verdict(&verifier, &cut.received_at(NOW), "bad_signature");
}

/// Standard Webhooks as a custom scheme. Its results equal those of `Verifier::standard_webhooks`.
const STANDARD_WEBHOOKS: Scheme = Scheme::new("webhook-signature", Algorithm::HmacSha256)
    .items(' ')
    .tag("v1", ',')
    .encoding(Encoding::Base64)
    .secret_encoding(SecretEncoding::Base64)
    .id(FieldLocation::Header("webhook-id"))
    .timestamp(
        FieldLocation::Header("webhook-timestamp"),
        TimestampUnit::Seconds,
    )
    .signed(&[
        SignedPart::Id,
        SignedPart::Text("."),
        SignedPart::Time,
        SignedPart::Text("."),
        SignedPart::Body,
    ]);

#[test]
fn scheme_of_standard_webhooks_equals_its_verifier() {
    let key = [Secret::from_bytes(delivery::KEY)];
    let verifier = Verifier::from_scheme(&STANDARD_WEBHOOKS, &key).unwrap();
    let valid = delivery::valid();
    let bad = v1([0; 32]);
    let items = [
        valid.value("webhook-signature").to_vec(),
        format!("{bad} {}", delivery::valid_item()).into_bytes(),
        bad.clone().into_bytes(),
        b"v1".to_vec(),
        b"v1,".to_vec(),
        b"v2,x v1a,y".to_vec(),
        b"\xff \xfe".to_vec(),
        format!("{}{}", "v1,x ".repeat(15), delivery::valid_item()).into_bytes(),
        format!("{}{}", "v1,x ".repeat(16), delivery::valid_item()).into_bytes(),
        b"".to_vec(),
    ];
    let mut verdicts = std::collections::BTreeSet::new();
    for item in items {
        for id in ["msg_1", "a.b", "a b", "", "\u{e9}"] {
            for timestamp in ["1750000000", "1749999699", "01750000000", "", "1750000301"] {
                let altered = valid
                    .clone()
                    .with_signature(&item)
                    .with("webhook-id", id)
                    .with("webhook-timestamp", timestamp);
                for altered in [
                    altered.clone(),
                    altered.clone().without("webhook-id"),
                    altered.clone().append("webhook-id", "msg_1"),
                    altered.clone().append("webhook-timestamp", "1750000000"),
                    altered
                        .clone()
                        .append("webhook-signature", delivery::valid_item()),
                ] {
                    let expected = altered.verdict();
                    assert_verdict(&verifier, &altered, &expected);
                    verdicts.insert(expected);
                }
            }
        }
    }
    assert_eq!(verdicts.len(), 9, "{verdicts:?}");
}

#[test]
fn millisecond_timestamps_are_compared_in_whole_seconds() {
    const BRIDGE: Scheme = Scheme::new("x-webhook-signature", Algorithm::HmacSha256)
        .items(',')
        .tag("v0", '=')
        .encoding(Encoding::Base64)
        .timestamp(FieldLocation::Item("t"), TimestampUnit::Milliseconds)
        .signed(&[SignedPart::Time, SignedPart::Text("."), SignedPart::Body])
        .tolerance(Duration::from_secs(10));
    let sign = |timestamp: &str| {
        let mac = STANDARD.encode(mac(format!("{timestamp}.{{}}")));
        delivery(
            [("x-webhook-signature", format!("t={timestamp},v0={mac}"))],
            "{}",
        )
    };
    for (timestamp, expected) in [
        ("1750000000000", "ok"),
        ("1750000000999", "ok"),
        ("1749999990000", "ok"),
        ("1749999989999", "timestamp_too_old"),
        ("1750000010999", "ok"),
        ("1750000011000", "timestamp_too_new"),
        ("1750000000", "timestamp_too_old"),
        ("01750000000000", "malformed_header x-webhook-signature"),
    ] {
        assert_verdict(&verifier_of(&BRIDGE), &sign(timestamp), expected);
    }
    let value = String::from_utf8(sign("1750000000000").value("x-webhook-signature").to_vec());
    let other = value.unwrap().replace("t=1750000000000", "t=1750000000001");
    let other = sign("1750000000000").with("x-webhook-signature", other);
    assert_verdict(&verifier_of(&BRIDGE), &other, "bad_signature");
}

#[test]
fn timestamp_in_the_body_is_checked_after_the_signature() {
    const LINEAR: Scheme = Scheme::new("linear-signature", Algorithm::HmacSha256)
        .timestamp(
            FieldLocation::Body(&["webhookTimestamp"]),
            TimestampUnit::Milliseconds,
        )
        .tolerance(Duration::from_secs(60));
    let sign = |body: &str| delivery([("linear-signature", hex(mac(body)))], body);
    for (timestamp, expected) in [
        ("1750000000000", "ok"),
        ("\"1750000000000\"", "ok"),
        ("1749999940000", "ok"),
        ("1749999939999", "timestamp_too_old"),
        ("1750000060999", "ok"),
        ("1750000061000", "timestamp_too_new"),
        ("1750000000000.0", "malformed_timestamp"),
        ("1.75e12", "malformed_timestamp"),
        ("-1750000000000", "malformed_timestamp"),
        ("\"\\u0031750000000000\"", "malformed_timestamp"),
        ("99999999999999999999", "malformed_timestamp"),
        (
            "{\"webhookTimestamp\":1750000000000}",
            "malformed_timestamp",
        ),
        ("[1750000000000]", "malformed_timestamp"),
        ("null", "malformed_timestamp"),
        ("\"\"", "malformed_timestamp"),
        ("", "malformed_timestamp"),
    ] {
        let body = format!(r#"{{"a":[1],"webhookTimestamp":{timestamp}}}"#);
        assert_verdict(&verifier_of(&LINEAR), &sign(&body), expected);
    }
    for body in ["{}", "", "webhookTimestamp", "[1]", "{\"webhookTimestamp\""] {
        assert_verdict(&verifier_of(&LINEAR), &sign(body), "malformed_timestamp");
    }
    // The timestamp is signed, so it cannot be replaced.
    let old = sign(r#"{"webhookTimestamp":1740000000000}"#);
    assert_verdict(&verifier_of(&LINEAR), &old, "timestamp_too_old");
    let renewed = old.with_body(r#"{"webhookTimestamp":1750000000000}"#);
    assert_verdict(&verifier_of(&LINEAR), &renewed, "bad_signature");

    let valid = sign(r#"{"webhookTimestamp":1749999990999}"#);
    let verifier = verifier_of(&LINEAR);
    let verified = verifier.verify(&valid.headers[..], &valid.body, at(NOW));
    let signed_at = verified.unwrap().signed_at().unwrap();
    assert_eq!(signed_at.as_second(), 1_749_999_990);
}

#[test]
fn id_must_not_contain_the_adjacent_separator() {
    // The first byte after an id must not occur in it. After a body, neither may the last byte before the id.
    const ID: FieldLocation = FieldLocation::Header("x-id");
    let base = Scheme::new("x-sig", Algorithm::HmacSha256).id(ID);
    let sign = |id: &str, text: String| {
        delivery([("x-id", id.to_owned()), ("x-sig", hex(mac(text)))], "b")
    };
    let id_first = verifier_of(&base.signed(&[
        SignedPart::Text("id="),
        SignedPart::Id,
        SignedPart::Text(";b="),
        SignedPart::Body,
    ]));
    for (id, expected) in [
        ("a", "ok"),
        ("id=b", "ok"),
        ("a;", "malformed_header x-id"),
        (";", "malformed_header x-id"),
        ("a;b=x", "malformed_header x-id"),
    ] {
        assert_verdict(&id_first, &sign(id, format!("id={id};b=b")), expected);
    }
    let id_last =
        verifier_of(&base.signed(&[SignedPart::Body, SignedPart::Text("--"), SignedPart::Id]));
    for (id, expected) in [
        ("a", "ok"),
        ("a-", "malformed_header x-id"),
        ("-", "malformed_header x-id"),
    ] {
        assert_verdict(&id_last, &sign(id, format!("b--{id}")), expected);
    }
    let moved = sign("a", "b--a--a".to_owned());
    assert_verdict(&id_last, &moved.clone().with_body("b--a"), "ok");
    assert_verdict(
        &id_last,
        &moved.with("x-id", "a--a"),
        "malformed_header x-id",
    );
    // A signed id is required, exactly once.
    let valid = sign("a", "b--a".to_owned());
    assert_verdict(
        &id_last,
        &valid.clone().without("x-id"),
        "missing_header x-id",
    );
    assert_verdict(
        &id_last,
        &valid.clone().with("x-id", ""),
        "missing_header x-id",
    );
    assert_verdict(
        &id_last,
        &valid.clone().append("x-id", "a"),
        "malformed_header x-id",
    );
    assert_verdict(
        &id_last,
        &valid.clone().with("x-id", "\u{e9}"),
        "malformed_header x-id",
    );
    assert_verdict(&id_last, &valid.with("x-id", "c"), "bad_signature");
}

#[test]
fn id_is_read_from_an_item_of_the_signature_header() {
    const SCHEME: Scheme = Scheme::new("x-sig", Algorithm::HmacSha256)
        .prefix("HMAC ")
        .items(';')
        .tag("s", ':')
        .id(FieldLocation::Item("id"))
        .timestamp(FieldLocation::Item("t"), TimestampUnit::Seconds)
        .signed(&[
            SignedPart::Time,
            SignedPart::Text("/"),
            SignedPart::Id,
            SignedPart::Text("/"),
            SignedPart::Body,
        ]);
    let valid = hex(mac("1750000000/a/{}"));
    let with = |value: &str| delivery([("x-sig", value.replace("VALID", &valid))], "{}");
    let malformed = "malformed_header x-sig";
    for (value, expected) in [
        ("HMAC t:1750000000;id:a;s:VALID", "ok"),
        ("HMAC s:VALID;id:a;t:1750000000", "ok"),
        ("HMAC t:1750000000;id:b;s:VALID", "bad_signature"),
        ("HMAC t:1750000000;id:a/;s:VALID", malformed),
        ("HMAC t:1750000000;id:a;id:a;s:VALID", malformed),
        ("HMAC t:1750000000;s:VALID", malformed),
        ("HMAC t:1750000000;id:;s:VALID", malformed),
        ("HMAC id:a;s:VALID", malformed),
        ("t:1750000000;id:a;s:VALID", malformed),
        ("hmac t:1750000000;id:a;s:VALID", malformed),
    ] {
        assert_verdict(&verifier_of(&SCHEME), &with(value), expected);
    }
    let delivery = with("HMAC t:1750000000;id:a;s:VALID");
    let verifier = verifier_of(&SCHEME);
    let verified = verifier.verify(delivery.headers.as_slice(), b"{}", at(NOW));
    assert_eq!(verified.unwrap().id_str(), "a");
}

#[test]
fn garbage_headers_neither_verify_nor_panic() {
    let garbage = [
        "",
        " ",
        ",",
        ";",
        "=",
        "t",
        "t=",
        "=t",
        "t=1,v1",
        "v1=,",
        "sha256=",
        "v0=",
        "\u{e9}=\u{e9}",
        "\0",
        "t=1750000000,v1=\u{1f511}",
        "v1,AAAA",
        "%00",
        "HMAC ",
        ",,,,,,,,,,,,,,,,,,,,,,,,,,t=1",
    ];
    let url = [Secret::new(KEY)];
    let key = Secret::from_bytes(*SigningKey::from_bytes(&[3; 32]).verifying_key().as_bytes());
    for scheme in [
        Scheme::GITHUB,
        Scheme::STRIPE,
        Scheme::SLACK,
        Scheme::SHOPIFY,
        PADDLE,
        SQUARE,
        GITLAB,
        DISCORD,
        STANDARD_WEBHOOKS,
    ] {
        let verifier = Verifier::from_scheme_with_url(&scheme, "u", &url)
            .or_else(|_| Verifier::from_scheme(&scheme, std::slice::from_ref(&key)))
            .unwrap();
        for value in garbage {
            for body in [b"".as_slice(), b"7", b"\xff"] {
                let headers = [
                    "x-hub-signature-256",
                    "x-github-delivery",
                    "stripe-signature",
                    "x-slack-signature",
                    "x-slack-request-timestamp",
                    "x-shopify-hmac-sha256",
                    "paddle-signature",
                    "x-square-hmacsha256-signature",
                    "x-gitlab-token",
                    "x-signature-ed25519",
                    "x-signature-timestamp",
                    "webhook-id",
                    "webhook-timestamp",
                    "webhook-signature",
                ];
                let headers = headers.map(|name| (name, value.to_owned()));
                let delivery: Delivery = delivery(headers, body);
                assert_ne!(verdict(&verifier, &delivery), "ok", "{value:?}");
            }
        }
    }
}

#[test]
fn test_signer_signs_every_scheme() {
    let secret = Secret::from_bytes(KEY);
    for scheme in [
        Scheme::GITHUB,
        Scheme::STRIPE,
        Scheme::SLACK,
        Scheme::SHOPIFY,
        PADDLE,
        SQUARE,
        GITLAB,
        STANDARD_WEBHOOKS,
    ] {
        let url = "https://example.com/";
        let secrets = [secret.clone()];
        let verifier = Verifier::from_scheme_with_url(&scheme, url, &secrets).unwrap();
        let signer = Signer::from_scheme(&scheme, &secret)
            .unwrap()
            .url(url)
            .id("id_1");
        let signed = signer.sign("{}");
        let verified = verifier.verify(&signed.headers, &signed.body, TEST_TIME);
        assert!(verified.is_ok(), "{scheme:?}");
        // A token does not depend on the body.
        let is_token = signed.headers.contains_key("x-gitlab-token");
        let forged = verifier.verify(&signed.headers, b"forged", TEST_TIME);
        assert_eq!(forged.is_ok(), is_token);
    }
    let error = Signer::from_scheme(&DISCORD, &secret).unwrap_err();
    assert_eq!(error, SecretError::PublicKey);
}
