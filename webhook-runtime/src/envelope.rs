//! Envelope: the JSON around the payload. Used by [`event`](crate::event), by the locations in a provider's [`Layout`].
//!
//! The event type is found first, without parsing the body, so an unhandled event costs no parse. [`Prefix`] reads the
//! bytes before the payload if they are spelled as providers spell them; [`json`](crate::json) searches any other body.
//!
//! [`decode`](fn@decode) then reads the body completely, in one pass, and passes the payload to its own type. It
//! continues after the prefix, or starts at the first byte. It rejects bodies that two parsers could read differently:
//! a second event type, however it is spelled. If the event type is in the payload (Anthropic),
//! [`DuplicateKeyGuard`] counts the keys that the payload's own type reads.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

pub(crate) use self::duplicate_key::DuplicateKeyGuard;
pub(crate) use self::event_type::OTHER_TYPE;
pub(crate) use self::prefix::Prefix;
pub(crate) use self::reader::{EnvelopeError, Json, REPEATED};
use self::reader::{EnvelopeReader, end_of};
use crate::delivery::DateTime;
use crate::profile::Layout;

mod created_at;
mod duplicate_key;
mod event_type;
mod prefix;
mod reader;

/// Decodes a body whose event type is known. `decode_payload` decodes the payload into its own type.
///
/// Writes the time of the event into `created_at`, if the body has one.
#[inline]
pub(crate) fn decode<'de, T>(
    body: &'de str,
    layout: &'static Layout,
    event_type: &str,
    prefix: Option<&Prefix>,
    created_at: &mut Option<DateTime>,
    decode_payload: impl FnOnce(DuplicateKeyGuard<&mut Json<'de>>) -> Result<T, serde_json::Error>,
) -> Result<T, EnvelopeError> {
    let mut reader = EnvelopeReader::new(body, layout, event_type);
    let at = match prefix {
        Some(prefix) => Some(reader.skip_prefix(prefix)),
        None => reader.reach_payload()?,
    };
    let Some(at) = at else {
        let key = layout.payload.last().copied().unwrap_or_default();
        return Err(EnvelopeError {
            problem: serde_json::Error::missing_field(key),
            from: body.len(),
        });
    };
    let mut json = reader.json(at);
    let payload = decode_payload(DuplicateKeyGuard::new(
        &mut json,
        layout.event_type_in_payload(),
    ));
    // The payload is moved after the rest is read, because memory that was just written is slow to move.
    if payload.is_ok() {
        reader.finish(end_of(at, json))?;
    }
    *created_at = reader.created_at;
    payload.map_err(|problem| EnvelopeError { problem, from: at })
}

/// Checks a complete body, as [`decode`](fn@decode) does. The payload may be missing.
pub(crate) fn check(
    body: &str,
    layout: &'static Layout,
    event_type: &str,
) -> Result<(), EnvelopeError> {
    let mut reader = EnvelopeReader::new(body, layout, event_type);
    let Some(at) = reader.reach_payload()? else {
        return Ok(());
    };
    let mut json = reader.json(at);
    let guard = DuplicateKeyGuard::new(&mut json, layout.event_type_in_payload());
    match guard.deserialize_any(IgnoredAny) {
        Ok(_) => reader.finish(end_of(at, json)),
        Err(problem) => Err(EnvelopeError { problem, from: at }),
    }
}

/// Deserializes the value at `path` within this one, and skips all others. A repeated key of the path is an error.
pub(crate) fn within<'de, T, D>(path: &[&'static str], deserializer: D) -> Result<T, D::Error>
where
    T: serde::Deserialize<'de>,
    D: Deserializer<'de>,
{
    Within {
        path,
        value: std::marker::PhantomData,
    }
    .deserialize(deserializer)
}

/// Seed and visitor of [`within`].
struct Within<'a, T> {
    path: &'a [&'static str],
    value: std::marker::PhantomData<T>,
}

impl<'de, T: serde::Deserialize<'de>> DeserializeSeed<'de> for Within<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        if self.path.is_empty() {
            T::deserialize(DuplicateKeyGuard::new(deserializer, None))
        } else {
            deserializer.deserialize_map(self)
        }
    }
}

impl<'de, T: serde::Deserialize<'de>> Visitor<'de> for Within<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.first() {
            Some(key) => write!(f, "an object with `{key}`"),
            None => f.write_str("a value"),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let Some((&key, rest)) = self.path.split_first() else {
            // Unreachable: an empty path is decoded without this visitor.
            return Err(A::Error::custom("empty path"));
        };
        let mut found = None;
        while let Some(is_next) = map.next_key_seed(IsKey(key))? {
            if !is_next {
                map.next_value::<IgnoredAny>()?;
            } else if found.is_some() {
                return Err(A::Error::duplicate_field(key));
            } else {
                found = Some(map.next_value_seed(Within {
                    path: rest,
                    value: self.value,
                })?);
            }
        }
        found.ok_or_else(|| A::Error::missing_field(key))
    }
}

/// Seed that returns whether a key is this one.
struct IsKey(&'static str);

impl<'de> DeserializeSeed<'de> for IsKey {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for IsKey {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}
