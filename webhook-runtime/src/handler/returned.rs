//! Conversion of a handler's return value, with a fallback for types that cannot be returned, as in `argument`.
//!
//! Decision: the futures are written by hand. A program has one of each per handler, and an `async` block takes longer
//! to compile than a `match`.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::{Handled, HandlerError};
use crate::outcome::{BoxError, IntoOutcome, Outcome};

/// Return type of a handler.
#[derive(Debug)]
pub struct Returned<T>(PhantomData<T>);

impl<T: IntoOutcome> Returned<T> {
    /// Converts the return value of an `async fn`.
    pub const fn later<F: Future<Output = T>>(handler: F) -> Later<F> {
        Later { handler }
    }

    /// Converts the return value of a plain function.
    pub fn now(returned: T) -> Ready<Handled> {
        ready(handled(returned))
    }
}

/// Converts a return value.
fn handled(returned: impl IntoOutcome) -> Handled {
    returned.into_outcome().map_err(HandlerError::Returned)
}

pin_project! {
    /// Future of an async handler.
    #[derive(Debug)]
    pub struct Later<F> {
        #[pin]
        handler: F,
    }
}

impl<F: Future<Output: IntoOutcome>> Future for Later<F> {
    type Output = Handled;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Handled> {
        self.project().handler.poll(cx).map(handled)
    }
}

pin_project! {
    /// Future of a handler, or the error of one of its arguments.
    #[project = Called]
    #[derive(Debug)]
    pub(crate) enum Call<F> {
        Running { #[pin] handler: F },
        Failed { error: Option<BoxError> },
    }
}

impl<F> Call<F> {
    /// Creates the future from the result of taking the arguments.
    pub(crate) fn new(handler: Result<F, BoxError>) -> Self {
        match handler {
            Ok(handler) => Self::Running { handler },
            Err(error) => Self::Failed { error: Some(error) },
        }
    }
}

impl<F: Future<Output = Handled>> Future for Call<F> {
    type Output = Handled;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Handled> {
        match self.project() {
            Called::Running { handler } => handler.poll(cx),
            Called::Failed { error } => match error.take() {
                Some(error) => Poll::Ready(Err(error.into())),
                None => Poll::Pending,
            },
        }
    }
}

/// Fallback for a type that does not implement [`IntoOutcome`].
pub trait NoOutcome {
    /// Type of the return value.
    type Type;

    /// Never called, because the program does not compile.
    fn later(_: impl Future<Output = Self::Type>) -> Ready<Handled> {
        ready(Ok(Outcome::Failed))
    }

    /// Never called, because the program does not compile.
    fn now(_: Self::Type) -> Ready<Handled> {
        ready(Ok(Outcome::Failed))
    }
}

impl<T> NoOutcome for Returned<T> {
    type Type = T;
}
