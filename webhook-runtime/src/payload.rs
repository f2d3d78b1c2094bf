//! What an event carries: the trait of payload types, and the building blocks of the shipped ones.

use std::borrow::Cow;

use serde::Deserializer;

use crate::catalog::{Catalog, CatalogInfo, NoEvent};
use crate::pattern::Pattern;

pub use crate::delivery::DateTime;

#[cfg(any(feature = "cadenya", feature = "wacht"))]
mod open_enum;
mod sensitive;

#[cfg(any(feature = "cadenya", feature = "wacht"))]
pub(crate) use self::open_enum::open_enum;
pub use self::sensitive::Sensitive;

/// A JSON object of no fixed shape.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;

/// A type that some events carry. Derive it; `#[derive(EventCatalog)]` implements it for a catalog's payloads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the payload of any event",
    label = "no event carries this",
    note = "take one of the provider's payload types, such as `Event<SessionStatusIdled>`, or write `#[derive(Deserialize, Payload)]` with `#[payload(provider = …, events(\"…\"))]` on your own struct"
)]
pub trait Payload {
    /// Whose events.
    type Catalog: Catalog;
    /// Which of them.
    const CARRIES: Carries;
}

/// A payload that can be decoded from a body that lives for `'de`. Derived along with [`Payload`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the payload of any event",
    label = "no event carries this",
    note = "take one of the provider's payload types, such as `Event<SessionStatusIdled>`, or write `#[derive(Deserialize, Payload)]` with `#[payload(provider = …, events(\"…\"))]` on your own struct"
)]
pub trait Decode<'de>: Payload + Sized {
    /// Decodes the payload of an event of this type.
    ///
    /// # Errors
    /// If the JSON does not fit the type.
    fn decode<D: Deserializer<'de>>(event_type: &str, deserializer: D) -> Result<Self, D::Error>;
}

/// Which events a payload type is for.
///
/// Holds no reference to the catalog: the compiler looks through all that a constant refers to, for each constant
/// anew, and there is a constant like this for every handler.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Carries {
    /// The name of the payload's type.
    pub(crate) payload: &'static str,
    /// The name of the provider, or none if the type takes what any provider sends.
    pub(crate) provider: Option<&'static str>,
    /// The events.
    pub(crate) patterns: &'static [Pattern],
}

impl Carries {
    /// Some events of a catalog.
    #[must_use]
    pub const fn of<C: Catalog>(payload: &'static str, patterns: &'static [Pattern]) -> Self {
        Self {
            payload,
            provider: Some(C::INFO.provider()),
            patterns,
        }
    }

    /// Whatever any provider sends.
    #[must_use]
    pub const fn anything(payload: &'static str) -> Self {
        Self {
            payload,
            provider: None,
            patterns: &[],
        }
    }
}

impl Carries {
    /// Whether it carries this event, which stands at this place in the catalog, with the sub-type at a path.
    pub(crate) fn takes<'b, E>(
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
            let is_taken = match (pattern.subtype(), subtypes) {
                (None, _) => true,
                (Some((_, value)), Some(subtypes)) => {
                    subtype(subtypes.at())?.as_deref() == Some(value)
                }
                (Some(_), None) => false,
            };
            if is_taken {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Payload for NoEvent {
    type Catalog = Self;
    const CARRIES: Carries = Carries::anything("");
}

/// The payload as it came: for events that no type describes.
impl Payload for serde_json::Value {
    type Catalog = NoEvent;
    const CARRIES: Carries = Carries::anything("serde_json::Value");
}

impl<'de> Decode<'de> for serde_json::Value {
    fn decode<D: Deserializer<'de>>(_: &str, deserializer: D) -> Result<Self, D::Error> {
        serde::Deserialize::deserialize(deserializer)
    }
}
