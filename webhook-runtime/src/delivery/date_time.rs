//! Time as the provider wrote it.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::ShortText;

/// Time as the provider wrote it: RFC 3339 text, or whole seconds since the Unix epoch.
///
/// Decoding does not parse the text, so a malformed time never fails a delivery and every digit is kept. Two times
/// are equal if they are spelled the same.
///
/// ```
/// use webhook_runtime::payload::DateTime;
///
/// let time = DateTime::from_text("2026-03-04T10:00:00.000Z");
/// assert_eq!(time.to_string(), "2026-03-04T10:00:00.000Z");
/// # #[cfg(feature = "jiff")]
/// assert_eq!(time.timestamp().unwrap().as_second(), 1_772_618_400);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DateTime(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Text(ShortText),
    Second(i64),
}

impl DateTime {
    /// Creates a time from its RFC 3339 text, without parsing it.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(Repr::Text(ShortText::new(text)))
    }

    /// Writes a time into `slot` in place. See [`ShortText::set`].
    pub(crate) fn write_into(slot: &mut Option<Self>, text: &str) {
        let time = slot.insert(Self(Repr::Text(ShortText::EMPTY)));
        if let Repr::Text(time) = &mut time.0 {
            time.set(text);
        }
    }

    /// Creates a time from seconds since the Unix epoch.
    #[must_use]
    pub const fn from_second(second: i64) -> Self {
        Self(Repr::Second(second))
    }

    /// Parses the time.
    ///
    /// # Errors
    /// If the provider's text is not an RFC 3339 time, or the seconds are out of range.
    #[cfg(feature = "jiff")]
    pub fn timestamp(&self) -> Result<jiff::Timestamp, jiff::Error> {
        match &self.0 {
            Repr::Text(text) => text.as_str().parse(),
            Repr::Second(second) => jiff::Timestamp::from_second(*second),
        }
    }
}

impl From<&str> for DateTime {
    fn from(text: &str) -> Self {
        Self::from_text(text)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Text(text) => f.write_str(text.as_str()),
            Repr::Second(second) => second.fmt(f),
        }
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateTime({self})")
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Repr::Text(text) => serializer.serialize_str(text.as_str()),
            Repr::Second(second) => serializer.serialize_i64(*second),
        }
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrSecond;

        impl Visitor<'_> for TextOrSecond {
            type Value = DateTime;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time as text or in whole seconds")
            }

            fn visit_str<E>(self, text: &str) -> Result<DateTime, E> {
                Ok(DateTime::from_text(text))
            }

            fn visit_i64<E>(self, second: i64) -> Result<DateTime, E> {
                Ok(DateTime::from_second(second))
            }

            fn visit_u64<E: serde::de::Error>(self, second: u64) -> Result<DateTime, E> {
                i64::try_from(second)
                    .map(DateTime::from_second)
                    .map_err(|_| E::custom("time out of range: more seconds than fit in 64 bits"))
            }
        }

        deserializer.deserialize_any(TextOrSecond)
    }
}
