//! The schemes with a name: the same, by the rules of each.

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

/// The headers of a good delivery, the verifier, and the judge.
#[derive(Clone, Copy, Debug)]
enum By {
    GitHub,
    Stripe,
    Slack,
    Shopify,
}

const ALL: [By; 4] = [By::GitHub, By::Stripe, By::Slack, By::Shopify];

impl By {
    fn sign(self, body: &[u8], time: &str) -> Headers {
        let mac = |parts: &[&[u8]]| HMAC::mac(parts.concat(), KEY);
        let timed = |ahead: &[u8], behind: &[u8]| mac(&[ahead, time.as_bytes(), behind, body]);
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

    /// The verdict, which is that of the rules.
    fn judged(self, headers: &Headers, body: &[u8]) -> Verdict {
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
    fn what_is_signed_verifies_and_no_other_body(
        by in select(ALL.to_vec()), body in vec(any::<u8>(), 0..100), off in -300..=300_i64,
        at: Index, with in 1..=255_u8,
    ) {
        let headers = by.sign(&body, &(NOW + off).to_string());
        prop_assert_eq!(by.judged(&headers, &body), Ok(()));
        let mut other = body.clone();
        if other.is_empty() {
            other.push(with);
        } else {
            let at = at.index(other.len());
            other[at] ^= with;
        }
        prop_assert!(by.judged(&headers, &other).is_err());
    }

    #[test]
    fn changed_headers_get_what_the_rules_say(
        by in select(ALL.to_vec()), changes in vec((any::<Index>(), any::<Index>(), any::<u8>(), 0..5_u8), 1..4),
        time in prop_oneof!["[0-9]{0,12}", (-400..400_i64).prop_map(|off| (NOW + off).to_string())],
    ) {
        let mut headers = by.sign(b"{}", &time);
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
        // Whatever the rules say, both say it.
        let _ = by.judged(&headers, b"{}");
        let other = by.judged(&headers, b"another body");
        prop_assert!(other.is_err());
    }
}
