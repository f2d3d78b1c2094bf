//! Test deliveries: signed without the code under test, altered, and verified.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{Secret, Timestamp, Verifier, VerifyError};

pub(crate) const KEY: &[u8] = b"\xff\x00 key of the tests: 32 bytes \xfe";
pub(crate) const NOW: i64 = 1_750_000_000;
pub(crate) const ID: &str = "msg_1";
pub(crate) const BODY: &[u8] = br#"{"type":"batch.failed","data":{"id":"batch_1"}}"#;

pub(crate) const STANDARD_NAMES: [&str; 3] =
    ["webhook-id", "webhook-timestamp", "webhook-signature"];
pub(crate) const SVIX_NAMES: [&str; 3] = ["svix-id", "svix-timestamp", "svix-signature"];

/// Delivery whose headers, body and time of receipt can be altered before it is verified.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    pub(crate) now: i64,
}

pub(crate) fn mac(key: &[u8], id: &[u8], timestamp: &[u8], body: &[u8]) -> [u8; 32] {
    hmac_sha256::HMAC::mac([id, b".", timestamp, b".", body].concat(), key)
}

pub(crate) fn v1(mac: impl AsRef<[u8]>) -> String {
    format!("v1,{}", STANDARD.encode(mac))
}

/// Returns a delivery with a valid signature over these values, even if they are malformed.
pub(crate) fn signed(
    id: impl AsRef<[u8]>,
    timestamp: impl AsRef<[u8]>,
    body: impl AsRef<[u8]>,
) -> Delivery {
    let (id, timestamp, body) = (id.as_ref(), timestamp.as_ref(), body.as_ref());
    let signature = v1(mac(KEY, id, timestamp, body));
    let values = [id.to_vec(), timestamp.to_vec(), signature.into_bytes()];
    Delivery {
        headers: STANDARD_NAMES
            .map(str::to_owned)
            .into_iter()
            .zip(values)
            .collect(),
        body: body.to_vec(),
        now: NOW,
    }
}

pub(crate) fn signed_body(body: impl AsRef<[u8]>) -> Delivery {
    signed(ID, NOW.to_string(), body)
}

pub(crate) fn valid() -> Delivery {
    signed_body(BODY)
}

pub(crate) fn valid_item() -> String {
    String::from_utf8(valid().value("webhook-signature").to_vec()).unwrap()
}

pub(crate) fn secret() -> Secret {
    Secret::new(format!("whsec_{}", STANDARD.encode(KEY)))
}

pub(crate) fn verifier() -> Verifier {
    Verifier::standard_webhooks(&[secret()]).unwrap()
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second)
}

impl Delivery {
    pub(crate) fn value(&self, name: &str) -> &[u8] {
        &self
            .headers
            .iter()
            .find(|(other, _)| other == name)
            .unwrap()
            .1
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self
    }

    pub(crate) fn append(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    pub(crate) fn with(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.without(name).append(name, value)
    }

    pub(crate) fn with_signature(self, value: impl AsRef<[u8]>) -> Self {
        self.with("webhook-signature", value)
    }

    pub(crate) fn with_body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    pub(crate) fn received_at(mut self, now: i64) -> Self {
        self.now = now;
        self
    }

    pub(crate) fn with_names(mut self, names: [&str; 3]) -> Self {
        for (name, _) in &mut self.headers {
            let index = STANDARD_NAMES
                .iter()
                .position(|other| other == name)
                .unwrap();
            *name = names[index].to_owned();
        }
        self
    }

    pub(crate) fn verify(&self, verifier: &Verifier) -> Result<(), VerifyError> {
        let result = verifier
            .verify(self.headers.as_slice(), &self.body, at(self.now))
            .map(|verified| {
                assert_eq!(verified.body(), self.body);
                let named = |names: [&str; 3], index: usize| {
                    let mut found = self.headers.iter();
                    found.find(|(name, _)| name.eq_ignore_ascii_case(names[index]))
                };
                let whole = (0..3).all(|index| named(STANDARD_NAMES, index).is_some());
                let names = if whole { STANDARD_NAMES } else { SVIX_NAMES };
                let id = &named(names, 0).unwrap().1;
                assert_eq!(verified.id_str().as_bytes(), id);
                assert_eq!(verified.id().as_str().as_bytes(), id);
                let timestamp = &named(names, 1).unwrap().1;
                assert_eq!(
                    verified.timestamp().as_second().to_string().as_bytes(),
                    timestamp
                );
            });
        // A `HeaderMap` has the same result. Some of these headers are not valid in one.
        if let Some(map) = self.header_map() {
            let from_map = verifier.verify(&map, &self.body, at(self.now));
            assert_eq!(from_map.map(|_| ()), result);
        }
        result
    }

    pub(crate) fn header_map(&self) -> Option<HeaderMap> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            map.append(
                HeaderName::from_bytes(name.as_bytes()).ok()?,
                HeaderValue::from_bytes(value).ok()?,
            );
        }
        Some(map)
    }

    /// Returns "ok" or the error's name, with the name of the header at fault. The tolerance is 300 seconds.
    pub(crate) fn verdict(&self) -> String {
        let result = self.verify(&verifier());
        // The verifier of a provider has the same result.
        let verifier = Verifier::<Anthropic>::new([secret()]).unwrap();
        let of_provider = verifier.verify(self.headers.as_slice(), &self.body, at(self.now));
        assert_eq!(of_provider.map(|_| ()), result);
        verdict_of(result)
    }

    #[track_caller]
    pub(crate) fn assert_verdict(&self, expected: impl AsRef<str>) {
        let shown = |value: &[u8]| value.escape_ascii().to_string();
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (name, shown(value)))
            .collect();
        assert_eq!(
            self.verdict(),
            expected.as_ref(),
            "{headers:?} and {} bytes",
            self.body.len()
        );
    }
}

pub(crate) fn verdict_of(result: Result<(), VerifyError>) -> String {
    match result {
        Ok(()) => "ok".to_owned(),
        Err(
            error @ (VerifyError::MissingHeader { header }
            | VerifyError::MalformedHeader { header, .. }),
        ) => format!("{} {header}", error.as_str()),
        Err(error) => error.as_str().to_owned(),
    }
}
