//! An event that its provider has deprecated warns where it is named.
//!
//! A constant can fail but not warn; a deprecated item can only warn. So the constant chooses the item.

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

/// The stand-in where it cannot be told, because of an error that is told elsewhere.
pub trait NotDeprecated {
    /// Says nothing.
    const CHECK: () = ();
}

impl<const IS: bool> NotDeprecated for Deprecated<IS> {}
