//! Warning for a deprecated event, at the literal that names it.
//!
//! A constant can fail but not warn; the use of a deprecated item warns. Therefore a constant selects the item that is
//! used.

/// Type whose constant is deprecated if `IS` is true.
#[derive(Debug)]
#[non_exhaustive]
pub struct Deprecated<const IS: bool>;

impl Deprecated<true> {
    /// Warns.
    #[deprecated = "the provider's catalog marks this event as deprecated"]
    pub const CHECK: () = ();
}

impl Deprecated<false> {
    /// Does not warn.
    pub const CHECK: () = ();
}

/// Fallback where `IS` cannot be evaluated, because of an error that is reported elsewhere.
pub trait NotDeprecated {
    /// Does not warn.
    const CHECK: () = ();
}

impl<const IS: bool> NotDeprecated for Deprecated<IS> {}
