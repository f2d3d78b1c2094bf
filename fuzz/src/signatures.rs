//! Signature headers with valid and changed items, in every shipped scheme.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use ed25519_dalek::SigningKey;
use webhook_runtime::testing::{KeyPair, TEST_TIME};
use webhook_runtime::{Scheme, Secret, Verifier, VerifyError};

use crate::model::described::{self, hex};
use crate::model::headers::{Headers, Verdict};
use crate::model::standard::{self, Keys, SVIX, WEBHOOK};

const SECRET: &[u8] = b"It's a Secret to Everybody";
const OTHER_SECRET: &[u8] = b"\0 seven \xff";
const SEED: [u8; 32] = [7; 32];
const NOW: i64 = TEST_TIME.as_second();

#[derive(Arbitrary, Debug)]
pub struct Case<'a> {
    scheme: SchemeName,
    id: Id<'a>,
    time: Time<'a>,
    lines: Vec<Vec<Item<'a>>>,
    body: &'a [u8],
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum SchemeName {
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
    Any(&'a str),
}

#[derive(Arbitrary, Debug)]
enum Time<'a> {
    Now,
    Aged(i16),
    Any(i64),
    Text(&'a str),
}

/// Item of a signature header. The index of a valid item is taken modulo their number.
#[derive(Arbitrary, Debug)]
enum Item<'a> {
    Valid(u8),
    Flipped { index: u8, byte: u8, mask: u8 },
    Truncated { index: u8, length: u8 },
    Extended { index: u8, text: &'a str },
    Tagged { tag: u8, index: u8 },
    Time,
    Filler(u16),
    Any(&'a [u8]),
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
    Verifier::standard_webhooks(&secrets).expect("the test secrets are valid")
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
        Verifier::from_scheme(&scheme, &secrets).expect("the test secrets are valid")
    })
});

impl Case<'_> {
    pub fn check(&self) {
        let headers = self.headers();
        let (expected, found) = self.verdicts(&headers);
        assert_eq!(found, expected, "{:?} {headers:?}", self.scheme);
    }

    fn verdicts(&self, headers: &Headers) -> (Verdict, Verdict) {
        let body = self.body;
        let by_scheme =
            |index: usize| verdict(DESCRIBED[index].verify(headers.as_slice(), body, TEST_TIME));
        match self.scheme {
            SchemeName::Standard | SchemeName::Svix => (
                standard::verdict(headers, body, NOW, 300, &KEYS),
                verdict(STANDARD.verify(headers.as_slice(), body, TEST_TIME)),
            ),
            SchemeName::GitHub => (described::github(headers, body, SECRET), by_scheme(0)),
            SchemeName::Stripe => (described::stripe(headers, body, NOW, SECRET), by_scheme(1)),
            SchemeName::Slack => (described::slack(headers, body, NOW, SECRET), by_scheme(2)),
            SchemeName::Shopify => (described::shopify(headers, body, SECRET), by_scheme(3)),
        }
    }

    fn headers(&self) -> Headers {
        let id = match self.id {
            Id::Usual => "msg_1",
            Id::Any(id) => id,
        };
        let time = self.time();
        let ([id_name, time_name, signature_name], separator) = match self.scheme {
            SchemeName::Standard => (WEBHOOK, " "),
            SchemeName::Svix => (SVIX, " "),
            SchemeName::GitHub => (["x-github-delivery", "x-time", "x-hub-signature-256"], ""),
            SchemeName::Stripe => (["x-id", "x-time", "stripe-signature"], ","),
            SchemeName::Slack => (
                ["x-id", "x-slack-request-timestamp", "x-slack-signature"],
                "",
            ),
            SchemeName::Shopify => (
                ["x-shopify-webhook-id", "x-time", "x-shopify-hmac-sha256"],
                "",
            ),
        };
        let valid = self.valid_items(id, &time);
        let mut headers = vec![
            (id_name.to_owned(), id.as_bytes().to_vec()),
            (time_name.to_owned(), time.clone().into_bytes()),
        ];
        for line in &self.lines {
            let items: Vec<_> = line.iter().map(|item| item.text(&valid, &time)).collect();
            headers.push((signature_name.to_owned(), items.join(separator.as_bytes())));
        }
        headers
    }

    fn time(&self) -> String {
        match self.time {
            Time::Now => NOW.to_string(),
            Time::Aged(seconds) => (NOW - i64::from(seconds)).to_string(),
            Time::Any(second) => second.to_string(),
            Time::Text(text) => text.to_owned(),
        }
    }

    /// Returns valid signatures of the delivery.
    fn valid_items(&self, id: &str, time: &str) -> Vec<String> {
        let mac = |parts: &[&[u8]]| hmac_sha256::HMAC::mac(parts.concat(), SECRET);
        let (body, time) = (self.body, time.as_bytes());
        match self.scheme {
            SchemeName::Standard | SchemeName::Svix => KEYS.items(id.as_bytes(), time, body),
            SchemeName::GitHub => vec![format!("sha256={}", hex(&mac(&[body])))],
            SchemeName::Stripe => vec![format!("v1={}", hex(&mac(&[time, b".", body])))],
            SchemeName::Slack => vec![format!("v0={}", hex(&mac(&[b"v0:", time, b":", body])))],
            SchemeName::Shopify => {
                use base64::Engine as _;
                vec![base64::engine::general_purpose::STANDARD.encode(mac(&[body]))]
            }
        }
    }
}

fn verdict<T>(result: Result<T, VerifyError>) -> Verdict {
    result.map(|_| ()).map_err(|error| error.as_str())
}

impl Item<'_> {
    fn text(&self, valid: &[String], time: &str) -> Vec<u8> {
        let valid = |index: &u8| valid[usize::from(*index) % valid.len()].clone();
        match self {
            Self::Valid(index) => valid(index).into_bytes(),
            Self::Flipped { index, byte, mask } => {
                let mut text = valid(index).into_bytes();
                let position = usize::from(*byte) % text.len();
                text[position] ^= mask;
                text
            }
            Self::Truncated { index, length } => {
                let mut text = valid(index).into_bytes();
                text.truncate(usize::from(*length));
                text
            }
            Self::Extended { index, text } => (valid(index) + text).into_bytes(),
            Self::Tagged { tag, index } => {
                let valid = valid(index);
                let value = valid
                    .rsplit_once([',', '='])
                    .map_or(valid.as_str(), |(_, value)| value);
                let tag = TAGS[usize::from(*tag) % TAGS.len()];
                format!("{tag}{value}").into_bytes()
            }
            Self::Time => format!("t={time}").into_bytes(),
            Self::Filler(length) => vec![b'x'; usize::from(length % 4200)],
            Self::Any(bytes) => bytes.to_vec(),
        }
    }
}
