//! Standard Webhooks `v1a`: ed25519, verified strictly, and never confused with `v1`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::testing::{KeyPair, Signer};
use webhook_runtime::{Secret, Verifier, secret::SecretError, verifier::VerifierError};

use crate::delivery::{
    BODY, Delivery, ID, KEY, NOW, SVIX_NAMES, at, mac, secret, v1, valid, valid_item, verdict_of,
};

const SEED: [u8; 32] = [7; 32];

fn key() -> SigningKey {
    SigningKey::from_bytes(&SEED)
}

fn whpk(bytes: impl AsRef<[u8]>) -> String {
    format!("whpk_{}", STANDARD.encode(bytes))
}

fn public_key() -> Secret {
    Secret::new(whpk(key().verifying_key().as_bytes()))
}

fn verifier() -> Verifier {
    Verifier::standard_webhooks_v1a(&[public_key()]).unwrap()
}

fn signature(key: &SigningKey, id: &str, timestamp: &str, body: &[u8]) -> [u8; 64] {
    let message = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
    key.sign(&message).to_bytes()
}

fn v1a(signature: impl AsRef<[u8]>) -> String {
    format!("v1a,{}", STANDARD.encode(signature))
}

fn item() -> String {
    v1a(signature(&key(), ID, &NOW.to_string(), BODY))
}

fn signed() -> Delivery {
    valid().with_signature(item())
}

#[track_caller]
fn assert_verdict(delivery: &Delivery, expected: &str) {
    assert_eq!(verdict_of(delivery.verify(&verifier())), expected);
}

#[test]
fn example_of_the_specification_verifies() {
    let key = Secret::new("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
    let verifier = Verifier::standard_webhooks_v1a(&[key]).unwrap();
    let headers = [
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        (
            "webhook-signature",
            "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==",
        ),
    ];
    let body = br#"{"test": 2432232314}"#;
    let verified = verifier.verify(&headers[..], body, at(1_614_265_330));
    assert_eq!(verified.unwrap().id_str(), "msg_p5jXN8AQM9LWM0D4loKWxJek");
}

#[test]
fn change_of_any_signed_value_is_detected() {
    assert_verdict(&signed(), "ok");
    assert_verdict(&signed().with_names(SVIX_NAMES), "ok");
    assert_verdict(&signed().with("webhook-id", "msg_2"), "bad_signature");
    let later = (NOW + 1).to_string();
    assert_verdict(&signed().with("webhook-timestamp", later), "bad_signature");
    for bit in 0..BODY.len() * 8 {
        let mut body = BODY.to_vec();
        body[bit / 8] ^= 1 << (bit % 8);
        assert_verdict(&signed().with_body(body), "bad_signature");
    }
    let empty = v1a(signature(&key(), ID, &NOW.to_string(), b""));
    assert_verdict(&valid().with_body("").with_signature(empty), "ok");
}

#[test]
fn headers_follow_the_rules_of_v1() {
    assert_verdict(&signed().without("webhook-id"), "missing_header webhook-id");
    let twice = signed().append("webhook-timestamp", NOW.to_string());
    assert_verdict(&twice, "malformed_header webhook-timestamp");
    assert_verdict(
        &signed().with("webhook-id", "a.b"),
        "malformed_header webhook-id",
    );
    assert_verdict(&signed().received_at(NOW + 300), "ok");
    assert_verdict(&signed().received_at(NOW + 301), "timestamp_too_old");
    assert_verdict(&signed().received_at(NOW - 301), "timestamp_too_new");
    let missing = "missing_header webhook-signature";
    assert_verdict(&signed().with_signature(""), missing);
}

#[test]
fn one_matching_item_within_the_limits_verifies() {
    let item = item();
    for items in [
        format!("v1,x {item}"),
        format!("{item} v1,x"),
        format!("{} {item}", v1a([0; 64])),
        format!("v2,x v1a, v1a,x {} {item}", valid_item()),
    ] {
        assert_verdict(&valid().with_signature(items), "ok");
    }
    assert_verdict(
        &valid()
            .with_signature("v1,x")
            .append("webhook-signature", &item),
        "ok",
    );
    for (count, expected) in [(15, "ok"), (16, "bad_signature")] {
        let items = format!("{}{item}", "v1a,x ".repeat(count));
        assert_verdict(&valid().with_signature(items), expected);
    }
    for (filler, expected) in [
        (4096 - item.len() - 1, "ok"),
        (4096 - item.len(), "bad_signature"),
    ] {
        let items = format!("{} {item}", "x".repeat(filler));
        assert_verdict(&valid().with_signature(items), expected);
    }
}

#[test]
fn signature_in_another_spelling_does_not_verify() {
    let signature = signature(&key(), ID, &NOW.to_string(), BODY);
    let encoded = STANDARD.encode(signature);
    let mut spellings = vec![
        STANDARD_NO_PAD.encode(signature),
        encoded.trim_end_matches('=').to_owned() + "=",
        format!("{encoded}="),
        format!("{encoded},x"),
        format!("{encoded}{encoded}"),
        STANDARD.encode(&signature[..63]),
        STANDARD.encode([signature.as_slice(), &[0]].concat()),
        encoded.to_lowercase(),
    ];
    if encoded.contains(['+', '/']) {
        spellings.push(URL_SAFE.encode(signature));
    }
    spellings.extend((0..encoded.len()).map(|len| encoded[..len].to_owned()));
    // The four unused bits of the last character must be zero.
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let last = encoded.as_bytes()[85];
    let value = alphabet.iter().position(|other| *other == last).unwrap();
    assert_eq!(value % 16, 0);
    for bits in 1..16 {
        spellings.push(format!(
            "{}{}==",
            &encoded[..85],
            char::from(alphabet[value + bits])
        ));
    }
    for spelling in spellings {
        assert_verdict(
            &valid().with_signature(format!("v1a,{spelling}")),
            "bad_signature",
        );
    }
    for form in "MAC|v1,MAC|v1a MAC|v1a:MAC|v1a=MAC|V1A,MAC|v1b,MAC|v1aa,MAC|v2,MAC".split('|') {
        assert_verdict(
            &valid().with_signature(form.replace("MAC", &encoded)),
            "bad_signature",
        );
    }
    for bit in 0..512 {
        let mut flipped = signature;
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_verdict(&valid().with_signature(v1a(flipped)), "bad_signature");
    }
}

#[test]
fn malleable_signature_does_not_verify() {
    // The second half is a scalar below the group order. Adding the order yields an equivalent signature.
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut malleable = signature(&key(), ID, &NOW.to_string(), BODY);
    let mut carry = 0_u16;
    for (byte, order) in malleable[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    assert_verdict(&valid().with_signature(v1a(malleable)), "bad_signature");
}

#[test]
fn signature_with_a_point_of_small_order_does_not_verify() {
    // Computed with the private key; its first half is the neutral element. A lenient verifier accepts it.
    let crafted = "v1a,AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADL7+st+sjroc/Rf3Pmuwqv0agcwHgtem34scieVvC7Dg==";
    let bytes = STANDARD.decode(&crafted[4..]).unwrap();
    let lenient = ed25519_dalek::Signature::from_slice(&bytes).unwrap();
    let message = [ID.as_bytes(), b".", NOW.to_string().as_bytes(), b".", BODY].concat();
    use ed25519_dalek::Verifier as _;
    assert!(key().verifying_key().verify(&message, &lenient).is_ok());
    assert_verdict(&valid().with_signature(crafted), "bad_signature");
}

#[test]
fn weak_public_key_does_not_build() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut order_two = [0xff; 32];
    (order_two[0], order_two[31]) = (0xec, 0x7f);
    // A non-canonical encoding of the neutral element, with a coordinate above the prime.
    let mut not_canonical = [0xff; 32];
    (not_canonical[0], not_canonical[31]) = (0xee, 0x7f);
    let mut no_point = [0; 32];
    no_point[0] = 2;
    for (bytes, is_point) in [
        ([0; 32], true),
        (neutral, true),
        (order_two, true),
        (not_canonical, true),
        (no_point, false),
    ] {
        assert_eq!(VerifyingKey::from_bytes(&bytes).is_ok(), is_point);
        let error = Verifier::standard_webhooks(&[Secret::new(whpk(bytes))]).unwrap_err();
        assert_eq!(error, SecretError::InvalidPublicKey.into());
    }
}

#[test]
fn malformed_public_key_does_not_build() {
    let bytes = *key().verifying_key().as_bytes();
    let valid = whpk(bytes);
    for (text, expected) in [
        ("whpk_".to_owned(), SecretError::PublicKeyLength),
        (whpk(&bytes[..31]), SecretError::PublicKeyLength),
        (
            whpk([bytes.as_slice(), &[0]].concat()),
            SecretError::PublicKeyLength,
        ),
        (format!("{valid}\n"), SecretError::WhiteSpace),
        (format!(" {valid}"), SecretError::NotPublicKey),
        (format!("{valid}="), SecretError::NotBase64),
        (valid[..valid.len() - 1].to_owned(), SecretError::Padding),
        (whpk("x").replace("eA==", "$$$$"), SecretError::NotBase64),
        (valid.replace("whpk_", "whpk"), SecretError::NotPublicKey),
        (valid.replace("whpk_", "WHPK_"), SecretError::NotPublicKey),
        (valid.replace("whpk_", ""), SecretError::NotPublicKey),
        (valid.replace("whpk_", "whsec_"), SecretError::NotPublicKey),
        (valid.replace("whpk_", "whsk_"), SecretError::PrivateKey),
        (
            format!("whsk_{}", STANDARD.encode([SEED, bytes].concat())),
            SecretError::PrivateKey,
        ),
        (String::new(), SecretError::Empty),
    ] {
        let Err(VerifierError::Secret(error)) =
            Verifier::standard_webhooks_v1a(&[Secret::new(&text)])
        else {
            panic!("{text:?}");
        };
        // Text without the prefix that is not base64 either may have the error of base64.
        let is_base64_error = matches!(
            error,
            SecretError::WhiteSpace
                | SecretError::UrlSafe
                | SecretError::NotBase64
                | SecretError::Padding
        ) && expected == SecretError::NotPublicKey;
        assert!(error == expected || is_base64_error, "{text:?}: {error:?}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(&valid[8..16]), "{shown}");
    }
    assert_eq!(
        Verifier::standard_webhooks_v1a([""; 0]).unwrap_err(),
        SecretError::Missing.into()
    );
    let mixed = Verifier::standard_webhooks_v1a(&[public_key(), secret()]).unwrap_err();
    let source = Box::new(SecretError::NotPublicKey);
    assert_eq!(mixed, SecretError::Numbered { number: 2, source }.into());
    assert!(Verifier::standard_webhooks(&[Secret::new(valid.replace("whpk_", "whsk_"))]).is_err());
}

#[test]
fn v1_and_v1a_are_not_confused() {
    let bytes = *key().verifying_key().as_bytes();
    let timestamp = NOW.to_string();
    let mac_with = |key: &[u8]| mac(key, ID.as_bytes(), timestamp.as_bytes(), BODY);
    // The key is public, so an attacker can compute MACs with it.
    let text = whpk(bytes);
    for key in [
        bytes.as_slice(),
        text.as_bytes(),
        &text.as_bytes()[5..],
        b"",
    ] {
        let mac = mac_with(key);
        for item in [v1(mac), v1a(mac), v1a([mac, mac].concat())] {
            assert_verdict(&valid().with_signature(item), "bad_signature");
        }
    }
    // Neither does a `v1` item verify with a public key, nor a `v1a` item with a shared secret.
    let relabeled = item().replace("v1a,", "v1,");
    assert_verdict(&valid().with_signature(relabeled), "bad_signature");
    assert_verdict(&valid(), "bad_signature");
    signed().assert_verdict("bad_signature");
    let shared = SigningKey::from_bytes(&[9; 32]);
    let shared_verifier = Verifier::standard_webhooks(&[Secret::from_bytes([9; 32])]).unwrap();
    let item = v1a(signature(&shared, ID, &timestamp, BODY));
    let result = valid().with_signature(item).verify(&shared_verifier);
    assert_eq!(verdict_of(result), "bad_signature");
}

#[test]
fn shared_secrets_and_public_keys_can_be_combined() {
    for secrets in [[secret(), public_key()], [public_key(), secret()]] {
        let verifier = Verifier::standard_webhooks(&secrets).unwrap();
        for delivery in [valid(), signed()] {
            assert_eq!(verdict_of(delivery.verify(&verifier)), "ok");
            let forged = delivery.with_body("x").verify(&verifier);
            assert_eq!(verdict_of(forged), "bad_signature");
        }
        let mac_with_the_public_key = v1(mac(
            key().verifying_key().as_bytes(),
            ID.as_bytes(),
            NOW.to_string().as_bytes(),
            BODY,
        ));
        let result = valid()
            .with_signature(mac_with_the_public_key)
            .verify(&verifier);
        assert_eq!(verdict_of(result), "bad_signature");
        assert_eq!(
            format!("{verifier:?}"),
            "Verifier { signature: StandardWebhooks { keys: 2, tolerance: 300 }, .. }"
        );
    }
    let of_provider = Verifier::<Anthropic>::new([public_key()]).unwrap();
    let delivery = signed();
    let verified = of_provider.verify(delivery.headers.as_slice(), BODY, at(NOW));
    assert!(verified.is_ok());
    assert_ne!(KEY, key().verifying_key().as_bytes());
}

#[test]
fn test_signer_signs_v1a() {
    let pair = KeyPair::from_seed(SEED);
    let signer = Signer::of_key_pair::<Anthropic>(&pair).id(ID).at(at(NOW));
    let delivery = signer.sign(BODY);
    assert_eq!(delivery.headers["webhook-signature"], item());
    assert_eq!(format!("{pair:?}"), "KeyPair(…)");
    let error = Signer::new(&public_key()).unwrap_err();
    assert_eq!(error, SecretError::PublicKey);
}
