//! Checks that a payload type is for every event of its handler.

use super::message::Message;
use super::suggestions::LISTED;
use crate::catalog::{CatalogInfo, EventInfo};
use crate::pattern::Pattern;
use crate::payload::Carries;
use crate::text::{equal, starts_with};

/// Checks an argument that is taken from the delivery, at the payload type: it is for every event of the handler, and
/// no argument before it is an event.
///
/// Skips events that the catalog does not list, because another check reports them.
///
/// # Panics
/// With the compiler's message.
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
        panic!("second event of a handler: a handler takes one event; remove one of the two");
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
                panic!("{}", unlisted_event(payload, carried, pattern).as_str());
            }
            let (mut index, end) = catalog.matching(pattern);
            while index < end {
                if has_subtype(&events[index], pattern)
                    && !carries_event(carried, &events[index], pattern.subtype())
                {
                    panic!(
                        "{}",
                        other_event(payload, carried, pattern, catalog, index).as_str()
                    );
                }
                index += 1;
            }
        }
        i += 1;
    }
}

/// Returns whether the event has the sub-type that the pattern names, if the pattern names one.
const fn has_subtype(event: &EventInfo, pattern: Pattern) -> bool {
    match (event.subtypes(), pattern.subtype()) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(subtypes), Some((key, value))) => {
            equal(subtypes.key(), key) && subtypes.index_of(value).is_some()
        }
    }
}

/// Returns whether the payload type is for everything that a pattern matches, as far as the patterns alone show.
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

/// Returns whether the payload type is for an event, or for the given sub-type of it.
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

/// Returns whether a payload's pattern includes a sub-type. A pattern without one includes each.
const fn covers_subtype(carried: Pattern, subtype: Option<(&str, &str)>) -> bool {
    match (carried.subtype(), subtype) {
        (None, _) => true,
        (Some((_, own)), Some((_, wanted))) => equal(own, wanted),
        (Some(_), None) => false,
    }
}

/// Returns the start of each message: "`A` is the payload of `a`, not of ".
const fn payload_of(payload: &str, carried: &[Pattern]) -> Message {
    let mut message = Message::new("").name(payload).push(" is the payload of ");
    let mut i = 0;
    while i < carried.len() && i < LISTED {
        if i > 0 {
            message = message.push(", ");
        }
        message = message.pattern(carried[i]);
        i += 1;
    }
    if carried.len() > LISTED {
        message = message.push(" and others");
    }
    message.push(", not of ")
}

const fn unlisted_event(payload: &str, carried: &[Pattern], pattern: Pattern) -> Message {
    payload_of(payload, carried)
        .name(pattern.as_str())
        .push(": for an event that the catalog does not list, take `Event<serde_json::Value>` or a view of your own with `#[payload(…, unlisted)]`")
}

const fn other_event(
    payload: &str,
    carried: &[Pattern],
    pattern: Pattern,
    catalog: &CatalogInfo,
    index: usize,
) -> Message {
    let event = &catalog.events()[index];
    let message = payload_of(payload, carried);
    if !pattern.is_exact() {
        return message
            .name(event.name())
            .push(", which also matches ")
            .name(pattern.as_str())
            .push(": take a view of the whole family, or `Event<")
            .push(catalog.name())
            .push(">`");
    }
    let own = match (event.subtypes(), pattern.subtype()) {
        (Some(subtypes), Some((_, value))) => match subtypes.index_of(value) {
            Some(index) => subtypes.values()[index].1,
            None => event.payload(),
        },
        _ => event.payload(),
    };
    message
        .pattern(pattern)
        .push(": take `Event<")
        .push(own)
        .push(">`")
}
