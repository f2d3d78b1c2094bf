//! A time as the provider wrote it.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::short_text::ShortText;

/// A time, kept as the provider wrote it: RFC 3339 text, or whole seconds since the Unix epoch.
///
/// Nothing is parsed until it is asked for, so an odd time never fails a delivery, and the text comes back to the
/// last digit. Two times are equal if they are written alike.
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
    /// A time by its RFC 3339 text.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(Repr::Text(ShortText::new(text)))
    }

    /// The time by its text, in a place for one. See [`ShortText::set`].
    pub(crate) fn put(place: &mut Option<Self>, text: &str) {
        let time = place.insert(Self(Repr::Text(ShortText::EMPTY)));
        if let Repr::Text(time) = &mut time.0 {
            time.set(text);
        }
    }

    /// A time by its seconds since the Unix epoch.
    #[must_use]
    pub const fn from_second(second: i64) -> Self {
        Self(Repr::Second(second))
    }

    /// The instant.
    ///
    /// # Errors
    /// If the provider wrote something that is no time.
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
                f.write_str("a time as text, or in whole seconds")
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
                    .map_err(|_| E::custom("more seconds than a time can have"))
            }
        }

        deserializer.deserialize_any(TextOrSecond)
    }
}
