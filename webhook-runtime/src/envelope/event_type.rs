//! Event type of a body, compared with the one that selected the handler.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

/// Message for a body whose two readings differ.
pub(crate) const OTHER_TYPE: &str = "the event type differs from the one that selected the handler";

/// Reads the event type a second time, and compares it with the one that selected the handler.
pub(super) struct EventTypeSeed<'a> {
    pub(super) event_type: &'a str,
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
