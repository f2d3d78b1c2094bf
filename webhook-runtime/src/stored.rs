//! A verified delivery that is kept or passed on, to be handled later.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::delivery::Timestamp;
use crate::store::DeliveryKey;
use crate::tenant::Tenant;

/// A verified delivery, as it is kept in an inbox or passed on to a queue: all that its handler needs.
///
/// **Whoever can write one is trusted**: it is not verified again. `Debug` shows neither the body nor the values of
/// headers.
///
/// ```
/// use webhook_runtime::inbox::StoredDelivery;
///
/// let text = br#"{"version":1,"key":"app/openai//msg_1","endpoint":"app","provider":"openai","tenant":"",
///     "delivery_id":"msg_1","event_type":"batch.failed","timestamp":1750287018,"is_timestamp_signed":true,
///     "headers":[["webhook-id","bXNnXzE="]],"body":"e30=","ordering_key":null}"#;
/// let delivery = StoredDelivery::from_bytes(text)?;
/// assert_eq!(delivery.headers["webhook-id"], "msg_1");
/// assert_eq!(StoredDelivery::from_bytes(&delivery.to_bytes())?.body, "{}");
/// # Ok::<(), webhook_runtime::inbox::StoredDeliveryError>(())
/// ```
#[derive(Clone)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct StoredDelivery {
    /// What it is known by.
    pub key: DeliveryKey,
    /// The name of the endpoint that took it.
    pub endpoint: String,
    /// The provider.
    pub provider: String,
    /// The tenant.
    pub tenant: Tenant,
    /// The sender's id of it; empty if the scheme has none.
    pub delivery_id: String,
    /// The type of its event.
    pub event_type: String,
    /// When it was signed; when it was received, if the scheme signs no time.
    pub timestamp: Timestamp,
    /// Whether that time is signed.
    pub is_timestamp_signed: bool,
    /// Its headers, without those that hold credentials or signatures.
    pub headers: HeaderMap,
    /// Its body, as it was signed.
    pub body: Bytes,
    /// What it is handled in order with: `#[on(…, ordered_by = "…")]`.
    pub ordering_key: Option<String>,
}

impl fmt::Debug for StoredDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredDelivery")
            .field("key", &self.key)
            .field("event_type", &self.event_type)
            .field("timestamp", &self.timestamp)
            .field("ordering_key", &self.ordering_key)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

impl StoredDelivery {
    /// A text (JSON) for a message of a queue. Later versions of this crate read it, too.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let headers = self.headers.iter();
        let written = Written {
            version: VERSION,
            key: self.key.as_str().into(),
            endpoint: self.endpoint.as_str().into(),
            provider: self.provider.as_str().into(),
            tenant: self.tenant.as_str().into(),
            delivery_id: self.delivery_id.as_str().into(),
            event_type: self.event_type.as_str().into(),
            timestamp: self.timestamp.as_second(),
            is_timestamp_signed: self.is_timestamp_signed,
            headers: headers
                .map(|(name, value)| (name.as_str().into(), STANDARD.encode(value)))
                .collect(),
            body: STANDARD.encode(&self.body),
            ordering_key: self.ordering_key.as_deref().map(Into::into),
        };
        // Texts and numbers can always be written.
        serde_json::to_vec(&written).unwrap_or_default()
    }

    /// What [`to_bytes`](Self::to_bytes) has written.
    ///
    /// # Errors
    /// If it has not.
    pub fn from_bytes(text: &[u8]) -> Result<Self, StoredDeliveryError> {
        let Version { version } = serde_json::from_slice(text)?;
        if version != VERSION {
            return Err(StoredDeliveryError::Version(version));
        }
        let written: Written<'_> = serde_json::from_slice(text)?;
        let mut headers = HeaderMap::with_capacity(written.headers.len());
        for (name, value) in &written.headers {
            let value = STANDARD.decode(value).ok();
            let value =
                value.and_then(|value| HeaderValue::from_maybe_shared(Bytes::from(value)).ok());
            let name = HeaderName::from_bytes(name.as_bytes()).ok();
            let (Some(name), Some(value)) = (name, value) else {
                return Err(StoredDeliveryError::Malformed("headers"));
            };
            headers.append(name, value);
        }
        let Ok(body) = STANDARD.decode(&written.body) else {
            return Err(StoredDeliveryError::Malformed("body"));
        };
        Ok(Self {
            key: DeliveryKey::new(written.key),
            endpoint: written.endpoint.into(),
            provider: written.provider.into(),
            tenant: Tenant::new(&written.tenant),
            delivery_id: written.delivery_id.into(),
            event_type: written.event_type.into(),
            timestamp: Timestamp::from_second(written.timestamp),
            is_timestamp_signed: written.is_timestamp_signed,
            headers,
            body: body.into(),
            ordering_key: written.ordering_key.map(Into::into),
        })
    }
}

/// The version of what is written.
const VERSION: u32 = 1;

#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct Written<'w> {
    version: u32,
    key: Box<str>,
    #[serde(borrow)]
    endpoint: Cow<'w, str>,
    provider: Cow<'w, str>,
    tenant: Cow<'w, str>,
    delivery_id: Cow<'w, str>,
    event_type: Cow<'w, str>,
    timestamp: i64,
    is_timestamp_signed: bool,
    /// Values in base64: they are bytes.
    headers: Vec<(Box<str>, String)>,
    /// In base64.
    body: String,
    ordering_key: Option<Box<str>>,
}

/// Why a text is no [`StoredDelivery`]. Holds nothing of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoredDeliveryError {
    /// It is no JSON, or misses something.
    #[error("this is no stored delivery")]
    Json(#[from] serde_json::Error),
    /// It was written by a later version of this crate.
    #[error(
        "this stored delivery is of version {0}, which a later version of webhook-runtime has written; the latest known here is 1"
    )]
    Version(u32),
    /// One of its parts cannot be read.
    #[error("the {0} of this stored delivery cannot be read")]
    Malformed(&'static str),
}
