//! Schemes of GitHub, Stripe, Slack and Shopify: verdicts equal those of the model.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac_sha256::HMAC;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use webhook_runtime::testing::TEST_TIME;
use webhook_runtime::{Scheme, Secret, Verifier};

use crate::cases;
use crate::model::described::{github, hex, shopify, slack, stripe};
use crate::model::headers::{Headers, Verdict};

const NOW: i64 = TEST_TIME.as_second();
const KEY: &[u8] = b"It's a Secret to Everybody";

/// Provider of a scheme: signs deliveries and verifies them.
#[derive(Clone, Copy, Debug)]
enum Sender {
    GitHub,
    Stripe,
    Slack,
    Shopify,
}

const ALL: [Sender; 4] = [
    Sender::GitHub,
    Sender::Stripe,
    Sender::Slack,
    Sender::Shopify,
];

impl Sender {
    fn sign(self, body: &[u8], time: &str) -> Headers {
        let mac = |parts: &[&[u8]]| HMAC::mac(parts.concat(), KEY);
        let timed = |before: &[u8], after: &[u8]| mac(&[before, time.as_bytes(), after, body]);
        let headers = match self {
            Self::GitHub => vec![
                (
                    "x-hub-signature-256",
                    format!("sha256={}", hex(&mac(&[body]))),
                ),
                ("x-github-delivery", "d-1".to_owned()),
            ],
            Self::Stripe => {
                let signature = hex(&timed(b"", b"."));
                vec![("stripe-signature", format!("t={time},v1={signature}"))]
            }
            Self::Slack => vec![
                ("x-slack-request-timestamp", time.to_owned()),
                (
                    "x-slack-signature",
                    format!("v0={}", hex(&timed(b"v0:", b":"))),
                ),
            ],
            Self::Shopify => vec![("x-shopify-hmac-sha256", STANDARD.encode(mac(&[body])))],
        };
        let owned = |(name, value): (&str, String)| (name.to_owned(), value.into_bytes());
        headers.into_iter().map(owned).collect()
    }

    /// Returns the verifier's verdict. Asserts that it equals the model's.
    fn checked_verdict(self, headers: &Headers, body: &[u8]) -> Verdict {
        let (scheme, expected) = match self {
            Self::GitHub => (Scheme::GITHUB, github(headers, body, KEY)),
            Self::Stripe => (Scheme::STRIPE, stripe(headers, body, NOW, KEY)),
            Self::Slack => (Scheme::SLACK, slack(headers, body, NOW, KEY)),
            Self::Shopify => (Scheme::SHOPIFY, shopify(headers, body, KEY)),
        };
        let verifier = Verifier::from_scheme(&scheme, &[Secret::from_bytes(KEY)]).unwrap();
        let found = verifier.verify(headers.as_slice(), body, TEST_TIME);
        let found = found.map(|_| ()).map_err(|error| error.as_str());
        assert_eq!(found, expected, "{self:?} {headers:?}");
        found
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn signed_body_verifies_and_changed_body_does_not(
        sender in select(ALL.to_vec()), body in vec(any::<u8>(), 0..100), offset in -300..=300_i64,
        at: Index, mask in 1..=255_u8,
    ) {
        let headers = sender.sign(&body, &(NOW + offset).to_string());
        prop_assert_eq!(sender.checked_verdict(&headers, &body), Ok(()));
        let mut other = body.clone();
        if other.is_empty() {
            other.push(mask);
        } else {
            let at = at.index(other.len());
            other[at] ^= mask;
        }
        prop_assert!(sender.checked_verdict(&headers, &other).is_err());
    }

    #[test]
    fn changed_headers_have_the_verdict_of_the_model(
        sender in select(ALL.to_vec()), changes in vec((any::<Index>(), any::<Index>(), any::<u8>(), 0..5_u8), 1..4),
        time in prop_oneof!["[0-9]{0,12}", (-400..400_i64).prop_map(|offset| (NOW + offset).to_string())],
    ) {
        let mut headers = sender.sign(b"{}", &time);
        for (which, at, byte, change) in changes {
            if headers.is_empty() {
                break;
            }
            let which = which.index(headers.len());
            let value = &mut headers[which].1;
            let at = at.index(value.len() + 1);
            match change {
                0 => drop(headers.remove(which)),
                1 => headers.push(headers[which].clone()),
                2 => value.truncate(at),
                3 => value.insert(at, byte),
                _ if at < value.len() => value[at] ^= byte,
                _ => value.clear(),
            }
        }
        // The verdict depends on the changes; `checked_verdict` compares it with the model's.
        let _ = sender.checked_verdict(&headers, b"{}");
        let other = sender.checked_verdict(&headers, b"another body");
        prop_assert!(other.is_err());
    }
}
