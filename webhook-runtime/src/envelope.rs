//! The JSON around the payload: finding the event type without parsing, and reaching the payload in one pass.
//!
//! [`scan`] stops at the event type, so an event that nobody handles costs no parse. [`decode`](fn@decode) reads
//! a body once, hands the payload to its own type, and refuses what one parser could read one way and another
//! parser another way: a second event type, however it is spelled.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use self::watch::Watch;
use crate::payload::{DateTime, Decode};

pub(crate) mod scan;
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

/// What one pass over a body gives.
pub(crate) struct Decoded<T> {
    pub(crate) payload: T,
    pub(crate) created_at: Option<DateTime>,
}

/// Decodes a body whose event type is known already.
pub(crate) fn decode<'de, T: Decode<'de>>(
    body: &'de str,
    layout: Layout,
    event_type: &str,
) -> Result<Decoded<T>, serde_json::Error> {
    let parts = read(body, layout, event_type)?;
    let Some(payload) = parts.payload else {
        let key = layout.payload.last().copied().unwrap_or_default();
        return Err(serde_json::Error::missing_field(key));
    };
    Ok(Decoded {
        payload,
        created_at: parts.created_at,
    })
}

/// Reads a body whole, as [`decode`] does. The payload may be missing.
pub(crate) fn read<'de, T: Decode<'de>>(
    body: &'de str,
    layout: Layout,
    event_type: &str,
) -> Result<Parts<T>, serde_json::Error> {
    let mut parts = Parts {
        payload: None,
        created_at: None,
    };
    let mut json = serde_json::Deserializer::from_str(body);
    if layout.payload.is_empty() {
        let key = match layout.event_type {
            [key] => Some(*key),
            _ => None,
        };
        parts.payload = Some(PayloadSeed::new(event_type, key).deserialize(&mut json)?);
    } else {
        let level = Level {
            layout,
            event_type,
            depth: 0,
            wanted: ALL,
            parts: &mut parts,
        };
        level.deserialize(&mut json)?;
    }
    json.end()?;
    Ok(parts)
}

/// What of a body was there.
pub(crate) struct Parts<T> {
    payload: Option<T>,
    created_at: Option<DateTime>,
}

/// A set of the things that are looked for, as bits.
type Wanted = u8;
const EVENT_TYPE: Wanted = 1;
const PAYLOAD: Wanted = 2;
const CREATED_AT: Wanted = 4;
const ALL: Wanted = EVENT_TYPE | PAYLOAD | CREATED_AT;

impl Layout {
    /// Which of `wanted` lie under `key` at this depth.
    fn under(&self, key: &str, depth: usize, wanted: Wanted) -> Wanted {
        let mut under = 0;
        for (path, bit) in self.paths() {
            if wanted & bit != 0 && path.get(depth) == Some(&key) {
                under |= bit;
            }
        }
        under
    }

    /// Which of `wanted` stand right here, as values of a key at this depth.
    fn ending(&self, depth: usize, wanted: Wanted) -> Wanted {
        let mut ending = 0;
        for (path, bit) in self.paths() {
            if wanted & bit != 0 && path.len() == depth + 1 {
                ending |= bit;
            }
        }
        ending
    }

    const fn paths(&self) -> [(Path, Wanted); 3] {
        [
            (self.event_type, EVENT_TYPE),
            (self.payload, PAYLOAD),
            (self.created_at, CREATED_AT),
        ]
    }
}

/// One object on the way to the things that are wanted.
struct Level<'a, T> {
    layout: Layout,
    event_type: &'a str,
    depth: usize,
    wanted: Wanted,
    parts: &'a mut Parts<T>,
}

impl<'de, T: Decode<'de>> DeserializeSeed<'de> for Level<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Decode<'de>> Visitor<'de> for Level<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self {
            layout,
            event_type,
            depth,
            wanted,
            parts,
        } = self;
        let mut seen = 0;
        while let Some(under) = map.next_key_seed(KeySeed {
            layout,
            depth,
            wanted,
        })? {
            if under == 0 {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if seen & under != 0 {
                return Err(A::Error::custom(REPEATED));
            }
            seen |= under;
            match layout.ending(depth, under) {
                0 => map.next_value_seed(Level {
                    layout,
                    event_type,
                    depth: depth + 1,
                    wanted: under,
                    parts,
                })?,
                ending if ending & PAYLOAD != 0 => {
                    let watched = match layout.event_type.get(depth + 1..) {
                        Some([key]) if under & EVENT_TYPE != 0 => Some(*key),
                        _ => None,
                    };
                    let seed = PayloadSeed::new(event_type, watched);
                    parts.payload = Some(map.next_value_seed(seed)?);
                }
                ending if ending & EVENT_TYPE != 0 => {
                    map.next_value_seed(EventTypeSeed { event_type })?;
                }
                _ => parts.created_at = map.next_value::<Lenient>()?.0,
            }
        }
        Ok(())
    }
}

/// Compares a key with those that are wanted, without keeping it.
struct KeySeed {
    layout: Layout,
    depth: usize,
    wanted: Wanted,
}

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Wanted;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Wanted, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Wanted;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Wanted, E> {
        Ok(self.layout.under(key, self.depth, self.wanted))
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

/// Hands the payload to its own type, watching for a second event type in it.
struct PayloadSeed<'a, T> {
    event_type: &'a str,
    watched: Option<&'static str>,
    payload: std::marker::PhantomData<T>,
}

impl<'a, T> PayloadSeed<'a, T> {
    const fn new(event_type: &'a str, watched: Option<&'static str>) -> Self {
        Self {
            event_type,
            watched,
            payload: std::marker::PhantomData,
        }
    }
}

impl<'de, T: Decode<'de>> DeserializeSeed<'de> for PayloadSeed<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode(self.event_type, Watch::new(deserializer, self.watched))
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
