//! What a handler returns, as what came of it; with a stand-in for types that cannot be returned, as for
//! [`Argument`](super::Argument).
//!
//! The futures here are written out, since there are as many of them as handlers: a coroutine takes the compiler
//! longer than a `match`.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::{Handled, HandlerError};
use crate::event::DecodeError;
use crate::outcome::{IntoOutcome, Outcome};

/// What a handler returns, by its type.
#[derive(Debug)]
pub struct Returned<T>(PhantomData<T>);

impl<T: IntoOutcome> Returned<T> {
    /// By an async function.
    pub const fn later<F: Future<Output = T>>(handler: F) -> Later<F> {
        Later { handler }
    }

    /// By another function.
    pub fn now(returned: T) -> Ready<Handled> {
        ready(handled(returned))
    }
}

fn handled(returned: impl IntoOutcome) -> Handled {
    returned.into_outcome().map_err(HandlerError::Returned)
}

pin_project! {
    /// An async handler on its way to what comes of it.
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
    /// A handler that was called, or could not be.
    #[project = Called]
    #[derive(Debug)]
    pub(crate) enum Call<F> {
        Running { #[pin] handler: F },
        Failed { error: Option<DecodeError> },
    }
}

impl<F> Call<F> {
    pub(crate) fn new(handler: Result<F, DecodeError>) -> Self {
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
