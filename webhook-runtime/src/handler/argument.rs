//! What generated code asks of an argument's type, with a stand-in for types that cannot be arguments.
//!
//! The compiler prefers what [`Argument`] has of its own, for types that can be taken from a delivery; for others it
//! finds [`NoArgument`]. So generated code can name an impossible type everywhere, and the mistake is told where
//! it is asked for: by `check::payload`, once.

use std::marker::PhantomData;

use super::{Delivery, FromDelivery};
use crate::catalog::{CatalogOf, NoEvent};
use crate::event::DecodeError;
use crate::payload::Carries;

/// An argument of a handler, by its type.
#[derive(Debug)]
pub struct Argument<'d, T>(PhantomData<(&'d (), T)>);

impl<'d, T: FromDelivery<'d>> Argument<'d, T> {
    /// Whose events it can be taken from.
    pub const CATALOG: CatalogOf<T::Catalog> = CatalogOf::NEW;
    /// Which of them.
    pub const CARRIES: Option<Carries> = T::CARRIES;

    /// Takes it.
    ///
    /// # Errors
    /// If the body does not fit.
    pub fn take(received: &'d Delivery<'d>) -> Result<T, DecodeError> {
        T::from_delivery(received)
    }
}

/// The stand-in.
pub trait NoArgument<'d> {
    /// What would be taken.
    type Type;
    /// Nobody's.
    const CATALOG: CatalogOf<NoEvent> = CatalogOf::NEW;
    /// None.
    const CARRIES: Option<Carries> = None;

    /// Never called: the program does not compile.
    ///
    /// # Errors
    /// Always.
    fn take(_: &'d Delivery<'d>) -> Result<Self::Type, DecodeError> {
        Err(DecodeError::NotJson)
    }
}

impl<'d, T> NoArgument<'d> for Argument<'d, T> {
    type Type = T;
}
