//! [`StoredDelivery`]: a verified delivery in an inbox or in a message of a queue.

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

/// Verified delivery as an inbox stores it or a queue transports it: everything that its handler needs.
///
/// **It is not verified again: every process that can write one is trusted.** `Debug` shows neither the body nor header
/// values.
///
/// [`to_bytes`](Self::to_bytes) and [`from_bytes`](Self::from_bytes) convert it to and from a message of a queue. An
/// inbox that stores the fields in columns builds it with [`new`](Self::new) and assigns every field.
///
/// ```
/// use webhook_runtime::inbox::StoredDelivery;
/// use webhook_runtime::store::DeliveryKey;
///
/// let mut delivery = StoredDelivery::new(DeliveryKey::new("app/openai//msg_1"));
/// delivery.endpoint = "app".to_owned();
/// delivery.event_type = "batch.failed".to_owned();
/// delivery.body = "{}".into();
///
/// let message = delivery.to_bytes();
/// assert_eq!(StoredDelivery::from_bytes(&message)?.body, "{}");
/// # Ok::<(), webhook_runtime::inbox::StoredDeliveryError>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct StoredDelivery {
    /// Identifies the delivery: duplicates have the same key.
    pub key: DeliveryKey,
    /// Name of the endpoint that received it.
    pub endpoint: String,
    /// Name of the provider.
    pub provider: String,
    /// Tenant whose secret verified it; empty without tenants.
    pub tenant: Tenant,
    /// Sender's id of the delivery; empty if the scheme has none.
    pub delivery_id: String,
    /// Event type.
    pub event_type: String,
    /// Time at which it was signed; time of receipt if the scheme signs none.
    pub timestamp: Timestamp,
    /// Whether `timestamp` was signed by the sender.
    pub is_timestamp_signed: bool,
    /// Headers, without those that contain credentials or signatures.
    pub headers: HeaderMap,
    /// The body, byte for byte as it was signed.
    pub body: Bytes,
    /// Ordering key, from `#[on(…, ordered_by = "…")]`; deliveries of one endpoint with one key are handled in order.
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
    /// Creates a delivery that has a key only: texts, headers and body are empty, the time is the Unix epoch and not
    /// signed, and there is no ordering key.
    #[must_use]
    pub fn new(key: DeliveryKey) -> Self {
        Self {
            key,
            endpoint: String::new(),
            provider: String::new(),
            tenant: Tenant::new(""),
            delivery_id: String::new(),
            event_type: String::new(),
            timestamp: Timestamp::from_second(0),
            is_timestamp_signed: false,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            ordering_key: None,
        }
    }

    /// Serializes the delivery as JSON, for a message of a queue. Later versions of this crate can read it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let headers = self.headers.iter();
        let message = Message {
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
        // Texts and numbers always serialize.
        serde_json::to_vec(&message).unwrap_or_default()
    }

    /// Reads a delivery that [`to_bytes`](Self::to_bytes) serialized.
    ///
    /// # Errors
    /// If the bytes are not a serialized delivery, or were written by a later version of this crate.
    pub fn from_bytes(text: &[u8]) -> Result<Self, StoredDeliveryError> {
        let Version { version } =
            serde_json::from_slice(text).map_err(|error| StoredDeliveryError::json(&error))?;
        if version != VERSION {
            return Err(StoredDeliveryError::Version(version));
        }
        let message: Message<'_> =
            serde_json::from_slice(text).map_err(|error| StoredDeliveryError::json(&error))?;
        let mut headers = HeaderMap::with_capacity(message.headers.len());
        for (name, value) in &message.headers {
            let value = STANDARD.decode(value).ok();
            let value =
                value.and_then(|value| HeaderValue::from_maybe_shared(Bytes::from(value)).ok());
            let name = HeaderName::from_bytes(name.as_bytes()).ok();
            let (Some(name), Some(value)) = (name, value) else {
                return Err(StoredDeliveryError::Malformed("headers"));
            };
            headers.append(name, value);
        }
        let Ok(body) = STANDARD.decode(&message.body) else {
            return Err(StoredDeliveryError::Malformed("body"));
        };
        Ok(Self {
            key: DeliveryKey::new(message.key),
            endpoint: message.endpoint.into(),
            provider: message.provider.into(),
            tenant: Tenant::new(&message.tenant),
            delivery_id: message.delivery_id.into(),
            event_type: message.event_type.into(),
            timestamp: Timestamp::from_second(message.timestamp),
            is_timestamp_signed: message.is_timestamp_signed,
            headers,
            body: body.into(),
            ordering_key: message.ordering_key.map(Into::into),
        })
    }
}

/// Version of the serialized form.
const VERSION: u32 = 1;

/// Version of a message. Read first, because the other fields may differ between versions.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// Serialized form.
#[derive(Serialize, Deserialize)]
struct Message<'w> {
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
    /// Names, and values in base64: a value may be any bytes.
    headers: Vec<(Box<str>, String)>,
    /// In base64.
    body: String,
    ordering_key: Option<Box<str>>,
}

/// Reason why bytes are not a [`StoredDelivery`]. Contains no value from them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoredDeliveryError {
    /// The bytes are not JSON, or a field is missing or has another type.
    #[error(
        "not a stored delivery: invalid JSON or a wrong field at line {line}, column {column}; write messages with `StoredDelivery::to_bytes`"
    )]
    Json {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
    },
    /// The delivery was written by a later version of this crate.
    #[error(
        "stored delivery has format version {0}, and this version of webhook-runtime reads version 1: upgrade this process to the version that wrote it"
    )]
    Version(u32),
    /// A field cannot be decoded.
    #[error(
        "the {0} of a stored delivery cannot be decoded: expected base64; write messages with `StoredDelivery::to_bytes`"
    )]
    Malformed(&'static str),
}

impl StoredDeliveryError {
    /// Keeps the position only, because messages of `serde_json` quote values.
    fn json(error: &serde_json::Error) -> Self {
        Self::Json {
            line: error.line(),
            column: error.column(),
        }
    }
}
