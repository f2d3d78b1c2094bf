//! Time of an event, in any JSON value.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::delivery::DateTime;

/// Time, or none for any other JSON value. Never an error.
pub(super) struct LenientTime(pub(super) Option<DateTime>);

impl<'de> serde::Deserialize<'de> for LenientTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = LenientTime;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }

            fn visit_str<E>(self, text: &str) -> Result<LenientTime, E> {
                Ok(LenientTime(Some(DateTime::from_text(text))))
            }

            fn visit_i64<E>(self, second: i64) -> Result<LenientTime, E> {
                Ok(LenientTime(Some(DateTime::from_second(second))))
            }

            fn visit_u64<E>(self, second: u64) -> Result<LenientTime, E> {
                Ok(LenientTime(
                    i64::try_from(second).ok().map(DateTime::from_second),
                ))
            }

            fn visit_f64<E>(self, _: f64) -> Result<LenientTime, E> {
                Ok(LenientTime(None))
            }

            fn visit_bool<E>(self, _: bool) -> Result<LenientTime, E> {
                Ok(LenientTime(None))
            }

            fn visit_unit<E>(self) -> Result<LenientTime, E> {
                Ok(LenientTime(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<LenientTime, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(LenientTime(None))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LenientTime, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(LenientTime(None))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
