//! [`Signer`]: signs deliveries as a provider does.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use http_body_util::Full;

#[cfg(feature = "ed25519")]
use super::KeyPair;
use super::{TEST_SECRET, TEST_TIME, TEST_URL};
use crate::delivery::Timestamp;
use crate::profile::Signing;
use crate::provider::Provider;
use crate::scheme::{Algorithm, Encoding, FieldLocation, Scheme, SignedPart, TimestampUnit};
use crate::secret::{Secret, SecretEncoding, SecretError};
use crate::verify::{Key, Message, encode};

/// Signs deliveries as a provider does, for tests.
///
/// ```
/// use webhook_runtime::testing::Signer;
/// use webhook_runtime::{Secret, Timestamp};
///
/// let signer = Signer::new(&Secret::new("whsec_c2VjcmV0Cg=="))?
///     .id("msg_1")
///     .at(Timestamp::from_second(1_767_323_045));
/// let delivery = signer.sign(r#"{"type":"batch.failed","data":{"id":"batch_1"}}"#);
/// assert_eq!(delivery.headers["webhook-id"], "msg_1");
/// # Ok::<(), webhook_runtime::secret::SecretError>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    format: Format,
    sign: Sign,
    id: String,
    timestamp: Timestamp,
    url: String,
    event_type: Option<String>,
}

/// Function that signs a message.
type Sign = Arc<dyn Fn(&Message<'_>) -> Vec<u8> + Send + Sync>;

/// Format of the signature headers.
#[derive(Clone, Copy)]
enum Format {
    StandardWebhooks { version: &'static str },
    Scheme(Scheme),
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer")
            .field("id", &self.id)
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}

impl Default for Signer {
    /// Creates a signer of Standard Webhooks with [`TEST_SECRET`], which a [`Driver`](super::Driver) accepts.
    #[expect(clippy::expect_used, reason = "the constant is valid")]
    fn default() -> Self {
        Self::new(&Secret::new(TEST_SECRET)).expect("the test secret is valid")
    }
}

impl Signer {
    /// Creates a signer of Standard Webhooks. A secret without `whsec_` is base64.
    ///
    /// # Errors
    /// If the secret is malformed.
    pub fn new(secret: &Secret) -> Result<Self, SecretError> {
        Self::standard(secret, SecretEncoding::Base64)
    }

    /// Creates a signer with the scheme and the secret encoding of a provider.
    ///
    /// # Errors
    /// If the secret is malformed, or is a public key.
    pub fn of<P: Provider>(secret: &Secret) -> Result<Self, SecretError> {
        match &P::PROFILE.signing {
            Signing::StandardWebhooks(encoding) => Self::standard(secret, *encoding),
            Signing::Scheme(scheme) => Self::from_scheme(scheme, secret),
        }
    }

    /// Creates a signer for [`Verifier::from_scheme`](crate::Verifier::from_scheme).
    ///
    /// ```
    /// use webhook_runtime::testing::Signer;
    /// use webhook_runtime::{Scheme, Secret};
    ///
    /// let signer = Signer::from_scheme(&Scheme::STRIPE, &Secret::new("whsec_test"))?;
    /// let delivery = signer.sign(r#"{"id":"evt_1","type":"charge.failed"}"#);
    /// assert!(delivery.headers.contains_key("stripe-signature"));
    /// # Ok::<(), webhook_runtime::secret::SecretError>(())
    /// ```
    ///
    /// # Errors
    /// If the secret is malformed, or is a public key.
    pub fn from_scheme(scheme: &Scheme, secret: &Secret) -> Result<Self, SecretError> {
        let sign: Sign = match scheme.algorithm {
            #[cfg(feature = "ed25519")]
            Algorithm::Ed25519 => return Err(SecretError::PublicKey),
            #[cfg(not(feature = "ed25519"))]
            Algorithm::Ed25519 => return Err(SecretError::NeedsFeature { feature: "ed25519" }),
            Algorithm::Token => {
                let token = secret.to_scheme_key(scheme.secret_encoding)?;
                Arc::new(move |_| token.clone())
            }
            algorithm => {
                let key = Key::new(algorithm, scheme.secret_encoding, secret)?;
                Arc::new(move |message| key.sign(message).unwrap_or_default())
            }
        };
        Ok(Self::with(Format::Scheme(*scheme), sign))
    }

    fn standard(secret: &Secret, encoding: SecretEncoding) -> Result<Self, SecretError> {
        let secret = Secret::from_bytes(secret.to_key(encoding)?);
        let key = Key::new(Algorithm::HmacSha256, SecretEncoding::Text, &secret)?;
        Ok(Self::with(
            Format::StandardWebhooks { version: "v1" },
            Arc::new(move |message| key.sign(message).unwrap_or_default()),
        ))
    }

    /// Creates a signer of a provider's deliveries with a private key of ed25519.
    #[cfg(feature = "ed25519")]
    #[must_use]
    pub fn of_key_pair<P: Provider>(pair: &KeyPair) -> Self {
        let format = match P::PROFILE.signing {
            Signing::StandardWebhooks(_) => Format::StandardWebhooks { version: "v1a" },
            Signing::Scheme(scheme) => Format::Scheme(scheme),
        };
        let pair = pair.clone();
        Self::with(format, Arc::new(move |message| pair.sign(message)))
    }

    fn with(format: Format, sign: Sign) -> Self {
        Self {
            format,
            sign,
            id: "msg_test".to_owned(),
            timestamp: TEST_TIME,
            url: TEST_URL.to_owned(),
            event_type: None,
        }
    }

    /// Sets the delivery id. Default: `msg_test`. It has no effect if the scheme's id is in the body.
    #[must_use]
    pub fn id(mut self, id: &str) -> Self {
        id.clone_into(&mut self.id);
        self
    }

    /// Sets the time of signing. Default: [`TEST_TIME`].
    #[must_use]
    pub const fn at(mut self, timestamp: Timestamp) -> Self {
        self.timestamp = timestamp;
        self
    }

    /// Sets the URL of the endpoint, which only some schemes sign. Default: [`TEST_URL`].
    #[must_use]
    pub fn url(mut self, url: &str) -> Self {
        url.clone_into(&mut self.url);
        self
    }

    /// Sets the event type, for providers that send it in a header.
    #[must_use]
    pub fn event_type(mut self, event_type: &str) -> Self {
        self.event_type = Some(event_type.to_owned());
        self
    }

    /// Signs a body.
    ///
    /// # Panics
    /// If the id, the event type or the token is not a valid header value.
    #[must_use]
    pub fn sign(&self, body: impl Into<Bytes>) -> SignedDelivery {
        let body = body.into();
        let headers = match &self.format {
            Format::StandardWebhooks { version } => self.sign_standard(version, &body),
            Format::Scheme(scheme) => self.sign_by_scheme(scheme, &body),
        };
        SignedDelivery { headers, body }
    }

    fn sign_standard(&self, version: &str, body: &[u8]) -> HeaderMap {
        const DOT: SignedPart = SignedPart::Text(".");
        let seconds = self.timestamp.as_second().to_string();
        let parts = &[SignedPart::Id, DOT, SignedPart::Time, DOT, SignedPart::Body];
        let signature = (self.sign)(&self.message(parts, &seconds, body));
        let signature = encode(Encoding::Base64, &signature);
        let mut headers = HeaderMap::new();
        set(&mut headers, "webhook-id", &self.id);
        set(&mut headers, "webhook-timestamp", &seconds);
        let item = format!("{version},{signature}");
        set(&mut headers, "webhook-signature", &item);
        headers
    }

    fn sign_by_scheme(&self, scheme: &Scheme, body: &[u8]) -> HeaderMap {
        let seconds = self.timestamp.as_second();
        let timestamp = match scheme.timestamp {
            Some((_, TimestampUnit::Milliseconds)) => (seconds * 1000).to_string(),
            _ => seconds.to_string(),
        };
        let mut headers = HeaderMap::new();
        let mut items = Vec::new();
        let tagged = |tag: &str, value: &str| match scheme.tag {
            Some((_, separator)) => format!("{tag}{separator}{value}"),
            None => value.to_owned(),
        };
        let timestamp_location = scheme.timestamp.map(|(location, _)| location);
        let event_type = self.event_type.as_deref();
        for (location, value) in [
            (timestamp_location, Some(timestamp.as_str())),
            (scheme.id, Some(self.id.as_str())),
            (scheme.event_type, event_type),
        ] {
            match (location, value) {
                (Some(FieldLocation::Header(name)), Some(value)) => set(&mut headers, name, value),
                (Some(FieldLocation::Item(tag)), Some(value)) => items.push(tagged(tag, value)),
                _ => {}
            }
        }
        let signature = (self.sign)(&self.message(scheme.parts, &timestamp, body));
        let signature = match scheme.algorithm {
            Algorithm::Token => String::from_utf8_lossy(&signature).into_owned(),
            _ => encode(scheme.encoding, &signature),
        };
        let tag = scheme.tag.map_or("", |(tag, _)| tag);
        items.push(tagged(tag, &signature));
        let separator = scheme.item_separator.map(String::from).unwrap_or_default();
        let value = format!("{}{}", scheme.prefix, items.join(&separator));
        set(&mut headers, scheme.header, &value);
        headers
    }

    fn message<'m>(
        &'m self,
        parts: &'static [SignedPart],
        timestamp: &'m str,
        body: &'m [u8],
    ) -> Message<'m> {
        Message {
            parts,
            id: &self.id,
            timestamp: timestamp.as_bytes(),
            url: &self.url,
            body,
        }
    }
}

#[expect(clippy::expect_used, reason = "only tests call it")]
fn set(headers: &mut HeaderMap, name: &'static str, text: &str) {
    let value = HeaderValue::from_str(text).expect("the text is a valid header value");
    headers.insert(HeaderName::from_static(name), value);
}

/// Signed delivery as the provider sends it. A test may change its fields, to check that it is rejected.
#[derive(Clone)]
#[non_exhaustive]
pub struct SignedDelivery {
    /// Headers of the provider's scheme, for example `webhook-id`, `webhook-timestamp` and `webhook-signature`.
    pub headers: HeaderMap,
    /// Body of the delivery.
    pub body: Bytes,
}

impl std::fmt::Debug for SignedDelivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedDelivery")
            .field("id", &self.headers.get("webhook-id"))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

impl SignedDelivery {
    /// Converts the delivery into a POST request.
    #[must_use]
    pub fn into_request(self) -> Request<Full<Bytes>> {
        let mut request = Request::post("/")
            .body(Full::new(self.body))
            .unwrap_or_default();
        *request.headers_mut() = self.headers;
        request
    }
}
