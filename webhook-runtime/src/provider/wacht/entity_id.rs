//! The identifier of an entity, which is sent as text or as a number.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Identifier of an entity (`entity_id`).
///
/// The provider documents a string and sends a number, often above 2^53. Both are read, without a
/// detour through floating point, and written back in the form they came in.
///
/// Two identifiers are equal when their texts are, whichever form they came in.
#[derive(Clone)]
#[non_exhaustive]
pub struct EntityId {
    text: String,
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Text,
    Unsigned(u64),
    Negative(i64),
}

impl EntityId {
    /// The identifier as text: decimal digits if it came as a number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<&str> for EntityId {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for EntityId {
    fn from(text: String) -> Self {
        Self {
            text,
            form: Form::Text,
        }
    }
}

impl From<u64> for EntityId {
    fn from(number: u64) -> Self {
        Self {
            text: number.to_string(),
            form: Form::Unsigned(number),
        }
    }
}

impl PartialEq for EntityId {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for EntityId {}

impl Hash for EntityId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Debug for EntityId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("EntityId").field(&self.text).finish()
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Serialize for EntityId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.form {
            Form::Text => serializer.serialize_str(&self.text),
            Form::Unsigned(number) => serializer.serialize_u64(number),
            Form::Negative(number) => serializer.serialize_i64(number),
        }
    }
}

impl<'de> Deserialize<'de> for EntityId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrInteger)
    }
}

// `visit_f64` is left out on purpose: a float has lost digits of the identifier already.
struct TextOrInteger;

impl Visitor<'_> for TextOrInteger {
    type Value = EntityId;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an identifier, as text or as an integer")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<EntityId, E> {
        Ok(text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<EntityId, E> {
        Ok(text.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<EntityId, E> {
        Ok(number.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<EntityId, E> {
        Ok(u64::try_from(number).map_or_else(
            |_| EntityId {
                text: number.to_string(),
                form: Form::Negative(number),
            },
            EntityId::from,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<EntityId, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn a_number_above_two_to_the_53_keeps_every_digit() {
        for json in [
            "9007199254740993",
            "18446744073709551615",
            "-9007199254740993",
        ] {
            let id = read(json).expect("an integer");
            assert_eq!(id.as_str(), json);
            assert_eq!(serde_json::to_string(&id).expect("writes"), json);
        }
    }

    #[test]
    fn text_is_written_back_as_text_and_equals_the_number() {
        let (text, number) = (read("\"42\"").expect("text"), read("42").expect("a number"));
        assert_eq!(text, number);
        assert_eq!(serde_json::to_string(&text).expect("writes"), "\"42\"");
        assert_eq!(serde_json::to_string(&number).expect("writes"), "42");
    }

    #[test]
    fn a_float_and_an_integer_out_of_range_are_errors() {
        for json in ["4.5", "1e3", "18446744073709551616", "null", "true"] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
