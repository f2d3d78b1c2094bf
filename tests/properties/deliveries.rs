//! Standard Webhooks: what a stranger signs verifies in every spelling that the rules allow, and nothing else does.

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

/// The verdict, which is that of the rules.
fn judged(headers: &Headers, body: &[u8], key: &[u8]) -> Result<(), &'static str> {
    let found = verifier(key).verify(headers.as_slice(), body, TEST_TIME);
    let found = found.map(|_| ()).map_err(|error| error.as_str());
    let expected = verdict(headers, body, NOW, TOLERANCE, &keys(key));
    assert_eq!(found, expected, "{headers:?}");
    found
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 1..80)
}

/// Visible ASCII without a dot.
fn id() -> impl Strategy<Value = String> {
    "[!-\\-/-~]{1,40}"
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..200)
}

/// A time within the tolerance.
fn time() -> impl Strategy<Value = String> {
    (-300..=300_i64).prop_map(|off| (NOW + off).to_string())
}

fn names() -> impl Strategy<Value = [&'static str; 3]> {
    select(vec![WEBHOOK, SVIX])
}

/// Items that prove nothing, and separators.
fn around() -> impl Strategy<Value = Vec<String>> {
    vec("(v1,)?[A-Za-z0-9+/=,]{0,50}|v1|v2,x| ", 0..8)
}

/// Pieces of headers: more of them meet a rule than random bytes would.
fn piece() -> impl Strategy<Value = Vec<u8>> {
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
    fn what_is_signed_verifies_however_it_is_written(
        key in key(), id in id(), time in time(), body in body(), names in names(),
        ahead in around(), behind in around(), public: bool, upper: bool, lines: bool,
    ) {
        let mut headers = sign(names, &keys(&key), &id, &time, &body);
        let good = keys(&key).items(id.as_bytes(), time.as_bytes(), &body);
        let good = good[usize::from(public)].clone();
        let items = [ahead, vec![good], behind].concat();
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
        prop_assert_eq!(judged(&headers, &body, &key), Ok(()));
    }

    #[test]
    fn one_changed_byte_is_refused(
        key in key(), id in id(), time in time(), body in body(), names in names(),
        at: Index, with in 1..=255_u8, place in 0..5_usize,
    ) {
        let mut headers = sign(names, &keys(&key), &id, &time, &body);
        let (mut body, mut key) = (body, key);
        let changed = match place {
            0..3 => &mut headers[place].1,
            3 => &mut body,
            _ => &mut key,
        };
        if changed.is_empty() {
            changed.push(with);
        } else {
            let at = at.index(changed.len());
            changed[at] ^= with;
        }
        prop_assert!(judged(&headers, &body, &key).is_err());
    }

    #[test]
    fn a_byte_more_or_less_is_refused(
        key in key(), id in id(), time in time(), body in body(),
        more: u8, place in 0..4_usize, adds: bool,
    ) {
        let mut headers = sign(WEBHOOK, &keys(&key), &id, &time, &body);
        let mut body = body;
        let changed = if place == 3 { &mut body } else { &mut headers[place].1 };
        // A space behind the last item begins another one, of nothing.
        prop_assume!(!(adds && place == 2 && more == b' '));
        if adds {
            changed.push(more);
        } else {
            prop_assume!(changed.pop().is_some());
        }
        prop_assert!(judged(&headers, &body, &key).is_err());
    }

    #[test]
    fn a_time_out_of_bounds_is_refused_though_it_is_signed(
        key in key(), id in id(), body in body(), off in 301..=i64::MAX - NOW, is_past: bool,
    ) {
        let time = if is_past { NOW.saturating_sub(off).max(0) } else { NOW + off };
        let headers = sign(WEBHOOK, &keys(&key), &id, &time.to_string(), &body);
        let expected = if is_past { "timestamp_too_old" } else { "timestamp_too_new" };
        prop_assert_eq!(judged(&headers, &body, &key), Err(expected));
    }

    #[test]
    fn any_headers_get_what_the_rules_say(
        headers in vec((select([WEBHOOK, SVIX].concat()), vec(piece(), 0..5)), 0..8), body in body(),
    ) {
        let named = |(name, pieces): (&str, Vec<Vec<u8>>)| (name.to_owned(), pieces.concat());
        let headers: Headers = headers.into_iter().map(named).collect();
        prop_assert!(judged(&headers, &body, b"key").is_err());
    }

    #[test]
    fn a_signature_says_the_same_in_no_other_letters(key in key(), body in body(), at: Index, to: char) {
        let mut headers = sign(WEBHOOK, &keys(&key), "msg_1", &NOW.to_string(), &body);
        let item = String::from_utf8(headers[2].1.clone()).unwrap();
        let encoded = item.strip_prefix("v1,").unwrap();
        prop_assert_eq!(STANDARD.decode(encoded).unwrap().len(), 32);
        let mut letters: Vec<char> = encoded.chars().collect();
        let at = at.index(letters.len());
        prop_assume!(letters[at] != to);
        letters[at] = to;
        let other: String = letters.into_iter().collect();
        headers[2].1 = format!("v1,{other}").into_bytes();
        prop_assert!(judged(&headers, &body, &key).is_err());
    }
}
