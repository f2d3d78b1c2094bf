//! Signing as a provider does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use http_body_util::Full;
use sha2::Sha256;

use super::{TEST_SECRET, TEST_TIME};
use crate::delivery::Timestamp;
use crate::provider::Provider;
use crate::secret::{BareSecret, Secret, SecretError};

/// Signs deliveries by Standard Webhooks.
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
/// # Ok::<(), webhook_runtime::SecretError>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    key: Hmac<Sha256>,
    id: String,
    timestamp: Timestamp,
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
    /// A signer that a [`Driver`](super::Driver) believes.
    #[expect(clippy::expect_used, reason = "a constant that is right")]
    fn default() -> Self {
        Self::new(&Secret::new(TEST_SECRET)).expect("the secret of the tests is a good one")
    }
}

impl Signer {
    /// A signer whose bare secret (without `whsec_`) is base64.
    ///
    /// # Errors
    /// If the secret cannot be right.
    pub fn new(secret: &Secret) -> Result<Self, SecretError> {
        Self::with_bare(secret, BareSecret::Base64)
    }

    /// A signer that reads the secret as this provider does.
    ///
    /// # Errors
    /// If the secret cannot be right.
    pub fn of<P: Provider>(secret: &Secret) -> Result<Self, SecretError> {
        Self::with_bare(secret, P::PROFILE.bare_secret)
    }

    fn with_bare(secret: &Secret, bare: BareSecret) -> Result<Self, SecretError> {
        let key = secret.to_key(bare)?;
        let key = Hmac::new_from_slice(&key).map_err(|_| SecretError::Empty)?;
        Ok(Self {
            key,
            id: "msg_test".to_owned(),
            timestamp: TEST_TIME,
        })
    }

    /// The delivery id; `msg_test` otherwise.
    #[must_use]
    pub fn id(mut self, id: &str) -> Self {
        id.clone_into(&mut self.id);
        self
    }

    /// The time of signing; [`TEST_TIME`] otherwise.
    #[must_use]
    pub const fn at(mut self, timestamp: Timestamp) -> Self {
        self.timestamp = timestamp;
        self
    }

    /// A delivery of this body.
    ///
    /// # Panics
    /// If the id cannot stand in a header.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a kit for tests")]
    pub fn sign(&self, body: impl Into<Bytes>) -> SignedDelivery {
        let body = body.into();
        let seconds = self.timestamp.as_second();
        let mut mac = self.key.clone();
        mac.update(format!("{}.{seconds}.", self.id).as_bytes());
        mac.update(&body);
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let mut headers = HeaderMap::new();
        let mut set = |name, text: &str| {
            let value = HeaderValue::from_str(text).expect("the id can stand in a header");
            headers.insert(HeaderName::from_static(name), value);
        };
        set("webhook-id", &self.id);
        set("webhook-timestamp", &seconds.to_string());
        set("webhook-signature", &signature);
        SignedDelivery { headers, body }
    }
}

/// A delivery as it goes over the wire. Its fields may be changed, to see it refused.
#[derive(Clone)]
#[non_exhaustive]
pub struct SignedDelivery {
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature`.
    pub headers: HeaderMap,
    /// The body.
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
    /// The delivery as a POST request.
    #[must_use]
    pub fn into_request(self) -> Request<Full<Bytes>> {
        let mut request = Request::post("/")
            .body(Full::new(self.body))
            .unwrap_or_default();
        *request.headers_mut() = self.headers;
        request
    }
}
