//! Checks of `exhaustive` and `ignore(…)`.

use super::event::{DeclaredIn, check};
use super::message::Message;
use crate::catalog::{CatalogInfo, EventInfo};
use crate::handler::HandlerInfo;
use crate::pattern::Pattern;
use crate::router::Table;
use crate::text::{equal, starts_with};

/// Checks `exhaustive` and `exhaustive("session.*")`, at the option or literal: every event is handled or ignored.
///
/// # Panics
/// With the compiler's message.
#[track_caller]
pub const fn exhaustive(
    router: &str,
    catalog: &CatalogInfo,
    table: Table<'_>,
    handlers: &[HandlerInfo],
    pattern: Pattern,
    ignored: &[Pattern],
) {
    check(catalog, pattern, DeclaredIn::Router);
    let mut handler = 0;
    while handler < handlers.len() {
        // The events of a handler with an error are unknown; that error is reported elsewhere.
        if handlers[handler].is_stand_in() {
            return;
        }
        handler += 1;
    }
    let events = catalog.events();
    let (start, end) = catalog.matching(pattern);
    let mut missing = 0;
    let mut index = start;
    while index < end {
        if !is_handled(catalog, table, index) && !is_ignored(&events[index], ignored) {
            missing += 1;
        }
        index += 1;
    }
    if missing == 0 {
        return;
    }
    let mut message = Message::new("router ")
        .name(router)
        .push(" is not exhaustive: no handler for ");
    let mut written = 0;
    index = start;
    while index < end {
        if !is_handled(catalog, table, index) && !is_ignored(&events[index], ignored) {
            if written > 0 {
                message = message.push(if written + 1 == missing {
                    " and "
                } else {
                    ", "
                });
            }
            message = message.name(events[index].name());
            written += 1;
        }
        index += 1;
    }
    message = message.push("; add handlers, or list the events in `ignore(…)`");
    panic!("{}", message.as_str());
}

/// Checks `ignore("session.pending")`, at the literal: the catalog lists the event, `exhaustive` includes it, and no
/// handler takes it.
///
/// # Panics
/// With the compiler's message.
#[track_caller]
pub const fn ignored(
    catalog: &CatalogInfo,
    table: Table<'_>,
    handlers: &[HandlerInfo],
    exhaustive: &[Pattern],
    pattern: Pattern,
) {
    check(catalog, pattern, DeclaredIn::Router);
    let events = catalog.events();
    let (mut index, end) = catalog.matching(pattern);
    while index < end {
        if !is_ignored(&events[index], exhaustive) {
            panic!("{}", not_exhaustive(&events[index], pattern).as_str());
        }
        if let Some(owner) = table.owner(index) {
            panic!(
                "{}",
                handled(&events[index], pattern, &handlers[owner]).as_str()
            );
        }
        index += 1;
    }
}

/// Returns whether an event has a handler, or each of its sub-types has one.
const fn is_handled(catalog: &CatalogInfo, table: Table<'_>, index: usize) -> bool {
    if table.owner(index).is_some() {
        return true;
    }
    let Some(subtypes) = catalog.events()[index].subtypes() else {
        return false;
    };
    let values = subtypes.values();
    let mut i = 0;
    while i < values.len() {
        if table.subtype_owner(catalog, index, values[i].0).is_none() {
            return false;
        }
        i += 1;
    }
    true
}

/// Returns whether one of the patterns matches the event.
const fn is_ignored(event: &EventInfo, patterns: &[Pattern]) -> bool {
    let mut i = 0;
    while i < patterns.len() {
        let matches = if patterns[i].is_exact() {
            equal(patterns[i].as_str(), event.name())
        } else {
            starts_with(event.name(), patterns[i].prefix())
        };
        if matches {
            return true;
        }
        i += 1;
    }
    false
}

const fn not_exhaustive(event: &EventInfo, pattern: Pattern) -> Message {
    let message = Message::new("")
        .name(pattern.as_str())
        .push(" cannot be ignored: ");
    let message = if pattern.is_exact() {
        message.push("it")
    } else {
        message.name(event.name())
    };
    message.push(" is not among the exhaustive events; remove it from `ignore(…)`")
}

const fn handled(event: &EventInfo, pattern: Pattern, owner: &HandlerInfo) -> Message {
    let message = Message::new("")
        .name(pattern.as_str())
        .push(" is ignored, but ")
        .name(owner.name())
        .push(" handles ");
    let message = if pattern.is_exact() {
        message.push("it")
    } else {
        message.name(event.name())
    };
    message.push(": remove it from `ignore(…)`")
}
