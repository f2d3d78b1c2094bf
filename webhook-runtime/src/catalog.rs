//! Catalogs: the sorted list of a provider's events, which the compiler and the router read.
//!
//! A catalog is one constant. The checks of `check` and the table of [`router`](crate::router) are
//! computed from it while the program compiles.
//!
//! Decision: every lookup is a `const fn` and a binary search, by 64-bit hashes that the macros compute; the name is
//! compared once. Constants are interpreted, about a hundred times slower than code, so a linear search for each
//! handler would dominate compile times.

#![allow(
    clippy::indexing_slicing,
    reason = "indexes stay within the bounds of a binary search, in constants"
)]

use serde::{Serialize, Serializer};

use crate::pattern::Pattern;
use crate::text::{compare, equal, starts_with};

/// Enum of all payloads of a provider. Derive it with `#[derive(EventCatalog)]`.
pub trait Catalog: Sized {
    /// Provider of the events.
    type Provider;
    /// List of events.
    const INFO: &'static CatalogInfo;

    /// Returns the index of an event type in the list of events.
    fn index_of(event_type: &str) -> Option<usize>;

    /// Returns the type of this event: `session.status_idled`.
    fn event_type(&self) -> &str;
}

/// Events of a provider.
#[derive(Clone, Copy, Debug)]
pub struct CatalogInfo {
    provider: &'static str,
    name: &'static str,
    events: &'static [EventInfo],
    keys: &'static [(u64, u16)],
}

impl CatalogInfo {
    /// Creates a catalog. `#[derive(EventCatalog)]` calls this.
    ///
    /// `events` is sorted by name. `keys` maps the hash of each name to its index in `events`, sorted by hash.
    #[doc(hidden)]
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

    /// Stand-in for a catalog whose declaration has an error. No check runs against it.
    #[doc(hidden)]
    pub const STAND_IN: &'static Self = &Self::new("", "", &[], &[]);

    /// Returns whether this is a stand-in, against which no check runs.
    pub(crate) const fn is_stand_in(&self) -> bool {
        self.provider.is_empty()
    }

    /// Returns the name of the provider: `anthropic`.
    #[must_use]
    pub const fn provider(&self) -> &'static str {
        self.provider
    }

    /// Returns the name of the catalog's enum: `AnthropicEvent`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the index of the event that an exact pattern names.
    ///
    /// Searches by the pattern's hash, because in a constant one comparison of two names costs as much as the whole
    /// search.
    pub(crate) const fn find(&self, pattern: Pattern) -> Option<usize> {
        let (mut low, mut high) = (0, self.keys.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let (key, index) = self.keys[middle];
            if key == pattern.key {
                let index = index as usize;
                return if equal(self.events[index].name, pattern.as_str()) {
                    Some(index)
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

    /// Returns the range of the events that match a pattern, without regard to sub-types. Empty if there are none.
    pub(crate) const fn matching(&self, pattern: Pattern) -> (usize, usize) {
        if !pattern.is_exact() {
            return self.family(pattern.prefix());
        }
        match self.find(pattern) {
            Some(index) => (index, index + 1),
            None => (0, 0),
        }
    }

    /// Returns the range of the events whose names start with a prefix: the index of the first, and the index after the
    /// last.
    pub(crate) const fn family(&self, prefix: &str) -> (usize, usize) {
        family(self.events, prefix)
    }

    /// Returns the events, sorted by name.
    #[must_use]
    pub const fn events(&self) -> &'static [EventInfo] {
        self.events
    }
}

const fn family(events: &[EventInfo], prefix: &str) -> (usize, usize) {
    let (mut low, mut high) = (0, events.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if compare(events[middle].name, prefix) < 0 {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let start = low;
    high = events.len();
    while low < high {
        let middle = low + (high - low) / 2;
        if starts_with(events[middle].name, prefix) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    (start, low)
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
    /// Creates an event from its type and the name of its payload type.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, payload: &'static str) -> Self {
        Self {
            name,
            payload,
            subtypes: None,
            deprecated: false,
        }
    }

    /// Adds sub-types.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_subtypes(mut self, subtypes: &'static Subtypes) -> Self {
        self.subtypes = Some(subtypes);
        self
    }

    /// Marks the event as deprecated.
    #[doc(hidden)]
    #[must_use]
    pub const fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// Returns whether the provider has deprecated the event.
    #[must_use]
    pub const fn is_deprecated(&self) -> bool {
        self.deprecated
    }

    /// Returns the event type: `session.status_idled`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the name of the payload type: `SessionStatusIdled`.
    #[must_use]
    pub const fn payload(&self) -> &'static str {
        self.payload
    }

    /// Returns the sub-types of the event, if it has any.
    #[must_use]
    pub const fn subtypes(&self) -> Option<&'static Subtypes> {
        self.subtypes
    }
}

/// Sub-types of an event: a key inside the payload, and its known values.
#[derive(Clone, Copy, Debug)]
pub struct Subtypes {
    key: &'static str,
    path: &'static [&'static str],
    values: &'static [(&'static str, &'static str)],
}

impl Subtypes {
    /// Creates sub-types from the key, its path in the payload, and each value with the name of its payload type,
    /// sorted by value.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        key: &'static str,
        path: &'static [&'static str],
        values: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { key, path, values }
    }

    /// Returns the key: `message_type`.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// Returns the path of the key, from the payload's root.
    #[must_use]
    pub const fn path(&self) -> &'static [&'static str] {
        self.path
    }

    /// Returns the index of a value in [`values`](Self::values).
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

    /// Returns each value with the name of its payload type, sorted by value.
    #[must_use]
    pub const fn values(&self) -> &'static [(&'static str, &'static str)] {
        self.values
    }
}

/// Catalog as a zero-sized value.
///
/// The compiler visits everything that a constant refers to. Constants therefore refer to this value and read the list
/// of events when they are evaluated.
#[doc(hidden)]
#[derive(Debug)]
pub struct CatalogOf<C>(std::marker::PhantomData<fn() -> C>);

impl<C: Catalog> CatalogOf<C> {
    /// Value for the catalog `C`.
    pub const NEW: Self = Self(std::marker::PhantomData);

    /// Returns the list of events.
    #[must_use]
    pub const fn info(&self) -> &'static CatalogInfo {
        C::INFO
    }
}

/// Catalog of types that belong to no provider: facts of a delivery, `serde_json::Value`, and arguments of your own.
///
/// A type with this catalog fits the handlers of every provider. See [`FromDelivery`](crate::FromDelivery).
#[derive(Debug)]
#[non_exhaustive]
pub enum AnyCatalog {}

impl Catalog for AnyCatalog {
    type Provider = Self;
    const INFO: &'static CatalogInfo = CatalogInfo::STAND_IN;

    fn index_of(_: &str) -> Option<usize> {
        None
    }

    fn event_type(&self) -> &str {
        match *self {}
    }
}

/// Event that its catalog does not list: the content of a catalog's `Unknown` variant.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnknownEvent {
    /// Event type.
    pub event_type: String,
    /// Payload, unchanged.
    pub data: serde_json::Value,
}

impl UnknownEvent {
    /// Creates an event from its type and payload.
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

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: &[EventInfo] = &[
        EventInfo::new("session.created", "A"),
        EventInfo::new("session.idled", "B"),
        EventInfo::new("session.status_idled", "C"),
        EventInfo::new("vault.created", "D"),
        EventInfo::new("vault_credential.created", "E"),
    ];

    #[test]
    fn family_is_a_range_of_whole_segments() {
        assert_eq!(family(EVENTS, "session."), (0, 3));
        assert_eq!(family(EVENTS, "vault."), (3, 4));
        assert_eq!(family(EVENTS, "vault_credential."), (4, 5));
        assert_eq!(family(EVENTS, ""), (0, 5));
        let (start, end) = family(EVENTS, "none.");
        assert_eq!(start, end);
    }
}
