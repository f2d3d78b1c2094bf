//! The event that a literal names is one of the catalog's.

use super::names::{Nearest, family};
use super::text::Text;
use crate::catalog::{CatalogInfo, EventInfo};
use crate::pattern::Pattern;
use crate::payload::Carries;
use crate::text::equal;

/// `#[on("…")]`: the catalog knows the event. At the literal. Returns whether the event is deprecated.
///
/// The catalog is that of the handler's own payload; a handler without one is checked against the router's, see
/// [`of_router`].
///
/// # Panics
/// To speak to the user, at compile time.
#[must_use]
#[track_caller]
pub const fn pattern(catalog: &CatalogInfo, pattern: Pattern) -> bool {
    check(catalog, pattern, DeclaredIn::On)
}

/// `#[on("…", key = "…")]`: the event has sub-types, told by this key. At the key.
///
/// # Panics
/// To speak to the user, at compile time.
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

/// `#[on("…", key = "…")]`: the event has this sub-type. At the value.
///
/// # Panics
/// To speak to the user, at compile time.
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

/// The event, key and value of a pattern with a sub-type, if the catalog has the event.
const fn subtype(
    catalog: &CatalogInfo,
    pattern: Pattern,
) -> Option<(&EventInfo, &'static str, &'static str)> {
    match (catalog.find(pattern), pattern.subtype()) {
        (Some(at), Some((key, value))) => Some((&catalog.events()[at], key, value)),
        _ => None,
    }
}

/// The router's catalog, for handlers whose arguments name none.
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

/// `#[payload(…, events("…"))]`: the catalog knows the event. At the literal.
///
/// # Panics
/// To speak to the user, at compile time.
#[track_caller]
pub const fn pattern_of_view(catalog: &CatalogInfo, pattern: Pattern) {
    check(catalog, pattern, DeclaredIn::View);
}

/// Where a name stands: an event that no catalog lists is written differently there.
#[derive(Clone, Copy)]
pub(super) enum DeclaredIn {
    On,
    View,
    Router,
}

/// The catalog knows the event, or at least one of the family. Returns whether the event is deprecated.
#[track_caller]
pub(super) const fn check(
    catalog: &CatalogInfo,
    pattern: Pattern,
    declared_in: DeclaredIn,
) -> bool {
    if catalog.is_stand_in() {
        return false;
    }
    let events = catalog.events();
    if !pattern.is_exact() {
        let (start, end) = family(events, pattern.prefix());
        // A family of unlisted events need not have a listed one.
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
        (Some(_), true) => panic!("{}", listed_now(catalog, pattern.as_str()).as_str()),
        (Some(at), false) => events[at].is_deprecated(),
    }
}

const fn unknown_event(catalog: &CatalogInfo, name: &str, declared_in: DeclaredIn) -> Text {
    let text = Text::new(catalog.provider())
        .push(" has no event ")
        .name(name);
    let nearest = Nearest::to_event(name, catalog.events());
    let near = nearest.count() > 0;
    let text = if near {
        nearest
            .list(text.push("; did you mean "), " or ", "")
            .push("?")
    } else {
        text
    };
    match declared_in {
        DeclaredIn::Router => text,
        DeclaredIn::View => text
            .push(if near { " (" } else { "; " })
            .push("for an event that the catalog does not list, add `unlisted`")
            .push(if near { ")" } else { "" }),
        DeclaredIn::On => text
            .push(if near { " (" } else { "; " })
            .push("an event that the catalog does not list is written `#[on(\"")
            .push(name)
            .push("\", unlisted)]`")
            .push(if near { ")" } else { "" }),
    }
}

const fn listed_now(catalog: &CatalogInfo, name: &str) -> Text {
    Text::new(catalog.provider())
        .push(" lists the event ")
        .name(name)
        .push(": remove `unlisted`")
}

const fn empty_family(catalog: &CatalogInfo, pattern: Pattern) -> Text {
    let text = Text::new(catalog.provider())
        .push(" has no event that ")
        .name(pattern.as_str())
        .push(" would take");
    let (wanted, _) = pattern
        .prefix()
        .as_bytes()
        .split_at(pattern.prefix().len().saturating_sub(1));
    let wanted = match std::str::from_utf8(wanted) {
        Ok(wanted) => wanted,
        Err(_) => "",
    };
    let nearest = Nearest::to_family(wanted, catalog.events());
    if nearest.count() == 0 {
        text.push("; write a family that it has, or `\"*\"` for every event")
    } else {
        nearest
            .list(text.push("; did you mean "), " or ", ".*")
            .push("?")
    }
}

const fn no_subtypes(event: &EventInfo, key: &str) -> Text {
    Text::new("the event ")
        .name(event.name())
        .push(" has no sub-types: remove ")
        .name(key)
}

const fn other_key(event: &EventInfo, key: &str, wrong: &str) -> Text {
    Text::new("the event ")
        .name(event.name())
        .push(" has its sub-types by ")
        .name(key)
        .push(", not by ")
        .name(wrong)
}

const fn unknown_value(event: &EventInfo, values: &[(&str, &str)], key: &str, value: &str) -> Text {
    let mut nearest = Nearest::to(value);
    let mut i = 0;
    while i < values.len() {
        nearest = nearest.consider(values[i].0);
        i += 1;
    }
    let mut text = Text::new("the event ")
        .name(event.name())
        .push(" has no ")
        .name(key)
        .push(" called ")
        .name(value);
    if nearest.count() > 0 {
        return nearest
            .list(text.push("; did you mean "), " or ", "")
            .push("?");
    }
    text = text.push("; it has ");
    i = 0;
    while i < values.len() {
        if i > 0 {
            text = text.push(", ");
        }
        text = text.name(values[i].0);
        i += 1;
    }
    text
}
