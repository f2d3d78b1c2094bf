//! The rules that the compiler checks against a catalog, each with the sentence that it says.
//!
//! All of it runs in constants that the macros write, spanned at the user's own literal, path or type; nothing
//! of it is left in the program. The work is near-linear: names are found by binary search in the sorted catalog,
//! a family is a range of it, and the nearest names are looked for only when there is an error to write.

#![allow(
    clippy::indexing_slicing,
    reason = "constants: an index out of bounds is a compile error"
)]

use crate::catalog::{Catalog, CatalogInfo, EventInfo};
use crate::handler::{Handle, HandlerInfo};
use crate::pattern::Pattern;
use crate::payload::Carries;
use crate::provider::Provider;
use crate::router::{Listed, Table};

mod text;

use self::text::Text;

/// How many names a message lists at most.
const LISTED: usize = 3;

/// What is known of the events that a handler's arguments carry.
pub type Arguments = [Option<Carries>];

/// The first argument that carries events.
#[must_use]
pub const fn carried(arguments: &Arguments) -> Option<Carries> {
    let mut i = 0;
    while i < arguments.len() {
        if let Some(carries) = arguments[i] {
            return Some(carries);
        }
        i += 1;
    }
    None
}

/// `#[on("…")]`: the catalog of the handler's own payload knows the event. At the literal.
///
/// A handler without a payload is checked by [`pattern_of_router`].
///
/// # Panics
/// To speak to the user, at compile time.
#[track_caller]
pub const fn pattern_of_payload(arguments: &Arguments, pattern: Pattern) {
    if let Some(Carries {
        catalog: Some(catalog),
        ..
    }) = carried(arguments)
    {
        known(catalog, pattern);
    }
}

/// `#[on("…")]`: the catalog of the router knows the event, for handlers whose arguments name no catalog.
/// At the literal.
///
/// # Panics
/// To speak to the user, at compile time.
#[track_caller]
pub const fn pattern_of_router(catalog: &CatalogInfo, arguments: &Arguments, pattern: Pattern) {
    if !matches!(
        carried(arguments),
        Some(Carries {
            catalog: Some(_),
            ..
        })
    ) {
        known(catalog, pattern);
    }
}

/// The catalog knows the event, or at least one of the family.
///
/// # Panics
/// To speak to the user, at compile time.
#[track_caller]
pub const fn known(catalog: &CatalogInfo, pattern: Pattern) {
    if catalog.is_stand_in() {
        return;
    }
    let events = catalog.events();
    if pattern.is_exact() {
        match (find_event(events, pattern.as_str()), pattern.is_unlisted()) {
            (Some(_), false) | (None, true) => {}
            (None, false) => panic!("{}", unknown_event(catalog, pattern.as_str()).as_str()),
            (Some(_), true) => panic!(
                "{}",
                Text::new(catalog.provider())
                    .push(" lists the event ")
                    .name(pattern.as_str())
                    .push(" now: remove `unlisted`")
                    .as_str()
            ),
        }
    } else {
        let (start, end) = family(events, pattern.prefix());
        if start == end {
            panic!("{}", empty_family(catalog, pattern).as_str());
        }
    }
}

const fn unknown_event(catalog: &CatalogInfo, name: &str) -> Text {
    let text = Text::new(catalog.provider())
        .push(" has no event ")
        .name(name);
    let (nearest, count) = nearest(catalog.events(), name);
    if count == 0 {
        text.push("; for an event that the catalog does not list, write ")
            .push("`#[on(\"")
            .push(name)
            .push("\", unlisted)]`")
    } else {
        let mut text = text.push("; did you mean ");
        let mut i = 0;
        while i < count {
            if i > 0 {
                text = text.push(if i + 1 == count { " or " } else { ", " });
            }
            text = text.name(catalog.events()[nearest[i]].name());
            i += 1;
        }
        text.push("? (an event that the catalog does not list: `#[on(\"")
            .push(name)
            .push("\", unlisted)]`)")
    }
}

const fn empty_family(catalog: &CatalogInfo, pattern: Pattern) -> Text {
    let text = Text::new(catalog.provider())
        .push(" has no event that ")
        .name(pattern.as_str())
        .push(" would take");
    let (nearest, count) = nearest(catalog.events(), pattern.prefix());
    if count == 0 {
        return text;
    }
    let mut text = text.push("; near to it are ");
    let mut i = 0;
    while i < count {
        if i > 0 {
            text = text.push(if i + 1 == count { " and " } else { ", " });
        }
        text = text.name(catalog.events()[nearest[i]].name());
        i += 1;
    }
    text
}

/// `Event<T>`: the payload carries every event that the handler takes. At the payload's type.
///
/// Names that the catalog does not know are passed over: [`known`] speaks of them.
///
/// # Panics
/// To speak to the user, at compile time.
#[track_caller]
pub const fn payload(carries: Option<Carries>, patterns: &[Pattern]) {
    let Some(Carries {
        payload,
        catalog: Some(catalog),
        patterns: carried,
    }) = carries
    else {
        return;
    };
    let events = catalog.events();
    let mut i = 0;
    while i < patterns.len() {
        let pattern = patterns[i];
        let (mut at, end) = if pattern.is_exact() {
            match find_event(events, pattern.as_str()) {
                Some(at) => (at, at + 1),
                None => (0, 0),
            }
        } else {
            family(events, pattern.prefix())
        };
        if !within(carried, pattern) {
            while at < end {
                if !carries_event(carried, &events[at]) {
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

const fn not_carried(
    payload: &str,
    carried: &[Pattern],
    pattern: Pattern,
    catalog: &CatalogInfo,
    at: usize,
) -> Text {
    let event = &catalog.events()[at];
    let mut text = Text::new("").name(payload).push(" carries ");
    let mut i = 0;
    while i < carried.len() && i < LISTED {
        if i > 0 {
            text = text.push(", ");
        }
        text = text.name(carried[i].as_str());
        i += 1;
    }
    if carried.len() > LISTED {
        text = text.push(" and others");
    }
    text = text.push(", not ").name(event.name());
    if pattern.is_exact() {
        text.push("; that event's payload is ")
            .name(event.payload())
    } else {
        text.push(", which ")
            .name(pattern.as_str())
            .push(" takes too; a view of the family, or ")
            .name(catalog.name())
            .push(", carries them all")
    }
}

/// Whether all that a pattern takes is carried, by the patterns alone.
const fn within(carried: &[Pattern], pattern: Pattern) -> bool {
    let mut i = 0;
    while i < carried.len() {
        if !carried[i].is_exact() && starts_with(pattern.as_str(), carried[i].prefix()) {
            return true;
        }
        i += 1;
    }
    false
}

const fn carries_event(carried: &[Pattern], event: &EventInfo) -> bool {
    let mut i = 0;
    while i < carried.len() {
        let covers = if carried[i].is_exact() {
            compare(carried[i].as_str(), event.name()) == 0
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

/// A function takes the payload of a delivery at most once. At the second.
///
/// # Panics
/// To speak to the user, at compile time.
#[track_caller]
pub const fn one_payload(arguments: &Arguments, second: usize) {
    let mut i = 0;
    while i < second {
        if arguments[i].is_some() && arguments[second].is_some() {
            panic!("a handler takes one event; this is its second `Event<…>`");
        }
        i += 1;
    }
}

/// `handlers(…)`: the handler is for this provider, and no other handler takes the same. At the path.
///
/// # Panics
/// To speak to the user, at compile time.
#[track_caller]
pub const fn listed<R: Listed<INDEX>, const INDEX: usize, const EVENTS: usize>(
    router: &str,
    table: &Table<EVENTS>,
    handlers: &[HandlerInfo],
) {
    let catalog = <<R::Provider as Provider>::Catalog as Catalog>::INFO;
    let handler = &handlers[INDEX];
    if let Some(Carries {
        payload,
        catalog: Some(own),
        ..
    }) = handler.carries()
        && compare(own.provider(), catalog.provider()) != 0
        && !own.is_stand_in()
        && !catalog.is_stand_in()
    {
        panic!(
            "{}",
            Text::new("")
                .name(handler.name())
                .push(" takes events of ")
                .push(own.provider())
                .push(" (")
                .name(payload)
                .push("), but the router ")
                .name(router)
                .push(" is for ")
                .push(catalog.provider())
                .as_str()
        );
    }
    let patterns = handler.patterns();
    let mut i = 0;
    while i < patterns.len() {
        if let Some(other) = owner(catalog, handlers, table, INDEX, patterns[i]) {
            panic!("{}", twice(&handlers[other], handler, patterns[i]).as_str());
        }
        i += 1;
    }
    <R::Handler as Handle<R>>::CHECKED
}

/// The handler listed before this one that takes the very same pattern.
const fn owner<const EVENTS: usize>(
    catalog: &CatalogInfo,
    handlers: &[HandlerInfo],
    table: &Table<EVENTS>,
    index: usize,
    pattern: Pattern,
) -> Option<usize> {
    if pattern.is_exact()
        && let Some(at) = find_event(catalog.events(), pattern.as_str())
    {
        // The table gives an event to the first of its exact handlers.
        return match table.owner(at) {
            Some(owner) if owner < index => Some(owner),
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
                && compare(patterns[i].as_str(), pattern.as_str()) == 0
            {
                return Some(other);
            }
            i += 1;
        }
        other += 1;
    }
    None
}

const fn twice(first: &HandlerInfo, second: &HandlerInfo, pattern: Pattern) -> Text {
    if compare(first.name(), second.name()) == 0
        && compare(first.place().module, second.place().module) == 0
        && first.place().line == second.place().line
    {
        return Text::new("the handler ")
            .name(second.name())
            .push(" is listed twice");
    }
    Text::new("both ")
        .name(first.name())
        .push(" and ")
        .name(second.name())
        .push(" handle ")
        .name(pattern.as_str())
        .push("; one handler runs per delivery: remove one of the two")
}

/// The place of an event in the sorted list.
pub(crate) const fn find_event(events: &[EventInfo], name: &str) -> Option<usize> {
    let (mut low, mut high) = (0, events.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let order = compare(events[middle].name(), name);
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

/// The range of the events whose names start with a prefix: first, and one behind the last.
pub(crate) const fn family(events: &[EventInfo], prefix: &str) -> (usize, usize) {
    let (mut low, mut high) = (0, events.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if compare(events[middle].name(), prefix) < 0 {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let start = low;
    high = events.len();
    while low < high {
        let middle = low + (high - low) / 2;
        if starts_with(events[middle].name(), prefix) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    (start, low)
}

/// The names that are most like a wrong one: the places of up to [`LISTED`], best first, and how many.
const fn nearest(events: &[EventInfo], name: &str) -> ([usize; LISTED], usize) {
    let mut places = [0; LISTED];
    let mut scores = [0; LISTED];
    let mut i = 0;
    while i < events.len() {
        let mut score = likeness(events[i].name(), name);
        let mut place = i;
        let mut rank = 0;
        while rank < LISTED {
            if score > scores[rank] {
                (score, scores[rank]) = (scores[rank], score);
                (place, places[rank]) = (places[rank], place);
            }
            rank += 1;
        }
        i += 1;
    }
    let mut count = 0;
    // Others only if they are about as good as the best one.
    while count < LISTED && scores[count] >= 550 && scores[count] + 120 >= scores[0] {
        count += 1;
    }
    (places, count)
}

/// How alike two names are, in thousandths: what they share at the front and at the back.
///
/// One typing error leaves nearly all of it; it costs one look at each byte, which a distance would not.
const fn likeness(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let shorter = if a.len() < b.len() { a.len() } else { b.len() };
    let mut front = 0;
    while front < shorter && a[front] == b[front] {
        front += 1;
    }
    let mut back = 0;
    while back < shorter - front && a[a.len() - 1 - back] == b[b.len() - 1 - back] {
        back += 1;
    }
    2000 * (front + back) / (a.len() + b.len() + 1)
}

const fn starts_with(text: &str, prefix: &str) -> bool {
    let (text, prefix) = (text.as_bytes(), prefix.as_bytes());
    if text.len() < prefix.len() {
        return false;
    }
    let mut i = 0;
    while i < prefix.len() {
        if text[i] != prefix[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Below, at or above zero, as the bytes of `a` come before, with or behind those of `b`.
pub(crate) const fn compare(a: &str, b: &str) -> i32 {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return a[i] as i32 - b[i] as i32;
        }
        i += 1;
    }
    if a.len() < b.len() {
        -1
    } else if a.len() > b.len() {
        1
    } else {
        0
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

    fn near(name: &str) -> Vec<&'static str> {
        let (places, count) = nearest(EVENTS, name);
        places[..count]
            .iter()
            .map(|place| EVENTS[*place].name())
            .collect()
    }

    #[test]
    fn a_family_is_a_range_of_whole_segments() {
        assert_eq!(family(EVENTS, "session."), (0, 3));
        assert_eq!(family(EVENTS, "vault."), (3, 4));
        assert_eq!(family(EVENTS, "vault_credential."), (4, 5));
        assert_eq!(family(EVENTS, ""), (0, 5));
        let (start, end) = family(EVENTS, "none.");
        assert_eq!(start, end);
    }

    #[test]
    fn a_typing_error_finds_the_name() {
        assert_eq!(near("session.ideld")[0], "session.idled");
        assert_eq!(near("sesion.created")[0], "session.created");
        assert_eq!(near("status_idled")[0], "session.status_idled");
        assert_eq!(near("session_status_idled")[0], "session.status_idled");
        assert!(near("pizza").is_empty());
    }
}
