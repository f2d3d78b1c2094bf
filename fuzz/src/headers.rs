//! Any headers, and changed headers of a valid delivery, for a verifier and for an endpoint.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use webhook_runtime::testing::{TEST_SECRET, TEST_TIME};
use webhook_runtime::{Endpoint, Secret, Verifier, VerifyError};

use crate::changes::{Change, name};
use crate::model::headers::Headers;
use crate::model::standard::{Keys, SVIX, WEBHOOK, sign, verdict};
use crate::providers::{deliver, endpoint, openai};

/// Tolerance of the endpoint's provider, in seconds.
const TOLERANCE: u64 = 300;

#[derive(Arbitrary, Debug)]
pub struct Case<'a> {
    start: Start<'a>,
    changes: Vec<Change<'a>>,
    body: Body<'a>,
}

#[derive(Arbitrary, Debug)]
enum Start<'a> {
    /// Headers without a valid signature.
    Forged(Vec<(u8, &'a [u8])>),
    /// Valid delivery, signed `age` seconds before it arrives.
    Valid { is_svix: bool, age: i16 },
    /// Correctly signed delivery with any id and time.
    AnyIdAndTime { id: &'a str, time: &'a str },
}

#[derive(Arbitrary, Debug)]
enum Body<'a> {
    AsSigned,
    Other(&'a [u8]),
}

const BODY: &[u8] = br#"{"type":"batch.failed","data":{"id":"batch_1"}}"#;

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let encoded = TEST_SECRET.trim_start_matches("whsec_");
    Keys {
        shared: vec![STANDARD.decode(encoded).expect("the test secret is base64")],
        private: Vec::new(),
    }
});

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    Verifier::standard_webhooks(&[Secret::new(TEST_SECRET)]).expect("the test secrets are valid")
});

static ENDPOINT: LazyLock<Endpoint<openai::Typed>> = LazyLock::new(|| endpoint(openai::Typed));

impl Case<'_> {
    pub fn check(&self) {
        let headers = self.headers();
        let body = match self.body {
            Body::AsSigned => BODY,
            Body::Other(body) => body,
        };
        let now = TEST_TIME.as_second();
        let expected = verdict(&headers, body, now, TOLERANCE, &KEYS);

        let found = VERIFIER.verify(headers.as_slice(), body, TEST_TIME);
        let found = found
            .map(|_| ())
            .map_err(|error: VerifyError| error.as_str());
        assert_eq!(found, expected, "{headers:?}");

        let Some(map) = header_map(&headers) else {
            return;
        };
        let answer = deliver(&ENDPOINT, &map, Bytes::copy_from_slice(body));
        match expected {
            Ok(()) => assert!(matches!(answer.status, 200 | 500), "{}", answer.status),
            Err("missing_header" | "malformed_header") => assert_eq!(answer.status, 400),
            Err(_) => assert_eq!(answer.status, 401),
        }
        assert!(
            expected.is_ok() || answer.recorded.is_none(),
            "a handler received an unverified delivery"
        );
        if expected.is_ok() && body == BODY {
            assert_eq!(answer.recorded.as_deref(), Some("batch.failed"));
        }
    }

    fn headers(&self) -> Headers {
        let second = TEST_TIME.as_second();
        let mut headers = match &self.start {
            Start::Forged(headers) => {
                let named = headers
                    .iter()
                    .map(|(index, value)| (name(*index), value.to_vec()));
                named
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            }
            Start::Valid { is_svix, age } => {
                let names = if *is_svix { SVIX } else { WEBHOOK };
                let time = (second - i64::from(*age)).to_string();
                sign(names, &KEYS, "msg_1", &time, BODY)
            }
            Start::AnyIdAndTime { id, time } => sign(WEBHOOK, &KEYS, id, time, BODY),
        };
        for change in &self.changes {
            change.apply(&mut headers);
        }
        headers
    }
}

/// None if a value is invalid in HTTP: no server passes it on.
fn header_map(headers: &Headers) -> Option<HeaderMap> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("all names are valid");
        map.append(name, HeaderValue::from_bytes(value).ok()?);
    }
    Some(map)
}
