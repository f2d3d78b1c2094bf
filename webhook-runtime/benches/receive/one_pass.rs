//! Hand-written decoder of Wacht's envelope: one pass, in which the event type selects the type of `data`.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

/// Payload of a `user.created`. A program with more events has an enum with a variant for each.
pub(crate) struct OnePass<T>(pub(crate) T);

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Type,
    Data,
    #[serde(other)]
    Other,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OnePass<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Envelope(PhantomData))
    }
}

struct Envelope<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Envelope<T> {
    type Value = OnePass<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OnePass<T>, A::Error> {
        let mut event_type = None;
        let mut data = None;
        while let Some(key) = map.next_key()? {
            match key {
                Key::Type if event_type.is_some() => return Err(A::Error::duplicate_field("type")),
                Key::Type => event_type = Some(map.next_value::<&str>()?),
                Key::Data if data.is_some() => return Err(A::Error::duplicate_field("data")),
                Key::Data => {
                    data = Some(match event_type {
                        Some("user.created") => map.next_value()?,
                        _ => return Err(A::Error::custom("no handler for this event type")),
                    });
                }
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        data.map(OnePass)
            .ok_or_else(|| A::Error::missing_field("data"))
    }
}
