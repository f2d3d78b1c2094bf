//! What a handler returns, as what came of it; with a stand-in for types that cannot be returned, as for
//! [`Argument`](super::Argument).

use std::future::{Ready, ready};
use std::marker::PhantomData;

use super::{Handled, HandlerError};
use crate::outcome::{IntoOutcome, Outcome};

/// What a handler returns, by its type.
#[derive(Debug)]
pub struct Returned<T>(PhantomData<T>);

impl<T: IntoOutcome> Returned<T> {
    /// By an async function.
    ///
    /// # Errors
    /// If the handler returns one.
    pub async fn later(handler: impl Future<Output = T>) -> Handled {
        handled(handler.await)
    }

    /// By another function.
    pub fn now(returned: T) -> Ready<Handled> {
        ready(handled(returned))
    }
}

fn handled(returned: impl IntoOutcome) -> Handled {
    returned.into_outcome().map_err(HandlerError::Returned)
}

/// The stand-in.
pub trait NoOutcome {
    /// What would be returned.
    type Type;

    /// Never called: the program does not compile.
    fn later(_: impl Future<Output = Self::Type>) -> Ready<Handled> {
        ready(Ok(Outcome::Failed))
    }

    /// Never called: the program does not compile.
    fn now(_: Self::Type) -> Ready<Handled> {
        ready(Ok(Outcome::Failed))
    }
}

impl<T> NoOutcome for Returned<T> {
    type Type = T;
}
