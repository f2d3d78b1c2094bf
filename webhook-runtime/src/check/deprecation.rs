//! Warning for a deprecated event, at the literal that names it.
//!
//! A constant can fail but cannot warn, and a deprecated item can only warn. Therefore the constant selects the item.

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
