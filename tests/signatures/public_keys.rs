//! Standard Webhooks `v1a`: ed25519, verified strictly, and never mixed up with `v1`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::testing::{KeyPair, Signer};
use webhook_runtime::{Secret, Verifier, secret::SecretError, verifier::VerifierError};

use crate::delivery::{
    BODY, Delivery, ID, KEY, NOW, SVIX_NAMES, at, good, good_item, mac, secret, v1, verdict_of,
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
    good().with_signature(item())
}

#[track_caller]
fn gets(delivery: &Delivery, expected: &str) {
    assert_eq!(verdict_of(delivery.verify(&verifier())), expected);
}

#[test]
fn the_example_of_the_specification_verifies() {
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
fn all_that_is_signed_counts() {
    gets(&signed(), "ok");
    gets(&signed().named(SVIX_NAMES), "ok");
    gets(&signed().with("webhook-id", "msg_2"), "bad_signature");
    let later = (NOW + 1).to_string();
    gets(&signed().with("webhook-timestamp", later), "bad_signature");
    for bit in 0..BODY.len() * 8 {
        let mut body = BODY.to_vec();
        body[bit / 8] ^= 1 << (bit % 8);
        gets(&signed().with_body(body), "bad_signature");
    }
    let empty = v1a(signature(&key(), ID, &NOW.to_string(), b""));
    gets(&good().with_body("").with_signature(empty), "ok");
}

#[test]
fn the_headers_keep_their_rules() {
    gets(&signed().without("webhook-id"), "missing_header webhook-id");
    let twice = signed().and("webhook-timestamp", NOW.to_string());
    gets(&twice, "malformed_header webhook-timestamp");
    gets(
        &signed().with("webhook-id", "a.b"),
        "malformed_header webhook-id",
    );
    gets(&signed().received_at(NOW + 300), "ok");
    gets(&signed().received_at(NOW + 301), "timestamp_too_old");
    gets(&signed().received_at(NOW - 301), "timestamp_too_new");
    let missing = "missing_header webhook-signature";
    gets(&signed().with_signature(""), missing);
}

#[test]
fn any_of_the_items_may_match_within_the_bounds() {
    let item = item();
    for items in [
        format!("v1,x {item}"),
        format!("{item} v1,x"),
        format!("{} {item}", v1a([0; 64])),
        format!("v2,x v1a, v1a,x {} {item}", good_item()),
    ] {
        gets(&good().with_signature(items), "ok");
    }
    gets(
        &good()
            .with_signature("v1,x")
            .and("webhook-signature", &item),
        "ok",
    );
    for (count, expected) in [(15, "ok"), (16, "bad_signature")] {
        let ahead = format!("{}{item}", "v1a,x ".repeat(count));
        gets(&good().with_signature(ahead), expected);
    }
    for (filler, expected) in [
        (4096 - item.len() - 1, "ok"),
        (4096 - item.len(), "bad_signature"),
    ] {
        let behind = format!("{} {item}", "x".repeat(filler));
        gets(&good().with_signature(behind), expected);
    }
}

#[test]
fn a_signature_has_one_spelling() {
    let signature = signature(&key(), ID, &NOW.to_string(), BODY);
    let encoded = STANDARD.encode(signature);
    let mut odd = vec![
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
        odd.push(URL_SAFE.encode(signature));
    }
    odd.extend((0..encoded.len()).map(|len| encoded[..len].to_owned()));
    // The last character's four unused bits.
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let last = encoded.as_bytes()[85];
    let value = alphabet.iter().position(|other| *other == last).unwrap();
    assert_eq!(value % 16, 0);
    for bits in 1..16 {
        odd.push(format!(
            "{}{}==",
            &encoded[..85],
            char::from(alphabet[value + bits])
        ));
    }
    for odd in odd {
        gets(
            &good().with_signature(format!("v1a,{odd}")),
            "bad_signature",
        );
    }
    for form in "MAC|v1,MAC|v1a MAC|v1a:MAC|v1a=MAC|V1A,MAC|v1b,MAC|v1aa,MAC|v2,MAC".split('|') {
        gets(
            &good().with_signature(form.replace("MAC", &encoded)),
            "bad_signature",
        );
    }
    for bit in 0..512 {
        let mut flipped = signature;
        flipped[bit / 8] ^= 1 << (bit % 8);
        gets(&good().with_signature(v1a(flipped)), "bad_signature");
    }
}

#[test]
fn the_same_signature_in_other_numbers_is_refused() {
    // The second half is a number below the group's order; one order more would mean the same.
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
    gets(&good().with_signature(v1a(malleable)), "bad_signature");
}

#[test]
fn a_point_of_small_order_signs_nothing() {
    // Made from the private key with the neutral element as its first half: a lenient verifier takes it.
    let crafted = "v1a,AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADL7+st+sjroc/Rf3Pmuwqv0agcwHgtem34scieVvC7Dg==";
    let bytes = STANDARD.decode(&crafted[4..]).unwrap();
    let lenient = ed25519_dalek::Signature::from_slice(&bytes).unwrap();
    let message = [ID.as_bytes(), b".", NOW.to_string().as_bytes(), b".", BODY].concat();
    use ed25519_dalek::Verifier as _;
    assert!(key().verifying_key().verify(&message, &lenient).is_ok());
    gets(&good().with_signature(crafted), "bad_signature");
}

#[test]
fn a_key_under_which_anybody_could_sign_does_not_build() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut order_two = [0xff; 32];
    (order_two[0], order_two[31]) = (0xec, 0x7f);
    // The neutral element once more, its coordinate above the prime.
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
        let refused = Verifier::standard_webhooks(&[Secret::new(whpk(bytes))]).unwrap_err();
        assert_eq!(refused, SecretError::UnsoundPublicKey.into());
    }
}

#[test]
fn a_public_key_is_32_bytes_behind_its_prefix() {
    let bytes = *key().verifying_key().as_bytes();
    let good = whpk(bytes);
    for (text, error) in [
        ("whpk_".to_owned(), SecretError::PublicKeyLength),
        (whpk(&bytes[..31]), SecretError::PublicKeyLength),
        (
            whpk([bytes.as_slice(), &[0]].concat()),
            SecretError::PublicKeyLength,
        ),
        (format!("{good}\n"), SecretError::WhiteSpace),
        (format!(" {good}"), SecretError::NotPublicKey),
        (format!("{good}="), SecretError::NotBase64),
        (good[..good.len() - 1].to_owned(), SecretError::Padding),
        (whpk("x").replace("eA==", "$$$$"), SecretError::NotBase64),
        (good.replace("whpk_", "whpk"), SecretError::NotPublicKey),
        (good.replace("whpk_", "WHPK_"), SecretError::NotPublicKey),
        (good.replace("whpk_", ""), SecretError::NotPublicKey),
        (good.replace("whpk_", "whsec_"), SecretError::NotPublicKey),
        (good.replace("whpk_", "whsk_"), SecretError::PrivateKey),
        (
            format!("whsk_{}", STANDARD.encode([SEED, bytes].concat())),
            SecretError::PrivateKey,
        ),
        (String::new(), SecretError::Empty),
    ] {
        let Err(VerifierError::Secret(refused)) =
            Verifier::standard_webhooks_v1a(&[Secret::new(&text)])
        else {
            panic!("{text:?}");
        };
        // Text without a prefix that is not even base64 says so.
        let also = matches!(
            refused,
            SecretError::WhiteSpace
                | SecretError::UrlSafe
                | SecretError::NotBase64
                | SecretError::Padding
        ) && error == SecretError::NotPublicKey;
        assert!(refused == error || also, "{text:?}: {refused:?}");
        let shown = format!("{refused} {refused:?}");
        assert!(!shown.contains(&good[8..16]), "{shown}");
    }
    assert_eq!(
        Verifier::standard_webhooks_v1a([""; 0]).unwrap_err(),
        SecretError::Missing.into()
    );
    let mixed = Verifier::standard_webhooks_v1a(&[public_key(), secret()]).unwrap_err();
    let source = Box::new(SecretError::NotPublicKey);
    assert_eq!(mixed, SecretError::Numbered { number: 2, source }.into());
    assert!(Verifier::standard_webhooks(&[Secret::new(good.replace("whpk_", "whsk_"))]).is_err());
}

#[test]
fn no_algorithm_is_confused_with_the_other() {
    let bytes = *key().verifying_key().as_bytes();
    let timestamp = NOW.to_string();
    let mac_under = |key: &[u8]| mac(key, ID.as_bytes(), timestamp.as_bytes(), BODY);
    // Anybody knows the public key, so anybody can compute these.
    let text = whpk(bytes);
    for key in [
        bytes.as_slice(),
        text.as_bytes(),
        &text.as_bytes()[5..],
        b"",
    ] {
        let mac = mac_under(key);
        for item in [v1(mac), v1a(mac), v1a([mac, mac].concat())] {
            gets(&good().with_signature(item), "bad_signature");
        }
    }
    // A `v1` item is nothing to a public key, nor a `v1a` item to a shared secret.
    let relabeled = item().replace("v1a,", "v1,");
    gets(&good().with_signature(relabeled), "bad_signature");
    gets(&good(), "bad_signature");
    signed().gets("bad_signature");
    let shared = SigningKey::from_bytes(&[9; 32]);
    let shared_verifier = Verifier::standard_webhooks(&[Secret::from_bytes([9; 32])]).unwrap();
    let item = v1a(signature(&shared, ID, &timestamp, BODY));
    let result = good().with_signature(item).verify(&shared_verifier);
    assert_eq!(verdict_of(result), "bad_signature");
}

#[test]
fn both_kinds_of_keys_may_be_given() {
    for secrets in [[secret(), public_key()], [public_key(), secret()]] {
        let verifier = Verifier::standard_webhooks(&secrets).unwrap();
        for delivery in [good(), signed()] {
            assert_eq!(verdict_of(delivery.verify(&verifier)), "ok");
            let forged = delivery.with_body("x").verify(&verifier);
            assert_eq!(verdict_of(forged), "bad_signature");
        }
        let under_the_public_key = v1(mac(
            key().verifying_key().as_bytes(),
            ID.as_bytes(),
            NOW.to_string().as_bytes(),
            BODY,
        ));
        let result = good()
            .with_signature(under_the_public_key)
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
fn the_signer_of_the_testing_kit_signs_the_same() {
    let pair = KeyPair::from_seed(SEED);
    let signer = Signer::of_key_pair::<Anthropic>(&pair).id(ID).at(at(NOW));
    let delivery = signer.sign(BODY);
    assert_eq!(delivery.headers["webhook-signature"], item());
    assert_eq!(format!("{pair:?}"), "KeyPair(…)");
    let refused = Signer::new(&public_key()).unwrap_err();
    assert_eq!(refused, SecretError::PublicKey);
}
