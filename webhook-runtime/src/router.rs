//! Routers: from an event type to the one handler, by a table that the compiler has filled.

#![allow(
    clippy::indexing_slicing,
    reason = "the table is filled in constants, and checked there"
)]

use std::borrow::Cow;

use crate::catalog::{Catalog, CatalogInfo};
use crate::check::names::family;
use crate::handler::{Delivery, Handled, HandlerInfo, SourceLocation};
use crate::pattern::Pattern;
use crate::provider::Provider;

/// A set of handlers for one provider's events. Derive it with `#[derive(WebhookRouter)]`.
///
/// ```
/// # #[cfg(feature = "openai")] {
/// use webhook_runtime::openai::{BatchFailed, OpenAi};
/// use webhook_runtime::{Event, Router, WebhookRouter, on};
///
/// #[on("batch.failed")]
/// async fn failed(event: Event<BatchFailed>) {}
///
/// #[derive(WebhookRouter)]
/// #[webhook(provider = OpenAi, handlers(failed))]
/// struct App;
///
/// // What the router handles: compare it with what the provider is told to send.
/// let handled: Vec<_> = App::ROUTES.iter().map(|route| (route.event, route.handler)).collect();
/// assert_eq!(handled, [("batch.failed", "failed")]);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a webhook router",
    label = "not a router",
    note = "write `#[derive(WebhookRouter)]` and `#[webhook(provider = …, handlers(…))]` on it"
)]
pub trait Router: Send + Sync + 'static {
    /// Whose events it takes.
    type Provider: Provider;

    /// Its handlers, in the order in which they are listed.
    const HANDLERS: &'static [HandlerInfo];

    /// Every event of the catalog that it handles, with the handler that takes it, sorted by event.
    const ROUTES: &'static [Route];

    /// Which handler takes which event.
    #[doc(hidden)]
    fn table() -> Table<'static>;

    /// Calls a handler by its place in [`HANDLERS`](Self::HANDLERS).
    #[doc(hidden)]
    fn dispatch<'d>(
        &'d self,
        handler: usize,
        received: &'d Delivery<'d>,
    ) -> impl Future<Output = Handled> + Send + 'd;
}

/// An event that a router handles, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The event's type; for what no catalog lists, the pattern.
    pub event: &'static str,
    /// The key and value of the sub-type, if the handler takes one alone.
    pub subtype: Option<(&'static str, &'static str)>,
    /// The handler's name.
    pub handler: &'static str,
    /// Where the handler stands.
    pub location: SourceLocation,
}

impl Route {
    const EMPTY: Self = Self {
        event: "",
        subtype: None,
        handler: "",
        location: SourceLocation::new("", 0, ""),
    };
}

/// No handler: no router has this many.
const NONE: u16 = u16::MAX;

/// The room of a table: one cell for each event of the catalog, and one for each sub-type behind them.
///
/// Beside them, for each of `H` handlers, whether another one took an event of its own before.
#[derive(Debug)]
pub struct Cells<const N: usize, const H: usize> {
    cells: [u16; N],
    is_second: [bool; H],
}

/// How many cells the table of a catalog has.
#[must_use]
pub const fn cells(catalog: &CatalogInfo) -> usize {
    let events = catalog.events();
    let length = events.len();
    let mut count = length;
    let mut at = 0;
    while at < length {
        if let Some(subtypes) = events[at].subtypes {
            count += subtypes.values().len();
        }
        at += 1;
    }
    count
}

/// The cell of an event's first sub-type.
const fn first_subtype(catalog: &CatalogInfo, event: usize) -> usize {
    let events = catalog.events();
    let mut cell = events.len();
    let mut at = 0;
    while at < event {
        if let Some(subtypes) = events[at].subtypes {
            cell += subtypes.values().len();
        }
        at += 1;
    }
    cell
}

impl<const N: usize, const H: usize> Cells<N, H> {
    /// Fills the table, in a constant: each event goes to the handler with the most specific pattern.
    ///
    /// Families are ranges, since the catalog is sorted; exact names are found by binary search. Events that the
    /// catalog does not have are left out here: another check speaks of them.
    ///
    /// # Panics
    /// If there are more handlers than a table can name.
    #[must_use]
    pub const fn new(catalog: &CatalogInfo, handlers: &[HandlerInfo]) -> Self {
        assert!(
            handlers.len() == H && H < NONE as usize,
            "a router lists at most 65,534 handlers"
        );
        let mut cells = [NONE; N];
        let mut is_second = [false; H];
        // How specific the pattern is that a cell is taken by: the length of its prefix; exact ones above all.
        let mut taken_by = [0_usize; N];
        let mut handler = 0;
        while handler < H {
            let patterns = handlers[handler].patterns();
            let count = patterns.len();
            let mut i = 0;
            while i < count {
                let pattern = patterns[i];
                let (mut cell, end) = Self::taken(catalog, pattern);
                let specific = if pattern.is_exact() {
                    usize::MAX
                } else {
                    pattern.prefix().len() + 1
                };
                while cell < end {
                    // The first of two equals wins; a check speaks of the second.
                    if specific == usize::MAX && taken_by[cell] == specific {
                        is_second[handler] = true;
                    } else if specific > taken_by[cell] {
                        taken_by[cell] = specific;
                        #[expect(clippy::cast_possible_truncation, reason = "asserted above")]
                        {
                            cells[cell] = handler as u16;
                        }
                    }
                    cell += 1;
                }
                i += 1;
            }
            handler += 1;
        }
        Self { cells, is_second }
    }

    /// The range of cells that a pattern takes.
    const fn taken(catalog: &CatalogInfo, pattern: Pattern) -> (usize, usize) {
        let events = catalog.events();
        if pattern.is_unlisted() {
            return (0, 0);
        }
        if !pattern.is_exact() {
            return family(events, pattern.prefix());
        }
        let Some(event) = catalog.find(pattern) else {
            return (0, 0);
        };
        let cell = match (pattern.subtype(), events[event].subtypes()) {
            (None, _) => Some(event),
            (Some((_, value)), Some(subtypes)) => match subtypes.index_of(value) {
                Some(at) => Some(first_subtype(catalog, event) + at),
                None => None,
            },
            (Some(_), None) => None,
        };
        match cell {
            Some(cell) => (cell, cell + 1),
            None => (0, 0),
        }
    }

    /// The table.
    #[must_use]
    pub const fn table(&self) -> Table<'_> {
        Table { cells: &self.cells }
    }

    /// For each handler, whether another one takes the very same event before it.
    #[must_use]
    pub const fn is_second(&self) -> &[bool] {
        &self.is_second
    }
}

/// For each event of the catalog and each of its sub-types, the handler that takes it.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    cells: &'a [u16],
}

impl Table<'_> {
    /// The table of a router whose declaration has an error.
    pub const EMPTY: Table<'static> = Table { cells: &[] };

    /// The handler for an event of the catalog.
    pub(crate) const fn owner(self, event: usize) -> Option<usize> {
        // A router without a table has no handlers.
        if event >= self.cells.len() {
            return None;
        }
        match self.cells[event] {
            NONE => None,
            handler => Some(handler as usize),
        }
    }

    /// The handler for one sub-type of an event alone.
    pub(crate) const fn subtype_owner(
        self,
        catalog: &CatalogInfo,
        event: usize,
        value: &str,
    ) -> Option<usize> {
        let Some(subtypes) = catalog.events()[event].subtypes() else {
            return None;
        };
        match subtypes.index_of(value) {
            Some(at) => self.owner(first_subtype(catalog, event) + at),
            None => None,
        }
    }

    /// Whether any sub-type of an event has a handler of its own.
    const fn is_subtyped(self, first: usize, count: usize) -> bool {
        let mut cell = first;
        while cell < first + count {
            if self.owner(cell).is_some() {
                return true;
            }
            cell += 1;
        }
        false
    }
}

/// How many routes a table has.
#[must_use]
pub const fn count_routes(table: Table<'_>, handlers: &[HandlerInfo]) -> usize {
    let cells = table.cells;
    let length = cells.len();
    let mut count = 0;
    let mut cell = 0;
    while cell < length {
        if cells[cell] != NONE {
            count += 1;
        }
        cell += 1;
    }
    let mut handler = 0;
    while handler < handlers.len() {
        let patterns = handlers[handler].patterns();
        let length = patterns.len();
        let mut i = 0;
        while i < length {
            if patterns[i].is_unlisted() {
                count += 1;
            }
            i += 1;
        }
        handler += 1;
    }
    count
}

/// The routes of a table: the catalog's events in its order, then what it does not list.
#[must_use]
pub const fn routes<const N: usize>(
    catalog: &CatalogInfo,
    table: Table<'_>,
    handlers: &[HandlerInfo],
) -> [Route; N] {
    let mut routes = [Route::EMPTY; N];
    let mut next = 0;
    let events = catalog.events();
    let length = events.len();
    let mut subtype_cell = length;
    let mut event = 0;
    while event < length {
        if table.cells[event] != NONE
            && let Some(owner) = table.owner(event)
        {
            routes[next] = route(events[event].name(), None, &handlers[owner]);
            next += 1;
        }
        if let Some(subtypes) = events[event].subtypes {
            let values = subtypes.values();
            let mut i = 0;
            while i < values.len() {
                if let Some(owner) = table.owner(subtype_cell) {
                    let subtype = Some((subtypes.key(), values[i].0));
                    routes[next] = route(events[event].name(), subtype, &handlers[owner]);
                    next += 1;
                }
                subtype_cell += 1;
                i += 1;
            }
        }
        event += 1;
    }
    let mut handler = 0;
    while handler < handlers.len() {
        let patterns = handlers[handler].patterns();
        let mut i = 0;
        while i < patterns.len() {
            if patterns[i].is_unlisted() {
                routes[next] = route(patterns[i].as_str(), None, &handlers[handler]);
                next += 1;
            }
            i += 1;
        }
        handler += 1;
    }
    routes
}

const fn route(
    event: &'static str,
    subtype: Option<(&'static str, &'static str)>,
    handler: &HandlerInfo,
) -> Route {
    Route {
        event,
        subtype,
        handler: handler.name(),
        location: handler.location(),
    }
}

/// The handler of a router for an event. `index` is the event's place in the catalog; `subtype` reads the
/// sub-type, if there is a handler for one.
pub(crate) fn find<'b, R: Router, E>(
    index: Option<usize>,
    event_type: &str,
    subtype: impl FnOnce(&'static [&'static str]) -> Result<Option<Cow<'b, str>>, E>,
) -> Result<Option<usize>, E> {
    let Some(event) = index else {
        return Ok(find_unlisted(R::HANDLERS, event_type));
    };
    let table = R::table();
    let catalog = <<R::Provider as Provider>::Catalog as Catalog>::INFO;
    if let Some(subtypes) = catalog
        .events()
        .get(event)
        .and_then(|event| event.subtypes())
    {
        let first = first_subtype(catalog, event);
        if table.is_subtyped(first, subtypes.values().len())
            && let Some(value) = subtype(subtypes.at())?
            && let Some(owner) = subtypes
                .index_of(&value)
                .and_then(|at| table.owner(first + at))
        {
            return Ok(Some(owner));
        }
    }
    Ok(table.owner(event))
}

/// For events that the catalog does not have: exact names first, then the longest family.
fn find_unlisted(handlers: &[HandlerInfo], event_type: &str) -> Option<usize> {
    let mut best = None;
    let mut most = 0;
    for (index, handler) in handlers.iter().enumerate() {
        for pattern in handler
            .patterns()
            .iter()
            .filter(|pattern| pattern.matches(event_type))
        {
            // Among equals, the one that is for unlisted events alone.
            let specific = match pattern.is_exact() {
                true => usize::MAX,
                false => 2 * pattern.prefix().len() + 1 + usize::from(pattern.is_unlisted()),
            };
            if specific > most {
                most = specific;
                best = Some(index);
            }
        }
    }
    best
}
