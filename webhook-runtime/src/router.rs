//! Routers: the handler of each event, by a table that is computed while the program compiles. Fourth stage of the
//! pipeline, between `event` and [`handler`](crate::handler).
//!
//! Decision: one handler runs per delivery, the one with the most specific pattern. Several handlers would share one
//! response, and a redelivery would run again those that had succeeded.

use std::borrow::Cow;

use crate::catalog::{Catalog, CatalogInfo};
use crate::handler::{Delivery, Handled, HandlerInfo, SourceLocation};
use crate::provider::Provider;

mod table;

#[doc(hidden)]
pub use self::table::{Cells, Table, cells, count_routes, routes};

/// Set of handlers for the events of one provider. Derive it with `#[derive(WebhookRouter)]`.
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
/// // The handled events: compare them with the events that the provider is configured to send.
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
    /// Provider of the events.
    type Provider: Provider;

    /// Handlers, in the order of the list in `handlers(…)`.
    const HANDLERS: &'static [HandlerInfo];

    /// Every handled event of the catalog with its handler, sorted by event.
    const ROUTES: &'static [Route];

    /// Returns the table of the handler of each event.
    #[doc(hidden)]
    fn table() -> Table<'static>;

    /// Calls a handler by its index in [`HANDLERS`](Self::HANDLERS).
    #[doc(hidden)]
    fn dispatch<'d>(
        &'d self,
        handler: usize,
        delivery: &'d Delivery<'d>,
    ) -> impl Future<Output = Handled> + Send + 'd;
}

/// Event that a router handles, with its handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// Type of the event; the pattern, for events that the catalog does not list.
    pub event: &'static str,
    /// Key and value of the sub-type, if the handler is limited to one.
    pub subtype: Option<(&'static str, &'static str)>,
    /// Name of the handler.
    pub handler: &'static str,
    /// Location of the handler in the source.
    pub location: SourceLocation,
}

impl Route {
    /// Value that every entry of a list has before it is filled.
    const EMPTY: Self = Self {
        event: "",
        subtype: None,
        handler: "",
        location: SourceLocation::new("", 0, ""),
    };

    const fn new(
        event: &'static str,
        subtype: Option<(&'static str, &'static str)>,
        handler: &HandlerInfo,
    ) -> Self {
        Self {
            event,
            subtype,
            handler: handler.name(),
            location: handler.location(),
        }
    }
}

/// Finds the handler of a router for an event: the index in [`Router::HANDLERS`].
///
/// `index` is the event's index in the catalog. `subtype` reads the sub-type at a path of the payload, and is only
/// called if a handler depends on it.
pub(crate) fn find<'b, R: Router, E>(
    index: Option<usize>,
    event_type: &str,
    subtype: impl FnOnce(&'static [&'static str]) -> Result<Option<Cow<'b, str>>, E>,
) -> Result<Option<usize>, E> {
    let Some(event) = index else {
        return Ok(find_unlisted(R::HANDLERS, event_type));
    };
    let table = R::table();
    let catalog: &CatalogInfo = <<R::Provider as Provider>::Catalog as Catalog>::INFO;
    if let Some(subtypes) = catalog
        .events()
        .get(event)
        .and_then(|event| event.subtypes())
    {
        let first = table::first_subtype(catalog, event);
        if table.has_subtype_handler(first, subtypes.values().len())
            && let Some(value) = subtype(subtypes.path())?
            && let Some(owner) = subtypes
                .index_of(&value)
                .and_then(|index| table.owner(first + index))
        {
            return Ok(Some(owner));
        }
    }
    Ok(table.owner(event))
}

/// Finds the handler for an event that the catalog does not list: by exact name, then by the longest family.
fn find_unlisted(handlers: &[HandlerInfo], event_type: &str) -> Option<usize> {
    let mut best = None;
    let mut highest = 0;
    for (index, handler) in handlers.iter().enumerate() {
        for pattern in handler
            .patterns()
            .iter()
            .filter(|pattern| pattern.matches(event_type))
        {
            // Of two equal families, the one limited to unlisted events wins.
            let specificity = match pattern.is_exact() {
                true => usize::MAX,
                false => 2 * pattern.prefix().len() + 1 + usize::from(pattern.is_unlisted()),
            };
            if specificity > highest {
                highest = specificity;
                best = Some(index);
            }
        }
    }
    best
}
