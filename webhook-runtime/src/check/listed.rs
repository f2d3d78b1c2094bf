//! The handlers of a router are for its provider, and each can run.

use super::names::family;
use super::text::Text;
use crate::catalog::{Catalog, CatalogInfo};
use crate::handler::{Handle, HandlerInfo, Lists};
use crate::pattern::Pattern;
use crate::payload::Carries;
use crate::provider::Provider;
use crate::router::{Cells, Router, Table};
use crate::text::equal;

/// `handlers(…)`: the handler is for this provider, no other takes the same, and more specific ones leave it
/// something. At the path. Returns whether it is for a deprecated event and has not been told so, having no payload.
///
/// # Panics
/// To speak to the user, at compile time.
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
        cells.is_second(),
        handlers,
        index,
    )
}

#[track_caller]
const fn check(
    router: &str,
    catalog: &'static CatalogInfo,
    table: Table<'_>,
    is_second: &[bool],
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
    // At the literals this was told already, unless an alias hides that the payload names no catalog.
    let untold = super::of_router(catalog, handler.carries());
    let mut deprecated = false;
    let mut i = 0;
    while i < count {
        deprecated |= super::pattern(untold, patterns[i]);
        let is_one_event = patterns[i].is_exact() && !patterns[i].is_unlisted();
        if is_one_event && !is_second[index] {
            i += 1;
            continue;
        }
        if let Some(other) = taken_before(catalog, handlers, table, index, patterns[i]) {
            panic!("{}", twice(&handlers[other], handler, patterns[i]).as_str());
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
) -> Text {
    Text::new("")
        .name(handler.name())
        .push(" takes events of ")
        .push(own)
        .push(" (")
        .name(payload)
        .push("), but the router ")
        .name(router)
        .push(" is for ")
        .push(catalog.provider())
        .push(": list it in a router of its own provider")
}

/// The handler listed before this one that takes the very same pattern.
const fn taken_before(
    catalog: &CatalogInfo,
    handlers: &[HandlerInfo],
    table: Table<'_>,
    index: usize,
    pattern: Pattern,
) -> Option<usize> {
    if pattern.is_exact()
        && let Some(at) = catalog.find(pattern)
    {
        // The table gives an event to the first of its handlers.
        let owner = match pattern.subtype() {
            None => table.owner(at),
            Some((_, value)) => table.subtype_owner(catalog, at, value),
        };
        return match owner {
            Some(owner) if owner < index && is_exact_owner(&handlers[owner], pattern) => {
                Some(owner)
            }
            _ => None,
        };
    }
    // Wildcards and unlisted names: there are few of them.
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

/// Whether a handler owns an event by naming it, not by a family.
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

/// Whether more specific handlers take every event of a family, or every sub-type of an event.
const fn never_runs(
    catalog: &CatalogInfo,
    table: Table<'_>,
    index: usize,
    pattern: Pattern,
) -> bool {
    if pattern.is_exact() || pattern.is_unlisted() {
        return false;
    }
    let (mut at, end) = family(catalog.events(), pattern.prefix());
    if at == end {
        // Told at the literal.
        return false;
    }
    while at < end {
        if matches!(table.owner(at), Some(owner) if owner == index) {
            return false;
        }
        at += 1;
    }
    true
}

const fn twice(first: &HandlerInfo, second: &HandlerInfo, pattern: Pattern) -> Text {
    if equal(first.name(), second.name())
        && equal(first.location().module, second.location().module)
        && first.location().line == second.location().line
    {
        return Text::new("the handler ")
            .name(second.name())
            .push(" is listed twice");
    }
    let (first_module, second_module) = (first.location().module, second.location().module);
    let same = equal(first.name(), second.name());
    let text = Text::new("both ").handler(first, same && !equal(first_module, second_module));
    text.push(" and ")
        .handler(second, same && !equal(first_module, second_module))
        .push(" handle ")
        .pattern(pattern)
        .push("; one handler runs per delivery: remove one of the two")
}

const fn shadowed(
    catalog: &CatalogInfo,
    handlers: &[HandlerInfo],
    table: Table<'_>,
    handler: &HandlerInfo,
    pattern: Pattern,
) -> Text {
    let mut text = Text::new("")
        .name(handler.name())
        .push(" can never run: all events of ")
        .name(pattern.as_str())
        .push(" are taken by more specific handlers (");
    let (start, end) = family(catalog.events(), pattern.prefix());
    let mut listed = 0;
    let mut at = start;
    while at < end {
        if let Some(owner) = table.owner(at)
            && !is_named(table, (start, at), owner)
        {
            if listed == super::names::LISTED {
                text = text.push(" and others");
                break;
            }
            if listed > 0 {
                text = text.push(", ");
            }
            text = text.name(handlers[owner].name());
            listed += 1;
        }
        at += 1;
    }
    text.push("); to take only what the catalog does not list, write `#[on(\"")
        .push(pattern.as_str())
        .push("\", unlisted)]`")
}

/// Whether a handler owns one of the events in a range.
const fn is_named(table: Table<'_>, (start, end): (usize, usize), owner: usize) -> bool {
    let mut at = start;
    while at < end {
        if matches!(table.owner(at), Some(other) if other == owner) {
            return true;
        }
        at += 1;
    }
    false
}
