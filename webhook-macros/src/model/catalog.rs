//! Model of an enum with `#[derive(EventCatalog)]`.

use syn::{Ident, LitStr, Path, Type};

use crate::attr::{Runtime, Subtypes};

/// Valid catalog, its events sorted by name.
pub(crate) struct Catalog<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) provider: Path,
    pub(crate) events: Vec<Event<'a>>,
    /// Variant for unlisted events.
    pub(crate) unknown: &'a Ident,
    pub(crate) shipped: bool,
    pub(crate) runtime: Runtime,
}

/// Variant of the enum that has an event.
pub(crate) struct Event<'a> {
    pub(crate) variant: &'a Ident,
    pub(crate) name: LitStr,
    pub(crate) payload: &'a Type,
    pub(crate) within: Vec<String>,
    pub(crate) subtypes: Option<Subtypes>,
    pub(crate) deprecated: bool,
}
