//! Checks of a router's list of handlers: each is for the router's provider, and each can run.

use super::message::Message;
use super::suggestions::LISTED;
use crate::catalog::{Catalog, CatalogInfo};
use crate::handler::{Handle, HandlerInfo, Lists};
use crate::pattern::Pattern;
use crate::payload::Carries;
use crate::provider::Provider;
use crate::router::{Cells, Router, Table};
use crate::text::equal;

/// Checks an entry of `handlers(…)`, at the path: the handler is for this provider, no other handler has the same
/// pattern, and not all of its events have more specific handlers. Returns whether to warn of a deprecated event, which
/// was not possible at the literal if the handler has no payload.
///
/// # Panics
/// With the compiler's message.
#[must_use]
#[track_caller]
pub const fn listed<L, R, const N: usize, const H: usize>(
    router: &str,
    cells: &Cells<N, H>,
    handlers: &[HandlerInfo],
    index: usize,
) -> bool
where
    L: Lists<R>,
    R: Router,
{
    let () = <L::Handler as Handle<R>>::CHECKED;
    check(
        router,
        <<R::Provider as Provider>::Catalog as Catalog>::INFO,
        cells.table(),
        cells.is_duplicate(),
        handlers,
        index,
    )
}

#[track_caller]
const fn check(
    router: &str,
    catalog: &'static CatalogInfo,
    table: Table<'_>,
    is_duplicate: &[bool],
    handlers: &[HandlerInfo],
    index: usize,
) -> bool {
    let handler = &handlers[index];
    if catalog.is_stand_in() {
        return false;
    }
    if let Some(Carries {
        payload,
        provider: Some(own),
        ..
    }) = handler.carries()
        && !equal(own, catalog.provider())
        && !own.is_empty()
    {
        panic!(
            "{}",
            other_provider(handler, own, payload, router, catalog).as_str()
        );
    }
    let patterns = handler.patterns();
    let count = patterns.len();
    // The literals are checked already, unless an alias hides that the payload names no catalog.
    let unchecked = super::of_router(catalog, handler.carries());
    let mut deprecated = false;
    let mut i = 0;
    while i < count {
        deprecated |= super::pattern(unchecked, patterns[i]);
        let is_one_event = patterns[i].is_exact() && !patterns[i].is_unlisted();
        if is_one_event && !is_duplicate[index] {
            i += 1;
            continue;
        }
        if let Some(other) = same_pattern_before(catalog, handlers, table, index, patterns[i]) {
            panic!(
                "{}",
                duplicate(&handlers[other], handler, patterns[i]).as_str()
            );
        }
        if never_runs(catalog, table, index, patterns[i]) {
            panic!(
                "{}",
                shadowed(catalog, handlers, table, handler, patterns[i]).as_str()
            );
        }
        i += 1;
    }
    deprecated
}

const fn other_provider(
    handler: &HandlerInfo,
    own: &str,
    payload: &str,
    router: &str,
    catalog: &CatalogInfo,
) -> Message {
    Message::new("")
        .name(handler.name())
        .push(" takes events of ")
        .push(own)
        .push(" (")
        .name(payload)
        .push("), but router ")
        .name(router)
        .push(" is for ")
        .push(catalog.provider())
        .push(": list it in a router for ")
        .push(own)
}

/// Returns the earlier handler in the list with the same pattern.
const fn same_pattern_before(
    catalog: &CatalogInfo,
    handlers: &[HandlerInfo],
    table: Table<'_>,
    index: usize,
    pattern: Pattern,
) -> Option<usize> {
    if pattern.is_exact()
        && let Some(event) = catalog.find(pattern)
    {
        // In the table, an event belongs to the first of its handlers.
        let owner = match pattern.subtype() {
            None => table.owner(event),
            Some((_, value)) => table.subtype_owner(catalog, event, value),
        };
        return match owner {
            Some(owner) if owner < index && is_exact_owner(&handlers[owner], pattern) => {
                Some(owner)
            }
            _ => None,
        };
    }
    // A linear search suffices, because families and unlisted events are few.
    let mut other = 0;
    while other < index {
        let patterns = handlers[other].patterns();
        let mut i = 0;
        while i < patterns.len() {
            if (!patterns[i].is_exact() || patterns[i].is_unlisted())
                && patterns[i].is_unlisted() == pattern.is_unlisted()
                && equal(patterns[i].as_str(), pattern.as_str())
            {
                return Some(other);
            }
            i += 1;
        }
        other += 1;
    }
    None
}

/// Returns whether a handler owns an event by its exact name, not by a family.
const fn is_exact_owner(handler: &HandlerInfo, pattern: Pattern) -> bool {
    let patterns = handler.patterns();
    let mut i = 0;
    while i < patterns.len() {
        if patterns[i].is_exact() && equal(patterns[i].as_str(), pattern.as_str()) {
            return true;
        }
        i += 1;
    }
    false
}

/// Returns whether every event of a family has a more specific handler.
const fn never_runs(
    catalog: &CatalogInfo,
    table: Table<'_>,
    index: usize,
    pattern: Pattern,
) -> bool {
    if pattern.is_exact() || pattern.is_unlisted() {
        return false;
    }
    let (mut event, end) = catalog.family(pattern.prefix());
    if event == end {
        // Another check reports a family without events.
        return false;
    }
    while event < end {
        if matches!(table.owner(event), Some(owner) if owner == index) {
            return false;
        }
        event += 1;
    }
    true
}

const fn duplicate(first: &HandlerInfo, second: &HandlerInfo, pattern: Pattern) -> Message {
    let is_same_module = equal(first.location().module, second.location().module);
    let is_same_name = equal(first.name(), second.name());
    if is_same_name && is_same_module && first.location().line == second.location().line {
        return Message::new("duplicate handler ")
            .name(second.name())
            .push(": remove one of the two entries");
    }
    let with_module = is_same_name && !is_same_module;
    Message::new("")
        .handler(first, with_module)
        .push(" and ")
        .handler(second, with_module)
        .push(" both handle ")
        .pattern(pattern)
        .push(": one handler runs per delivery; remove one of the two")
}

const fn shadowed(
    catalog: &CatalogInfo,
    handlers: &[HandlerInfo],
    table: Table<'_>,
    handler: &HandlerInfo,
    pattern: Pattern,
) -> Message {
    let mut message = Message::new("")
        .name(handler.name())
        .push(" can never run: more specific handlers (");
    let (start, end) = catalog.family(pattern.prefix());
    let mut listed = 0;
    let mut event = start;
    while event < end {
        if let Some(owner) = table.owner(event)
            && !owns_any(table, (start, event), owner)
        {
            if listed == LISTED {
                message = message.push(" and others");
                break;
            }
            if listed > 0 {
                message = message.push(", ");
            }
            message = message.name(handlers[owner].name());
            listed += 1;
        }
        event += 1;
    }
    message
        .push(") take all events of ")
        .name(pattern.as_str())
        .push("; to take only events that the catalog does not list, write `#[on(\"")
        .push(pattern.as_str())
        .push("\", unlisted)]`")
}

/// Returns whether a handler owns one of the events in a range.
const fn owns_any(table: Table<'_>, (start, end): (usize, usize), owner: usize) -> bool {
    let mut event = start;
    while event < end {
        if matches!(table.owner(event), Some(other) if other == owner) {
            return true;
        }
        event += 1;
    }
    false
}
