//! A payload carries every event that its handler takes.

use super::names::{LISTED, family};
use super::text::Text;
use crate::catalog::{CatalogInfo, EventInfo};
use crate::pattern::Pattern;
use crate::payload::Carries;
use crate::text::{equal, starts_with};

/// An argument that is taken from the delivery: the payload carries every event that the handler takes, and no
/// argument before it is an event. At the payload's type.
///
/// Names that the catalog does not know are passed over: another check speaks of them.
///
/// # Panics
/// To speak to the user, at compile time.
#[track_caller]
pub const fn payload(
    catalog: &CatalogInfo,
    carries: Option<Carries>,
    before: &[Option<Carries>],
    patterns: &[Pattern],
) {
    let Some(Carries {
        payload,
        patterns: carried,
        ..
    }) = carries
    else {
        return;
    };
    if super::carried(before).is_some() {
        panic!("a handler takes one event, and this is its second: remove one of the two");
    }
    if catalog.is_stand_in() {
        return;
    }
    let events = catalog.events();
    let mut i = 0;
    while i < patterns.len() {
        let pattern = patterns[i];
        if !covers_pattern(carried, pattern) {
            if pattern.is_unlisted() {
                panic!("{}", no_unlisted(payload, carried, pattern).as_str());
            }
            let (mut at, end) = taken(catalog, pattern);
            while at < end {
                if has_subtype(&events[at], pattern)
                    && !carries_event(carried, &events[at], pattern.subtype())
                {
                    panic!(
                        "{}",
                        not_carried(payload, carried, pattern, catalog, at).as_str()
                    );
                }
                at += 1;
            }
        }
        i += 1;
    }
}

/// The range of the events that a pattern takes.
const fn taken(catalog: &CatalogInfo, pattern: Pattern) -> (usize, usize) {
    if !pattern.is_exact() {
        return family(catalog.events(), pattern.prefix());
    }
    match catalog.find(pattern) {
        Some(at) => (at, at + 1),
        None => (0, 0),
    }
}

/// Whether the event has the sub-type that the pattern names, if it names one.
const fn has_subtype(event: &EventInfo, pattern: Pattern) -> bool {
    match (event.subtypes(), pattern.subtype()) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(subtypes), Some((key, value))) => {
            equal(subtypes.key(), key) && subtypes.index_of(value).is_some()
        }
    }
}

/// Whether all that a pattern takes is carried, by the patterns alone.
const fn covers_pattern(carried: &[Pattern], pattern: Pattern) -> bool {
    let length = carried.len();
    let mut i = 0;
    while i < length {
        if carried[i].key == pattern.key
            && equal(carried[i].as_str(), pattern.as_str())
            && covers_subtype(carried[i], pattern.subtype())
        {
            return true;
        }
        i += 1;
    }
    i = 0;
    while i < length {
        let wider = !carried[i].is_exact() && starts_with(pattern.as_str(), carried[i].prefix());
        if wider {
            return true;
        }
        i += 1;
    }
    false
}

const fn carries_event(
    carried: &[Pattern],
    event: &EventInfo,
    subtype: Option<(&str, &str)>,
) -> bool {
    let mut i = 0;
    while i < carried.len() {
        let covers = if carried[i].is_exact() {
            equal(carried[i].as_str(), event.name()) && covers_subtype(carried[i], subtype)
        } else {
            starts_with(event.name(), carried[i].prefix())
        };
        if covers {
            return true;
        }
        i += 1;
    }
    false
}

/// A payload for all sub-types covers each; one for a sub-type covers that one alone.
const fn covers_subtype(carried: Pattern, subtype: Option<(&str, &str)>) -> bool {
    match (carried.subtype(), subtype) {
        (None, _) => true,
        (Some((_, own)), Some((_, wanted))) => equal(own, wanted),
        (Some(_), None) => false,
    }
}

const fn list(text: Text, carried: &[Pattern]) -> Text {
    let mut text = text;
    let mut i = 0;
    while i < carried.len() && i < LISTED {
        if i > 0 {
            text = text.push(", ");
        }
        text = text.pattern(carried[i]);
        i += 1;
    }
    if carried.len() > LISTED {
        text = text.push(" and others");
    }
    text
}

const fn no_unlisted(payload: &str, carried: &[Pattern], pattern: Pattern) -> Text {
    list(Text::new("").name(payload).push(" carries "), carried)
        .push(", not ")
        .name(pattern.as_str())
        .push("; for an event that no catalog lists, take `Event<serde_json::Value>` or a view of your own with `#[payload(…, unlisted)]`")
}

const fn not_carried(
    payload: &str,
    carried: &[Pattern],
    pattern: Pattern,
    catalog: &CatalogInfo,
    at: usize,
) -> Text {
    let event = &catalog.events()[at];
    let text = list(Text::new("").name(payload).push(" carries "), carried).push(", not ");
    if !pattern.is_exact() {
        return text
            .name(event.name())
            .push(", which ")
            .name(pattern.as_str())
            .push(" takes too; take a view of the whole family, or ")
            .name(catalog.name());
    }
    let own = match (event.subtypes(), pattern.subtype()) {
        (Some(subtypes), Some((_, value))) => match subtypes.index_of(value) {
            Some(at) => subtypes.values()[at].1,
            None => event.payload(),
        },
        _ => event.payload(),
    };
    text.pattern(pattern)
        .push("; that event's payload is ")
        .name(own)
}
