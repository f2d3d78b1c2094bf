//! Standard Webhooks: signatures of the reference model verify in every valid spelling, and no other headers do.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use webhook_runtime::testing::{KeyPair, TEST_TIME};
use webhook_runtime::{Secret, Verifier};

use crate::cases;
use crate::model::headers::Headers;
use crate::model::standard::{Keys, SVIX, WEBHOOK, sign, verdict};

const NOW: i64 = TEST_TIME.as_second();
const TOLERANCE: u64 = 300;
const SEED: [u8; 32] = [7; 32];

fn keys(shared: &[u8]) -> Keys {
    Keys {
        shared: vec![shared.to_vec()],
        private: vec![SigningKey::from_bytes(&SEED)],
    }
}

fn verifier(shared: &[u8]) -> Verifier {
    let public = KeyPair::from_seed(SEED).standard_key();
    Verifier::standard_webhooks(&[Secret::from_bytes(shared), public]).unwrap()
}

/// Returns the verifier's verdict. Asserts that it equals the model's.
fn checked_verdict(headers: &Headers, body: &[u8], key: &[u8]) -> Result<(), &'static str> {
    let found = verifier(key).verify(headers.as_slice(), body, TEST_TIME);
    let found = found.map(|_| ()).map_err(|error| error.as_str());
    let expected = verdict(headers, body, NOW, TOLERANCE, &keys(key));
    assert_eq!(found, expected, "{headers:?}");
    found
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 1..80)
}

/// Ids: visible ASCII without a dot.
fn id() -> impl Strategy<Value = String> {
    "[!-\\-/-~]{1,40}"
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..200)
}

/// Timestamps within the tolerance.
fn time() -> impl Strategy<Value = String> {
    (-300..=300_i64).prop_map(|offset| (NOW + offset).to_string())
}

fn names() -> impl Strategy<Value = [&'static str; 3]> {
    select(vec![WEBHOOK, SVIX])
}

/// Items that do not verify, and separators.
fn other_items() -> impl Strategy<Value = Vec<String>> {
    vec("(v1,)?[A-Za-z0-9+/=,]{0,50}|v1|v2,x| ", 0..8)
}

/// Fragments of headers. They reach more of the rules than random bytes.
fn fragment() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "[ -~]{0,6}".prop_map(String::into_bytes),
        vec(any::<u8>(), 0..6),
        select(vec!["v1,", "v1a,", " ", ".", "1767323045", "AAAA", "="])
            .prop_map(|text| text.as_bytes().to_vec()),
    ]
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn signed_delivery_verifies_in_every_valid_spelling(
        key in key(), id in id(), time in time(), body in body(), names in names(),
        before in other_items(), after in other_items(), public: bool, upper: bool, lines: bool,
    ) {
        let mut headers = sign(names, &keys(&key), &id, &time, &body);
        let valid = keys(&key).items(id.as_bytes(), time.as_bytes(), &body);
        let valid = valid[usize::from(public)].clone();
        let items = [before, vec![valid], after].concat();
        headers.retain(|(name, _)| name != names[2]);
        if lines {
            let each = items.iter().map(|item| (names[2].to_owned(), item.clone().into_bytes()));
            headers.extend(each);
        } else {
            headers.push((names[2].to_owned(), items.join(" ").into_bytes()));
        }
        headers.reverse();
        if upper {
            headers.iter_mut().for_each(|(name, _)| name.make_ascii_uppercase());
        }
        prop_assert_eq!(checked_verdict(&headers, &body, &key), Ok(()));
    }

    #[test]
    fn changed_byte_is_rejected(
        key in key(), id in id(), time in time(), body in body(), names in names(),
        at: Index, mask in 1..=255_u8, field in 0..5_usize,
    ) {
        let mut headers = sign(names, &keys(&key), &id, &time, &body);
        let (mut body, mut key) = (body, key);
        let changed = match field {
            0..3 => &mut headers[field].1,
            3 => &mut body,
            _ => &mut key,
        };
        if changed.is_empty() {
            changed.push(mask);
        } else {
            let at = at.index(changed.len());
            changed[at] ^= mask;
        }
        prop_assert!(checked_verdict(&headers, &body, &key).is_err());
    }

    #[test]
    fn added_or_removed_byte_is_rejected(
        key in key(), id in id(), time in time(), body in body(),
        byte: u8, field in 0..4_usize, adds: bool,
    ) {
        let mut headers = sign(WEBHOOK, &keys(&key), &id, &time, &body);
        let mut body = body;
        let changed = if field == 3 { &mut body } else { &mut headers[field].1 };
        // A space after the last item adds only an empty item, so the delivery still verifies.
        prop_assume!(!(adds && field == 2 && byte == b' '));
        if adds {
            changed.push(byte);
        } else {
            prop_assume!(changed.pop().is_some());
        }
        prop_assert!(checked_verdict(&headers, &body, &key).is_err());
    }

    #[test]
    fn signed_timestamp_outside_the_tolerance_is_rejected(
        key in key(), id in id(), body in body(), offset in 301..=i64::MAX - NOW, is_past: bool,
    ) {
        let time = if is_past { NOW.saturating_sub(offset).max(0) } else { NOW + offset };
        let headers = sign(WEBHOOK, &keys(&key), &id, &time.to_string(), &body);
        let expected = if is_past { "timestamp_too_old" } else { "timestamp_too_new" };
        prop_assert_eq!(checked_verdict(&headers, &body, &key), Err(expected));
    }

    #[test]
    fn random_headers_have_the_verdict_of_the_model(
        headers in vec((select([WEBHOOK, SVIX].concat()), vec(fragment(), 0..5)), 0..8), body in body(),
    ) {
        let named = |(name, fragments): (&str, Vec<Vec<u8>>)| (name.to_owned(), fragments.concat());
        let headers: Headers = headers.into_iter().map(named).collect();
        prop_assert!(checked_verdict(&headers, &body, b"key").is_err());
    }

    #[test]
    fn signature_with_a_changed_character_is_rejected(key in key(), body in body(), at: Index, to: char) {
        let mut headers = sign(WEBHOOK, &keys(&key), "msg_1", &NOW.to_string(), &body);
        let item = String::from_utf8(headers[2].1.clone()).unwrap();
        let encoded = item.strip_prefix("v1,").unwrap();
        prop_assert_eq!(STANDARD.decode(encoded).unwrap().len(), 32);
        let mut characters: Vec<char> = encoded.chars().collect();
        let at = at.index(characters.len());
        prop_assume!(characters[at] != to);
        characters[at] = to;
        let other: String = characters.into_iter().collect();
        headers[2].1 = format!("v1,{other}").into_bytes();
        prop_assert!(checked_verdict(&headers, &body, &key).is_err());
    }
}
