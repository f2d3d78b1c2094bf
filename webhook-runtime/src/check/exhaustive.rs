//! A router that says it handles everything does.

use super::event::{DeclaredIn, check};
use super::names::family;
use super::text::Text;
use crate::catalog::{CatalogInfo, EventInfo};
use crate::handler::HandlerInfo;
use crate::pattern::Pattern;
use crate::router::Table;
use crate::text::{equal, starts_with};

/// `exhaustive` or `exhaustive("session.*")`: every event has a handler or is ignored. At the word or literal.
///
/// # Panics
/// To speak to the user, at compile time.
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
        // What it handles is not known: another error speaks of it.
        if handlers[handler].is_stand_in() {
            return;
        }
        handler += 1;
    }
    let events = catalog.events();
    let (start, end) = range(catalog, pattern);
    let mut missing = 0;
    let mut at = start;
    while at < end {
        if !is_handled(catalog, table, at) && !is_ignored(&events[at], ignored) {
            missing += 1;
        }
        at += 1;
    }
    if missing == 0 {
        return;
    }
    let mut text = Text::new("the router ")
        .name(router)
        .push(" is to be exhaustive, but has no handler for ");
    let mut written = 0;
    at = start;
    while at < end {
        if !is_handled(catalog, table, at) && !is_ignored(&events[at], ignored) {
            if written > 0 {
                text = text.push(if written + 1 == missing {
                    " and "
                } else {
                    ", "
                });
            }
            text = text.name(events[at].name());
            written += 1;
        }
        at += 1;
    }
    text = text.push("; write one, or leave events out on purpose with `ignore(…)`");
    panic!("{}", text.as_str());
}

/// `ignore("session.pending")`: the catalog has the event, it is within what is exhaustive, and nobody handles
/// it. At the literal.
///
/// # Panics
/// To speak to the user, at compile time.
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
    let (mut at, end) = range(catalog, pattern);
    while at < end {
        if !is_ignored(&events[at], exhaustive) {
            panic!("{}", outside(&events[at], pattern).as_str());
        }
        if let Some(owner) = table.owner(at) {
            panic!(
                "{}",
                pointless(&events[at], pattern, &handlers[owner]).as_str()
            );
        }
        at += 1;
    }
}

const fn range(catalog: &CatalogInfo, pattern: Pattern) -> (usize, usize) {
    if !pattern.is_exact() {
        return family(catalog.events(), pattern.prefix());
    }
    match catalog.find(pattern) {
        Some(at) => (at, at + 1),
        None => (0, 0),
    }
}

/// By a handler of its own or of its family, or by one for each of its sub-types.
const fn is_handled(catalog: &CatalogInfo, table: Table<'_>, at: usize) -> bool {
    if table.owner(at).is_some() {
        return true;
    }
    let Some(subtypes) = catalog.events()[at].subtypes() else {
        return false;
    };
    let values = subtypes.values();
    let mut i = 0;
    while i < values.len() {
        if table.subtype_owner(catalog, at, values[i].0).is_none() {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether one of the patterns takes the event.
const fn is_ignored(event: &EventInfo, patterns: &[Pattern]) -> bool {
    let mut i = 0;
    while i < patterns.len() {
        let takes = if patterns[i].is_exact() {
            equal(patterns[i].as_str(), event.name())
        } else {
            starts_with(event.name(), patterns[i].prefix())
        };
        if takes {
            return true;
        }
        i += 1;
    }
    false
}

const fn outside(event: &EventInfo, pattern: Pattern) -> Text {
    let text = Text::new("");
    let text = if pattern.is_exact() {
        text
    } else {
        text.name(pattern.as_str()).push(" takes ")
    };
    text.name(event.name())
        .push(if pattern.is_exact() {
            " is not"
        } else {
            ", which is not"
        })
        .push(" among the events that are to be exhaustive: there is nothing to ignore")
}

const fn pointless(event: &EventInfo, pattern: Pattern, owner: &HandlerInfo) -> Text {
    let text = Text::new("")
        .name(pattern.as_str())
        .push(" is ignored, but ")
        .name(owner.name());
    let text = text.push(" handles ");
    let text = if pattern.is_exact() {
        text.push("it")
    } else {
        text.name(event.name())
    };
    text.push(": remove it from `ignore(…)`")
}
