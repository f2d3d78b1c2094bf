//! The list of a provider's events, as the compiler and the router see it.

#![allow(
    clippy::indexing_slicing,
    reason = "within the bounds of a binary search, in constants"
)]

use serde::{Serialize, Serializer};

use crate::pattern::Pattern;
use crate::text::{compare, equal};

/// All events of a provider, as an enum of their payloads. Derive it with `#[derive(EventCatalog)]`.
pub trait Catalog: Sized {
    /// The provider whose events they are.
    type Provider;
    /// The list.
    const INFO: &'static CatalogInfo;

    /// The place of an event type in the list.
    fn index_of(event_type: &str) -> Option<usize>;

    /// The type of this event: `session.status_idled`.
    fn event_type(&self) -> &str;
}

/// A provider's events.
#[derive(Clone, Copy, Debug)]
pub struct CatalogInfo {
    provider: &'static str,
    name: &'static str,
    events: &'static [EventInfo],
    keys: &'static [(u64, u16)],
}

impl CatalogInfo {
    /// A list of events, sorted by their names, and their keys and places, sorted by key: what
    /// `#[derive(EventCatalog)]` writes.
    #[must_use]
    pub const fn new(
        provider: &'static str,
        name: &'static str,
        events: &'static [EventInfo],
        keys: &'static [(u64, u16)],
    ) -> Self {
        Self {
            provider,
            name,
            events,
            keys,
        }
    }

    /// Stands beside an error in the declaration of a catalog: nothing is checked against it.
    #[doc(hidden)]
    pub const STAND_IN: &'static Self = &Self::new("", "", &[], &[]);

    pub(crate) const fn is_stand_in(&self) -> bool {
        self.provider.is_empty()
    }

    /// The provider's name: `anthropic`.
    #[must_use]
    pub const fn provider(&self) -> &'static str {
        self.provider
    }

    /// The name of the catalog's enum: `AnthropicEvent`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The place of the event that a pattern names.
    ///
    /// Constants are interpreted: one comparison of two names costs as much as this whole search.
    pub(crate) const fn find(&self, pattern: Pattern) -> Option<usize> {
        let (mut low, mut high) = (0, self.keys.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let (key, at) = self.keys[middle];
            if key == pattern.key {
                let at = at as usize;
                return if equal(self.events[at].name, pattern.as_str()) {
                    Some(at)
                } else {
                    None
                };
            }
            if key < pattern.key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        None
    }

    /// The events, sorted by name.
    #[must_use]
    pub const fn events(&self) -> &'static [EventInfo] {
        self.events
    }
}

/// One event of a catalog.
#[derive(Clone, Copy, Debug)]
pub struct EventInfo {
    pub(crate) name: &'static str,
    payload: &'static str,
    pub(crate) subtypes: Option<&'static Subtypes>,
    deprecated: bool,
}

impl EventInfo {
    /// An event and the name of its payload's type.
    #[must_use]
    pub const fn new(name: &'static str, payload: &'static str) -> Self {
        Self {
            name,
            payload,
            subtypes: None,
            deprecated: false,
        }
    }

    /// The same with sub-types.
    #[must_use]
    pub const fn with_subtypes(mut self, subtypes: &'static Subtypes) -> Self {
        self.subtypes = Some(subtypes);
        self
    }

    /// The same, marked as deprecated.
    #[must_use]
    pub const fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// Whether its provider has deprecated it.
    #[must_use]
    pub const fn is_deprecated(&self) -> bool {
        self.deprecated
    }

    /// Its type: `session.status_idled`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The name of its payload's type: `SessionStatusIdled`.
    #[must_use]
    pub const fn payload(&self) -> &'static str {
        self.payload
    }

    /// Its sub-types, if it has any.
    #[must_use]
    pub const fn subtypes(&self) -> Option<&'static Subtypes> {
        self.subtypes
    }
}

/// The sub-types of an event: a key inside the payload and the values that it is known to have.
#[derive(Clone, Copy, Debug)]
pub struct Subtypes {
    key: &'static str,
    at: &'static [&'static str],
    values: &'static [(&'static str, &'static str)],
}

impl Subtypes {
    /// The key, where it stands in the payload, and each value with the name of its payload's type.
    #[must_use]
    pub const fn new(
        key: &'static str,
        at: &'static [&'static str],
        values: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { key, at, values }
    }

    /// The key: `message_type`.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// The way to it from the payload.
    #[must_use]
    pub const fn at(&self) -> &'static [&'static str] {
        self.at
    }

    /// The place of a value in [`values`](Self::values).
    #[must_use]
    pub const fn index_of(&self, value: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.values.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let order = compare(self.values[middle].0, value);
            if order == 0 {
                return Some(middle);
            }
            if order < 0 {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        None
    }

    /// Each value with the name of its payload's type, sorted.
    #[must_use]
    pub const fn values(&self) -> &'static [(&'static str, &'static str)] {
        self.values
    }
}

/// A catalog as a value that holds nothing: the compiler looks through all that a constant refers to, so constants
/// hold this and ask for the list when they are evaluated.
#[doc(hidden)]
#[derive(Debug)]
pub struct CatalogOf<C>(std::marker::PhantomData<fn() -> C>);

impl<C: Catalog> CatalogOf<C> {
    /// The catalog `C`.
    pub const NEW: Self = Self(std::marker::PhantomData);

    /// The list.
    #[must_use]
    pub const fn info(&self) -> &'static CatalogInfo {
        C::INFO
    }
}

/// The catalog of what belongs to no provider: nothing is checked against it.
#[doc(hidden)]
#[derive(Debug)]
#[non_exhaustive]
pub enum NoEvent {}

impl Catalog for NoEvent {
    type Provider = Self;
    const INFO: &'static CatalogInfo = CatalogInfo::STAND_IN;

    fn index_of(_: &str) -> Option<usize> {
        None
    }

    fn event_type(&self) -> &str {
        match *self {}
    }
}

/// An event that its catalog does not list: what the enum's arm for the unknown holds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnknownEvent {
    /// Its type.
    pub event_type: String,
    /// Its payload as it came.
    pub data: serde_json::Value,
}

impl UnknownEvent {
    /// An event by its type and payload.
    #[must_use]
    pub fn new(event_type: impl Into<String>, data: serde_json::Value) -> Self {
        Self {
            event_type: event_type.into(),
            data,
        }
    }
}

impl Serialize for UnknownEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.data.serialize(serializer)
    }
}
