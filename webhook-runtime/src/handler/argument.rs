//! Facts of an argument's type for generated code, with a fallback for types that cannot be arguments.
//!
//! For a type that implements [`FromDelivery`], the compiler selects the inherent items of [`Argument`]; for every
//! other type, those of [`NoArgument`]. Generated code can therefore name a wrong type in several constants, and the
//! mistake is reported once, by the constant that calls `check::payload`.

use std::marker::PhantomData;

use super::{Delivery, FromDelivery};
use crate::catalog::{AnyCatalog, CatalogOf};
use crate::outcome::BoxError;
use crate::payload::Carries;

/// Type of a handler's argument.
#[derive(Debug)]
pub struct Argument<'d, T>(PhantomData<(&'d (), T)>);

impl<'d, T: FromDelivery<'d>> Argument<'d, T> {
    /// See [`FromDelivery::Catalog`].
    pub const CATALOG: CatalogOf<T::Catalog> = CatalogOf::NEW;
    /// See [`FromDelivery::CARRIES`].
    pub const CARRIES: Option<Carries> = T::CARRIES;
    /// See [`FromDelivery::REQUIRES`].
    pub const REQUIRES: Option<&'static str> = T::REQUIRES;

    /// Takes the argument from a delivery.
    ///
    /// # Errors
    /// See [`FromDelivery::from_delivery`].
    pub fn take(delivery: &'d Delivery<'d>) -> Result<T, BoxError> {
        T::from_delivery(delivery)
    }
}

/// Fallback for a type that does not implement [`FromDelivery`].
pub trait NoArgument<'d> {
    /// Type of the argument.
    type Type;
    /// Matches every provider, so that no check fails.
    const CATALOG: CatalogOf<AnyCatalog> = CatalogOf::NEW;
    /// No events.
    const CARRIES: Option<Carries> = None;
    /// No effects.
    const REQUIRES: Option<&'static str> = None;

    /// Never called, because the program does not compile.
    ///
    /// # Errors
    /// Always.
    fn take(_: &'d Delivery<'d>) -> Result<Self::Type, BoxError> {
        Err("the argument's type does not implement `FromDelivery`".into())
    }
}

impl<'d, T> NoArgument<'d> for Argument<'d, T> {
    type Type = T;
}
