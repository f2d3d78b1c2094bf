//! Routers: from an event type to the one handler, by a table that the compiler has filled.

#![allow(clippy::indexing_slicing, reason = "the table is filled in a constant")]

use crate::catalog::CatalogInfo;
use crate::check::find_event;
use crate::handler::{Handle, Handled, HandlerInfo, Received};
use crate::provider::Provider;

/// A set of handlers for one provider's events. Derive it with `#[derive(WebhookRouter)]`.
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

    /// Which handler takes an event of this type. `index` is its place in the catalog.
    fn route(index: Option<usize>, event_type: &str) -> Option<usize>;

    /// Calls a handler by its place in [`HANDLERS`](Self::HANDLERS).
    fn dispatch<'d>(
        &'d self,
        handler: usize,
        received: &'d Received<'d>,
    ) -> impl Future<Output = Handled> + Send + 'd;
}

/// A handler that a router lists: what `#[derive(WebhookRouter)]` makes of one path.
pub trait Listed<const INDEX: usize>: Router + Sized {
    /// The handler's proxy.
    type Handler: Handle<Self>;
}

/// No handler: no router has this many.
const NONE: u16 = u16::MAX;

/// For each event of the catalog, the handler that takes it: the one with the most specific pattern.
#[derive(Debug)]
pub struct Table<const EVENTS: usize> {
    by_event: [u16; EVENTS],
    handlers: &'static [HandlerInfo],
}

impl<const EVENTS: usize> Table<EVENTS> {
    /// Fills the table, in a constant.
    ///
    /// Families are ranges, since the catalog is sorted; exact names are found by binary search. Events that the
    /// catalog does not have are left out here: another check speaks of them.
    ///
    /// # Panics
    /// If there are more handlers than a table can name.
    #[must_use]
    pub const fn new(catalog: &CatalogInfo, handlers: &'static [HandlerInfo]) -> Self {
        assert!(handlers.len() < NONE as usize, "too many handlers");
        let events = catalog.events();
        let mut by_event = [NONE; EVENTS];
        // How specific the pattern is that an event is taken by: the length of its prefix, exact ones above all.
        let mut taken_by = [0_usize; EVENTS];
        let mut handler = 0;
        while handler < handlers.len() {
            let patterns = handlers[handler].patterns();
            let mut i = 0;
            while i < patterns.len() {
                let pattern = &patterns[i];
                let (range, specific) = if pattern.is_exact() {
                    let at = find_event(events, pattern.as_str());
                    (
                        match at {
                            Some(at) => (at, at + 1),
                            None => (0, 0),
                        },
                        usize::MAX,
                    )
                } else {
                    let prefix = pattern.prefix();
                    (crate::check::family(events, prefix), prefix.len() + 1)
                };
                let (mut at, end) = range;
                while at < end {
                    // The first of two equals wins; a check speaks of the second.
                    if specific > taken_by[at] {
                        taken_by[at] = specific;
                        by_event[at] = handler as u16;
                    }
                    at += 1;
                }
                i += 1;
            }
            handler += 1;
        }
        Self { by_event, handlers }
    }

    /// The handler for an event of the catalog.
    pub(crate) const fn owner(&self, event: usize) -> Option<usize> {
        match self.by_event[event] {
            NONE => None,
            handler => Some(handler as usize),
        }
    }

    /// The handler for an event type; `index` is its place in the catalog.
    #[must_use]
    pub fn route(&self, index: Option<usize>, event_type: &str) -> Option<usize> {
        match index.and_then(|index| self.by_event.get(index)) {
            Some(&NONE) => None,
            Some(&handler) => Some(usize::from(handler)),
            None => self.route_unknown(event_type),
        }
    }

    /// For events that the catalog does not have: exact names first, then the longest family.
    fn route_unknown(&self, event_type: &str) -> Option<usize> {
        let specific = |pattern: &crate::pattern::Pattern| {
            if pattern.is_exact() {
                usize::MAX
            } else {
                pattern.prefix().len()
            }
        };
        self.handlers
            .iter()
            .enumerate()
            .flat_map(|(index, handler)| handler.patterns().iter().map(move |p| (index, p)))
            .filter(|(_, pattern)| pattern.matches(event_type))
            .max_by_key(|(index, pattern)| (specific(pattern), std::cmp::Reverse(*index)))
            .map(|(index, _)| index)
    }
}
