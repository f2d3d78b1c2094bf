//! The JSON around the payload: finding the event type without parsing, and reaching the payload in one pass.
//!
//! [`Front`] reads what stands in front of the payload, as providers write it, and [`scan`] whatever else a body may be:
//! both stop at the event type, so an event that nobody handles costs no parse. [`decode`](fn@decode) goes on from the
//! front, or walks the body from its beginning; it hands the payload to its own type, and refuses what one parser could
//! read one way and another parser another way: a second event type, however it is spelled.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

pub(crate) use self::front::Front;
pub(crate) use self::walk::EnvelopeError;
use self::walk::{Walk, behind};
use self::watch::Watch;
use crate::payload::{DateTime, Decode};

mod front;
pub(crate) mod scan;
mod walk;
mod watch;

/// What is said of a repeated key.
pub(crate) const REPEATED: &str = "a key on the way to the event type or the payload is repeated";
/// What is said if two readings of a body differ.
pub(crate) const OTHER_TYPE: &str = "the event type is not the one that was dispatched by";

/// A place in a JSON document: the keys on the way from the root.
pub(crate) type Path = &'static [&'static str];

/// Where things stand in a body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) event_type: Path,
    pub(crate) payload: Path,
    pub(crate) created_at: Path,
}

/// Decodes a body whose event type is known already. When the event happened, if the body says so.
#[inline]
pub(crate) fn decode<'de, T: Decode<'de>>(
    body: &'de str,
    layout: &'static Layout,
    event_type: &str,
    front: Option<&Front>,
    created_at: &mut Option<DateTime>,
) -> Result<T, EnvelopeError> {
    let mut walk = Walk::new(body, layout, event_type);
    let at = match front {
        Some(front) => Some(walk.skip_front(front)),
        None => walk.reach_payload()?,
    };
    let Some(at) = at else {
        let key = layout.payload.last().copied().unwrap_or_default();
        return Err(EnvelopeError {
            problem: serde_json::Error::missing_field(key),
            from: body.len(),
        });
    };
    let mut json = walk.json(at);
    let payload = T::decode(
        event_type,
        Watch::new(&mut json, layout.event_type_in_payload()),
    );
    // It is moved when all else is read: what has just been written is slow to move.
    if payload.is_ok() {
        walk.finish(behind(at, json))?;
    }
    *created_at = walk.created_at;
    payload.map_err(|problem| EnvelopeError { problem, from: at })
}

/// Reads a body whole, as [`decode`] does. The payload may be missing.
pub(crate) fn check(
    body: &str,
    layout: &'static Layout,
    event_type: &str,
) -> Result<(), EnvelopeError> {
    let mut walk = Walk::new(body, layout, event_type);
    let Some(at) = walk.reach_payload()? else {
        return Ok(());
    };
    let mut json = walk.json(at);
    match Watch::new(&mut json, layout.event_type_in_payload()).deserialize_any(IgnoredAny) {
        Ok(_) => walk.finish(behind(at, json)),
        Err(problem) => Err(EnvelopeError { problem, from: at }),
    }
}

/// The event type again, now that all of the body is read: it must be what the scan saw.
struct EventTypeSeed<'a> {
    event_type: &'a str,
}

impl<'de> DeserializeSeed<'de> for EventTypeSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for EventTypeSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event type")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if text == self.event_type {
            Ok(())
        } else {
            Err(E::custom(OTHER_TYPE))
        }
    }
}

/// A time if it is one; anything else is none, never an error.
struct Lenient(Option<DateTime>);

impl<'de> serde::Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Lenient;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }

            fn visit_str<E>(self, text: &str) -> Result<Lenient, E> {
                Ok(Lenient(Some(DateTime::from_text(text))))
            }

            fn visit_i64<E>(self, second: i64) -> Result<Lenient, E> {
                Ok(Lenient(Some(DateTime::from_second(second))))
            }

            fn visit_u64<E>(self, second: u64) -> Result<Lenient, E> {
                Ok(Lenient(
                    i64::try_from(second).ok().map(DateTime::from_second),
                ))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Lenient, E> {
                Ok(Lenient(None))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Lenient, E> {
                Ok(Lenient(None))
            }

            fn visit_unit<E>(self) -> Result<Lenient, E> {
                Ok(Lenient(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Lenient, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Lenient(None))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Lenient, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Lenient(None))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// Deserializes the value at `path` below this one, skipping what stands beside the way.
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

struct Within<'a, T> {
    path: &'a [&'static str],
    value: std::marker::PhantomData<T>,
}

impl<'de, T: serde::Deserialize<'de>> DeserializeSeed<'de> for Within<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        if self.path.is_empty() {
            T::deserialize(Watch::new(deserializer, None))
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
            return Err(A::Error::custom("a path that ends is no object"));
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

/// Whether a key is this one.
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
