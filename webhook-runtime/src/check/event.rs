//! Checks that the catalog lists an event.

use super::message::Message;
use super::suggestions::Suggestions;
use crate::catalog::{CatalogInfo, EventInfo};
use crate::pattern::Pattern;
use crate::payload::Carries;
use crate::text::equal;

/// Checks `#[on("…")]`, at the literal: the catalog lists the event. Returns whether the event is deprecated.
///
/// The catalog is that of the handler's payload. A handler without a payload is checked against the router's, see
/// [`of_router`].
///
/// # Panics
/// With the compiler's message.
#[must_use]
#[track_caller]
pub const fn pattern(catalog: &CatalogInfo, pattern: Pattern) -> bool {
    check(catalog, pattern, DeclaredIn::On)
}

/// Checks `#[on("…", key = "…")]`, at the key: the event has sub-types that are selected by this key.
///
/// # Panics
/// With the compiler's message.
#[track_caller]
pub const fn subtype_key(catalog: &CatalogInfo, pattern: Pattern) {
    if let Some((event, key, _)) = subtype(catalog, pattern) {
        let Some(subtypes) = event.subtypes() else {
            panic!("{}", no_subtypes(event, key).as_str());
        };
        if !equal(subtypes.key(), key) {
            panic!("{}", other_key(event, subtypes.key(), key).as_str());
        }
    }
}

/// Checks `#[on("…", key = "…")]`, at the value: the event has this sub-type.
///
/// # Panics
/// With the compiler's message.
#[track_caller]
pub const fn subtype_value(catalog: &CatalogInfo, pattern: Pattern) {
    if let Some((event, key, value)) = subtype(catalog, pattern)
        && let Some(subtypes) = event.subtypes()
        && equal(subtypes.key(), key)
        && subtypes.index_of(value).is_none()
    {
        panic!(
            "{}",
            unknown_value(event, subtypes.values(), key, value).as_str()
        );
    }
}

/// Returns event, key and value of a pattern with a sub-type, if the catalog lists the event.
const fn subtype(
    catalog: &CatalogInfo,
    pattern: Pattern,
) -> Option<(&EventInfo, &'static str, &'static str)> {
    match (catalog.find(pattern), pattern.subtype()) {
        (Some(index), Some((key, value))) => Some((&catalog.events()[index], key, value)),
        _ => None,
    }
}

/// Returns the catalog that a router checks its handler against: the router's own, or a stand-in if the handler's
/// arguments name a catalog, against which the handler is checked already.
#[must_use]
pub const fn of_router(
    catalog: &'static CatalogInfo,
    carries: Option<Carries>,
) -> &'static CatalogInfo {
    match carries {
        Some(Carries {
            provider: Some(_), ..
        }) => CatalogInfo::STAND_IN,
        _ => catalog,
    }
}

/// Checks `#[payload(…, events("…"))]`, at the literal: the catalog lists the event.
///
/// # Panics
/// With the compiler's message.
#[track_caller]
pub const fn pattern_of_view(catalog: &CatalogInfo, pattern: Pattern) {
    check(catalog, pattern, DeclaredIn::View);
}

/// Attribute that contains a pattern. The fix for an unlisted event depends on it.
#[derive(Clone, Copy)]
pub(super) enum DeclaredIn {
    On,
    View,
    Router,
}

/// Checks that the catalog lists the event, or at least one of the family. Returns whether the event is deprecated.
#[track_caller]
pub(super) const fn check(
    catalog: &CatalogInfo,
    pattern: Pattern,
    declared_in: DeclaredIn,
) -> bool {
    if catalog.is_stand_in() {
        return false;
    }
    if !pattern.is_exact() {
        let (start, end) = catalog.family(pattern.prefix());
        // The catalog may list no event of a family of unlisted events.
        if start == end && !pattern.is_unlisted() {
            panic!("{}", empty_family(catalog, pattern).as_str());
        }
        return false;
    }
    match (catalog.find(pattern), pattern.is_unlisted()) {
        (None, true) => false,
        (None, false) => panic!(
            "{}",
            unknown_event(catalog, pattern.as_str(), declared_in).as_str()
        ),
        (Some(_), true) => panic!("{}", needless_unlisted(catalog, pattern.as_str()).as_str()),
        (Some(index), false) => catalog.events()[index].is_deprecated(),
    }
}

const fn unknown_event(catalog: &CatalogInfo, name: &str, declared_in: DeclaredIn) -> Message {
    let message = Message::new(catalog.provider())
        .push(" has no event ")
        .name(name);
    let suggestions = Suggestions::to_event(name, catalog.events());
    let has_suggestions = suggestions.count() > 0;
    let message = if has_suggestions {
        suggestions
            .list(message.push("; did you mean "), " or ", "")
            .push("?")
    } else {
        message
    };
    let (open, close) = if has_suggestions {
        (" (", ")")
    } else {
        ("; ", "")
    };
    match declared_in {
        DeclaredIn::Router => message,
        DeclaredIn::View => message
            .push(open)
            .push("for an event that the catalog does not list, add `unlisted`")
            .push(close),
        DeclaredIn::On => message
            .push(open)
            .push("for an event that the catalog does not list, write `#[on(\"")
            .push(name)
            .push("\", unlisted)]`")
            .push(close),
    }
}

const fn needless_unlisted(catalog: &CatalogInfo, name: &str) -> Message {
    Message::new("needless `unlisted`: the catalog of ")
        .push(catalog.provider())
        .push(" lists ")
        .name(name)
        .push("; remove `unlisted`")
}

const fn empty_family(catalog: &CatalogInfo, pattern: Pattern) -> Message {
    let message = Message::new(catalog.provider())
        .push(" has no event that matches ")
        .name(pattern.as_str());
    let (wanted, _) = pattern
        .prefix()
        .as_bytes()
        .split_at(pattern.prefix().len().saturating_sub(1));
    let wanted = match std::str::from_utf8(wanted) {
        Ok(wanted) => wanted,
        Err(_) => "",
    };
    let suggestions = Suggestions::to_family(wanted, catalog.events());
    if suggestions.count() == 0 {
        message.push("; write a family of the catalog, or `\"*\"` for every event")
    } else {
        suggestions
            .list(message.push("; did you mean "), " or ", ".*")
            .push("?")
    }
}

const fn no_subtypes(event: &EventInfo, key: &str) -> Message {
    Message::new("event ")
        .name(event.name())
        .push(" has no sub-types: remove ")
        .name(key)
}

const fn other_key(event: &EventInfo, key: &str, wrong: &str) -> Message {
    Message::new("sub-types of ")
        .name(event.name())
        .push(" are selected by ")
        .name(key)
        .push(", not ")
        .name(wrong)
}

const fn unknown_value(
    event: &EventInfo,
    values: &[(&str, &str)],
    key: &str,
    value: &str,
) -> Message {
    let mut suggestions = Suggestions::to(value);
    let mut i = 0;
    while i < values.len() {
        suggestions = suggestions.consider(values[i].0);
        i += 1;
    }
    let mut message = Message::new("event ")
        .name(event.name())
        .push(" has no sub-type `")
        .push(key)
        .push(" = \"")
        .push(value)
        .push("\"`");
    if suggestions.count() > 0 {
        return suggestions
            .list(message.push("; did you mean "), " or ", "")
            .push("?");
    }
    message = message.push("; known values: ");
    i = 0;
    while i < values.len() {
        if i > 0 {
            message = message.push(", ");
        }
        message = message.name(values[i].0);
        i += 1;
    }
    message
}
