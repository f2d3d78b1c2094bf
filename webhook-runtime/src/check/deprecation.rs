//! An event that its provider has deprecated warns where it is named.
//!
//! A constant can fail but not warn; a deprecated item can only warn. So the constant chooses the item.

use super::names::find_event;
use crate::catalog::{Catalog, CatalogOf};
use crate::pattern::Pattern;

/// What generated code names: for a deprecated event it is a deprecated item.
#[derive(Debug)]
#[non_exhaustive]
pub struct Deprecated<const IS: bool>;

impl Deprecated<true> {
    /// Warns.
    #[deprecated = "the provider's catalog marks this event as deprecated"]
    pub const CHECK: () = ();
}

impl Deprecated<false> {
    /// Says nothing.
    pub const CHECK: () = ();
}

/// Whether a literal names a deprecated event of the payload's catalog.
///
/// A handler without a payload names no catalog, so nothing can warn there.
#[must_use]
pub const fn is_deprecated<C: Catalog>(_: &CatalogOf<C>, pattern: Pattern) -> bool {
    let events = C::INFO.events();
    match find_event(events, pattern.as_str()) {
        Some(at) => events[at].is_deprecated(),
        None => false,
    }
}
