//! Payloads: the trait of payload types, and the building blocks of the shipped ones.
//!
//! A payload type is checked against the events of its handler while the program compiles, through
//! [`Payload::CARRIES`], and decoded once per delivery, through [`Decode`].
//!
//! Decisions:
//! - A view of a family is a struct: required fields are common to all events of the family, `Option` fields to some.
//!   An event that the provider adds to the family later still decodes.
//! - Times are kept as text ([`DateTime`]) and parsed on demand. A malformed time fails no delivery, and a received
//!   payload serializes to the same digits.

use std::borrow::Cow;

use serde::Deserializer;

use crate::catalog::{AnyCatalog, Catalog, CatalogInfo};
use crate::pattern::Pattern;

pub use crate::delivery::DateTime;

#[cfg(any(feature = "cadenya", feature = "wacht"))]
mod open_enum;
mod sensitive;

#[cfg(any(feature = "cadenya", feature = "wacht"))]
pub(crate) use self::open_enum::open_enum;
pub use self::sensitive::Sensitive;

/// JSON object without a fixed shape.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;

/// Payload type of one or more events.
///
/// Derive it for a view of your own; `#[derive(EventCatalog)]` implements it for the payload types of a catalog.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the payload of any event",
    label = "not a payload type",
    note = "take one of the provider's payload types, such as `Event<SessionStatusIdled>`, or write `#[derive(Deserialize, Payload)]` and `#[payload(provider = …, events(\"…\"))]` on your own struct"
)]
pub trait Payload {
    /// Catalog of the events.
    type Catalog: Catalog;
    /// Events that have this payload.
    const CARRIES: Carries;
}

/// Payload that can be decoded from a body that lives for `'de`. Derived along with [`Payload`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the payload of any event",
    label = "not a payload type",
    note = "take one of the provider's payload types, such as `Event<SessionStatusIdled>`, or write `#[derive(Deserialize, Payload)]` and `#[payload(provider = …, events(\"…\"))]` on your own struct"
)]
pub trait Decode<'de>: Payload + Sized {
    /// Decodes the payload of an event of this type.
    ///
    /// # Errors
    /// If the JSON does not match the payload type.
    fn decode<D: Deserializer<'de>>(event_type: &str, deserializer: D) -> Result<Self, D::Error>;
}

/// Events that a payload type is for.
///
/// Contains no reference to the catalog: the compiler visits everything that a constant refers to, once for each
/// constant, and every handler has a constant of this type.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Carries {
    /// Name of the payload type.
    pub(crate) payload: &'static str,
    /// Name of the provider; `None` if the type is for the events of every provider.
    pub(crate) provider: Option<&'static str>,
    /// Patterns of the events.
    pub(crate) patterns: &'static [Pattern],
}

impl Carries {
    /// Returns some events of a catalog.
    #[doc(hidden)]
    #[must_use]
    pub const fn of<C: Catalog>(payload: &'static str, patterns: &'static [Pattern]) -> Self {
        Self {
            payload,
            provider: Some(C::INFO.provider()),
            patterns,
        }
    }

    /// Returns every event of every provider.
    #[doc(hidden)]
    #[must_use]
    pub const fn anything(payload: &'static str) -> Self {
        Self {
            payload,
            provider: None,
            patterns: &[],
        }
    }

    /// Returns whether the payload type is for this event.
    ///
    /// `index` is the event's index in the catalog. `subtype` reads the sub-type at a path of the payload, and is only
    /// called if a pattern depends on it.
    #[cfg_attr(
        not(feature = "axum"),
        expect(dead_code, reason = "only the extractor calls it")
    )]
    pub(crate) fn includes<'b, E>(
        &self,
        catalog: &CatalogInfo,
        index: Option<usize>,
        event_type: &str,
        subtype: impl Fn(&'static [&'static str]) -> Result<Option<Cow<'b, str>>, E>,
    ) -> Result<bool, E> {
        let subtypes = index
            .and_then(|index| catalog.events().get(index))
            .and_then(|event| event.subtypes());
        for pattern in self.patterns {
            if !pattern.matches(event_type) {
                continue;
            }
            let is_included = match (pattern.subtype(), subtypes) {
                (None, _) => true,
                (Some((_, value)), Some(subtypes)) => {
                    subtype(subtypes.path())?.as_deref() == Some(value)
                }
                (Some(_), None) => false,
            };
            if is_included {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Payload for AnyCatalog {
    type Catalog = Self;
    const CARRIES: Carries = Carries::anything("");
}

/// The payload as plain JSON, for events without a payload type.
impl Payload for serde_json::Value {
    type Catalog = AnyCatalog;
    const CARRIES: Carries = Carries::anything("serde_json::Value");
}

impl<'de> Decode<'de> for serde_json::Value {
    fn decode<D: Deserializer<'de>>(_: &str, deserializer: D) -> Result<Self, D::Error> {
        serde::Deserialize::deserialize(deserializer)
    }
}
