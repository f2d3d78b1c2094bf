//! Table of a router, computed in a constant.

#![allow(
    clippy::indexing_slicing,
    reason = "an index out of bounds in a constant is a compile error; `owner` checks its bound"
)]

use super::Route;
use crate::catalog::CatalogInfo;
use crate::handler::HandlerInfo;
use crate::pattern::Pattern;

/// Cell without a handler. No router has this many handlers.
const NONE: u16 = u16::MAX;

/// Memory of a [`Table`]: `N` cells, one for each event of the catalog, followed by one for each sub-type.
///
/// Also records for each of `H` handlers whether an earlier handler names the same event.
#[derive(Debug)]
pub struct Cells<const N: usize, const H: usize> {
    cells: [u16; N],
    is_duplicate: [bool; H],
}

/// Returns the number of cells in the table of a catalog.
#[must_use]
pub const fn cells(catalog: &CatalogInfo) -> usize {
    let events = catalog.events();
    let length = events.len();
    let mut count = length;
    let mut event = 0;
    while event < length {
        if let Some(subtypes) = events[event].subtypes {
            count += subtypes.values().len();
        }
        event += 1;
    }
    count
}

/// Returns the index of the cell of an event's first sub-type.
pub(super) const fn first_subtype(catalog: &CatalogInfo, event: usize) -> usize {
    let events = catalog.events();
    let mut cell = events.len();
    let mut earlier = 0;
    while earlier < event {
        if let Some(subtypes) = events[earlier].subtypes {
            cell += subtypes.values().len();
        }
        earlier += 1;
    }
    cell
}

impl<const N: usize, const H: usize> Cells<N, H> {
    /// Computes the table: each event belongs to the handler with the most specific pattern.
    ///
    /// A family is a range, because the catalog is sorted; an exact name is found by binary search. Events that the
    /// catalog does not list are skipped here, because another check reports them.
    ///
    /// # Panics
    /// If there are more handlers than a cell can number.
    #[must_use]
    pub const fn new(catalog: &CatalogInfo, handlers: &[HandlerInfo]) -> Self {
        assert!(
            handlers.len() == H && H < NONE as usize,
            "a router lists at most 65,534 handlers"
        );
        let mut cells = [NONE; N];
        let mut is_duplicate = [false; H];
        // Specificity of the pattern of each cell: the length of its prefix plus one; the maximum, if it is exact.
        let mut specificities = [0_usize; N];
        let mut handler = 0;
        while handler < H {
            let patterns = handlers[handler].patterns();
            let count = patterns.len();
            let mut i = 0;
            while i < count {
                let pattern = patterns[i];
                let (mut cell, end) = Self::range(catalog, pattern);
                let specificity = if pattern.is_exact() {
                    usize::MAX
                } else {
                    pattern.prefix().len() + 1
                };
                while cell < end {
                    // The first of two equal patterns wins; `check::listed` reports the second.
                    if specificity == usize::MAX && specificities[cell] == specificity {
                        is_duplicate[handler] = true;
                    } else if specificity > specificities[cell] {
                        specificities[cell] = specificity;
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
        Self {
            cells,
            is_duplicate,
        }
    }

    /// Returns the range of the cells that match a pattern.
    const fn range(catalog: &CatalogInfo, pattern: Pattern) -> (usize, usize) {
        let events = catalog.events();
        if pattern.is_unlisted() {
            return (0, 0);
        }
        if !pattern.is_exact() {
            return catalog.family(pattern.prefix());
        }
        let Some(event) = catalog.find(pattern) else {
            return (0, 0);
        };
        let cell = match (pattern.subtype(), events[event].subtypes()) {
            (None, _) => Some(event),
            (Some((_, value)), Some(subtypes)) => match subtypes.index_of(value) {
                Some(index) => Some(first_subtype(catalog, event) + index),
                None => None,
            },
            (Some(_), None) => None,
        };
        match cell {
            Some(cell) => (cell, cell + 1),
            None => (0, 0),
        }
    }

    /// Returns the table.
    #[must_use]
    pub const fn table(&self) -> Table<'_> {
        Table { cells: &self.cells }
    }

    /// Returns for each handler whether an earlier handler names the same event.
    #[must_use]
    pub const fn is_duplicate(&self) -> &[bool] {
        &self.is_duplicate
    }
}

/// Handler of each event and each sub-type of a catalog.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    cells: &'a [u16],
}

impl Table<'_> {
    /// Table without handlers.
    pub const EMPTY: Table<'static> = Table { cells: &[] };

    /// Returns the handler of an event, by the event's index in the catalog.
    pub(crate) const fn owner(self, event: usize) -> Option<usize> {
        // The empty table has no cells.
        if event >= self.cells.len() {
            return None;
        }
        match self.cells[event] {
            NONE => None,
            handler => Some(handler as usize),
        }
    }

    /// Returns the handler that is limited to one sub-type of an event.
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
            Some(index) => self.owner(first_subtype(catalog, event) + index),
            None => None,
        }
    }

    /// Returns whether a handler is limited to one of the sub-types in a range of cells.
    pub(super) const fn has_subtype_handler(self, first: usize, count: usize) -> bool {
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

/// Returns the number of routes in a table.
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

/// Returns the routes of a table: the events in the catalog's order, then the patterns of unlisted events.
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
            routes[next] = Route::new(events[event].name(), None, &handlers[owner]);
            next += 1;
        }
        if let Some(subtypes) = events[event].subtypes {
            let values = subtypes.values();
            let mut i = 0;
            while i < values.len() {
                if let Some(owner) = table.owner(subtype_cell) {
                    let subtype = Some((subtypes.key(), values[i].0));
                    routes[next] = Route::new(events[event].name(), subtype, &handlers[owner]);
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
                routes[next] = Route::new(patterns[i].as_str(), None, &handlers[handler]);
                next += 1;
            }
            i += 1;
        }
        handler += 1;
    }
    routes
}
