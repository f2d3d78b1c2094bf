//! Lists of signatures whose items were put together and bent, in every scheme that the runtime knows.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use ed25519_dalek::SigningKey;
use webhook_runtime::testing::{KeyPair, TEST_TIME};
use webhook_runtime::{Scheme, Secret, VerifyError, Verifier};

use crate::model::described::{self, hex};
use crate::model::headers::{Headers, Verdict};
use crate::model::standard::{self, Keys, SVIX, WEBHOOK};

const SECRET: &[u8] = b"It's a Secret to Everybody";
const OTHER_SECRET: &[u8] = b"\0 seven \xff";
const SEED: [u8; 32] = [7; 32];
const NOW: i64 = TEST_TIME.as_second();

#[derive(Arbitrary, Debug)]
pub struct Case<'a> {
    by: By,
    id: Id<'a>,
    time: Time<'a>,
    lines: Vec<Vec<Item<'a>>>,
    body: &'a [u8],
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum By {
    Standard,
    Svix,
    GitHub,
    Stripe,
    Slack,
    Shopify,
}

#[derive(Arbitrary, Debug)]
enum Id<'a> {
    Usual,
    Odd(&'a str),
}

#[derive(Arbitrary, Debug)]
enum Time<'a> {
    Now,
    Late(i16),
    Any(i64),
    Text(&'a str),
}

/// An item of the signature header. Good ones are chosen modulo what there is.
#[derive(Arbitrary, Debug)]
enum Item<'a> {
    Good(u8),
    Flipped { good: u8, byte: u8, with: u8 },
    Cut { good: u8, length: u8 },
    Longer { good: u8, text: &'a str },
    Tagged { tag: u8, good: u8 },
    Time,
    Filler(u16),
    Junk(&'a [u8]),
}

const TAGS: [&str; 12] = [
    "v1,", "v1a,", "v2,", "v1=", "v0=", "t=", "sha256=", "sha1=", "none=", "SHA256=", "", "v1, ",
];

static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys {
    shared: vec![SECRET.to_vec(), OTHER_SECRET.to_vec()],
    private: vec![SigningKey::from_bytes(&SEED)],
});

static STANDARD: LazyLock<Verifier> = LazyLock::new(|| {
    let secrets = [
        Secret::from_bytes(SECRET),
        Secret::from_bytes(OTHER_SECRET),
        KeyPair::from_seed(SEED).standard_key(),
    ];
    Verifier::standard_webhooks(&secrets).expect("good secrets")
});

static DESCRIBED: LazyLock<[Verifier; 4]> = LazyLock::new(|| {
    [
        Scheme::GITHUB,
        Scheme::STRIPE,
        Scheme::SLACK,
        Scheme::SHOPIFY,
    ]
    .map(|scheme| {
        let secrets = [Secret::from_bytes(SECRET)];
        Verifier::from_scheme(&scheme, &secrets).expect("a good secret")
    })
});

impl Case<'_> {
    pub fn check(&self) {
        let headers = self.headers();
        let (expected, found) = self.verdicts(&headers);
        assert_eq!(found, expected, "{:?} {headers:?}", self.by);
    }

    fn verdicts(&self, headers: &Headers) -> (Verdict, Verdict) {
        let body = self.body;
        let by_scheme =
            |index: usize| said(DESCRIBED[index].verify(headers.as_slice(), body, TEST_TIME));
        match self.by {
            By::Standard | By::Svix => (
                standard::verdict(headers, body, NOW, 300, &KEYS),
                said(STANDARD.verify(headers.as_slice(), body, TEST_TIME)),
            ),
            By::GitHub => (described::github(headers, body, SECRET), by_scheme(0)),
            By::Stripe => (described::stripe(headers, body, NOW, SECRET), by_scheme(1)),
            By::Slack => (described::slack(headers, body, NOW, SECRET), by_scheme(2)),
            By::Shopify => (described::shopify(headers, body, SECRET), by_scheme(3)),
        }
    }

    fn headers(&self) -> Headers {
        let id = match self.id {
            Id::Usual => "msg_1",
            Id::Odd(id) => id,
        };
        let time = self.time();
        let ([id_name, time_name, signature_name], separator) = match self.by {
            By::Standard => (WEBHOOK, " "),
            By::Svix => (SVIX, " "),
            By::GitHub => (["x-github-delivery", "x-time", "x-hub-signature-256"], ""),
            By::Stripe => (["x-id", "x-time", "stripe-signature"], ","),
            By::Slack => (
                ["x-id", "x-slack-request-timestamp", "x-slack-signature"],
                "",
            ),
            By::Shopify => (
                ["x-shopify-webhook-id", "x-time", "x-shopify-hmac-sha256"],
                "",
            ),
        };
        let good = self.good_items(id, &time);
        let mut headers = vec![
            (id_name.to_owned(), id.as_bytes().to_vec()),
            (time_name.to_owned(), time.clone().into_bytes()),
        ];
        for line in &self.lines {
            let items: Vec<_> = line.iter().map(|item| item.text(&good, &time)).collect();
            headers.push((signature_name.to_owned(), items.join(separator.as_bytes())));
        }
        headers
    }

    fn time(&self) -> String {
        match self.time {
            Time::Now => NOW.to_string(),
            Time::Late(seconds) => (NOW - i64::from(seconds)).to_string(),
            Time::Any(second) => second.to_string(),
            Time::Text(text) => text.to_owned(),
        }
    }

    /// Items that prove this delivery.
    fn good_items(&self, id: &str, time: &str) -> Vec<String> {
        let mac = |parts: &[&[u8]]| hmac_sha256::HMAC::mac(parts.concat(), SECRET);
        let (body, time) = (self.body, time.as_bytes());
        match self.by {
            By::Standard | By::Svix => KEYS.items(id.as_bytes(), time, body),
            By::GitHub => vec![format!("sha256={}", hex(&mac(&[body])))],
            By::Stripe => vec![format!("v1={}", hex(&mac(&[time, b".", body])))],
            By::Slack => vec![format!("v0={}", hex(&mac(&[b"v0:", time, b":", body])))],
            By::Shopify => {
                use base64::Engine as _;
                vec![base64::engine::general_purpose::STANDARD.encode(mac(&[body]))]
            }
        }
    }
}

fn said<T>(result: Result<T, VerifyError>) -> Verdict {
    result.map(|_| ()).map_err(|error| error.as_str())
}

impl Item<'_> {
    fn text(&self, good: &[String], time: &str) -> Vec<u8> {
        let good = |index: &u8| good[usize::from(*index) % good.len()].clone();
        match self {
            Self::Good(index) => good(index).into_bytes(),
            Self::Flipped {
                good: index,
                byte,
                with,
            } => {
                let mut text = good(index).into_bytes();
                let at = usize::from(*byte) % text.len();
                text[at] ^= with;
                text
            }
            Self::Cut {
                good: index,
                length,
            } => {
                let mut text = good(index).into_bytes();
                text.truncate(usize::from(*length));
                text
            }
            Self::Longer { good: index, text } => (good(index) + text).into_bytes(),
            Self::Tagged { tag, good: index } => {
                let good = good(index);
                let value = good
                    .rsplit_once([',', '='])
                    .map_or(good.as_str(), |(_, value)| value);
                let tag = TAGS[usize::from(*tag) % TAGS.len()];
                format!("{tag}{value}").into_bytes()
            }
            Self::Time => format!("t={time}").into_bytes(),
            Self::Filler(length) => vec![b'x'; usize::from(length % 4200)],
            Self::Junk(junk) => junk.to_vec(),
        }
    }
}
