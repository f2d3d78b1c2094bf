//! What arrives: the headers and the raw bytes of one delivery, and the facts that its headers carry.
//!
//! The first stage of the pipeline; [`verify`](crate::verify) is the next.

use std::fmt;
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, HeaderName};

use crate::short_text::ShortText;

/// Where a verifier looks headers up: an [`http::HeaderMap`], or name and value pairs of a captured delivery.
///
/// Names are compared without regard to case. Values are bytes, since that is what is signed.
pub trait HeaderSource {
    /// All values of one header, in the order in which they came.
    fn values<'a>(&'a self, name: &HeaderName) -> impl Iterator<Item = &'a [u8]>;
}

impl HeaderSource for HeaderMap {
    fn values<'a>(&'a self, name: &HeaderName) -> impl Iterator<Item = &'a [u8]> {
        self.get_all(name).iter().map(http::HeaderValue::as_bytes)
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> HeaderSource for [(N, V)] {
    fn values<'a>(&'a self, name: &HeaderName) -> impl Iterator<Item = &'a [u8]> {
        self.iter()
            .filter(move |(other, _)| other.as_ref().eq_ignore_ascii_case(name.as_str()))
            .map(|(_, value)| value.as_ref())
    }
}

/// The sender's id of a delivery (`webhook-id`): the same on every retry of it, so the key for idempotency.
///
/// Empty where the provider's scheme has none. Where the scheme does not sign it (GitHub, Shopify), anybody who has
/// seen a delivery can send it again under another id.
///
/// ```
/// use webhook_runtime::DeliveryId;
///
/// let id = DeliveryId::new("msg_2u4Kq");
/// assert_eq!(id.as_str(), "msg_2u4Kq");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DeliveryId(pub(crate) ShortText);

impl DeliveryId {
    pub(crate) const NONE: Self = Self(ShortText::EMPTY);

    /// An id by its text.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(ShortText::new(id))
    }

    /// The id as the header spelled it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DeliveryId").field(&self.0).finish()
    }
}

/// The time that a delivery was signed with (`webhook-timestamp`), in whole seconds since the Unix epoch; the time
/// at which it came in where the provider's scheme signs none (GitHub, Shopify).
///
/// When the event itself happened is [`Event::created_at`](crate::Event::created_at).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// A time by its seconds since the Unix epoch.
    #[must_use]
    pub const fn from_second(second: i64) -> Self {
        Self(second)
    }

    /// Seconds since the Unix epoch.
    #[must_use]
    pub const fn as_second(self) -> i64 {
        self.0
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let second = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |second| -second)
            }
        };
        Self(second)
    }
}

/// Where the time comes from: the system, or a test.
///
/// ```
/// use webhook_runtime::{Clock, Timestamp};
///
/// struct Frozen(i64);
/// impl Clock for Frozen {
///     fn now(&self) -> Timestamp {
///         Timestamp::from_second(self.0)
///     }
/// }
/// assert_eq!(Frozen(5).now().as_second(), 5);
/// ```
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
#[allow(
    clippy::exhaustive_structs,
    reason = "a unit struct is made by its name"
)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }
}

/// All headers of a delivery, as an argument of a handler.
///
/// Only the scheme's own headers are signed; treat every other as written by anybody. `Debug` shows the names alone:
/// signatures and credentials stand in the values.
#[derive(Clone)]
pub struct Headers(pub(crate) HeaderMap);

impl std::ops::Deref for Headers {
    type Target = HeaderMap;

    fn deref(&self) -> &HeaderMap {
        &self.0
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl From<HeaderMap> for Headers {
    fn from(headers: HeaderMap) -> Self {
        Self(headers)
    }
}

/// The body of a delivery as it was signed, as an argument of a handler.
///
/// `Debug` shows its length alone: bodies carry customers' data, sometimes tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct RawBody(pub(crate) Bytes);

impl RawBody {
    /// The bytes, shared with the delivery.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl std::ops::Deref for RawBody {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Bytes> for RawBody {
    fn from(body: Bytes) -> Self {
        Self(body)
    }
}

impl fmt::Debug for RawBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawBody({} bytes)", self.0.len())
    }
}
