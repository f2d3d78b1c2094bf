//! Handlers: the traits that `#[on(…)]` implements for a function, and the arguments that are taken from a delivery.
//!
//! `#[on(…)]` leaves the function untouched and adds a proxy type of the same name. The proxy implements [`Handler`]
//! (static facts) and [`Handle`] (the call). A [`router`](crate::router) dispatches statically through [`Lists`],
//! without a registry and without code that runs before `main`.

use crate::event::DecodeError;
use crate::outcome::{BoxError, Outcome};
pub use crate::pattern::Pattern;

mod argument;
mod delivery;
mod from_delivery;
mod info;
mod returned;

#[doc(hidden)]
pub use self::argument::{Argument, NoArgument};
pub use self::delivery::Delivery;
pub(crate) use self::delivery::Origin;
pub use self::from_delivery::FromDelivery;
pub use self::info::{HandlerInfo, SourceLocation};
pub(crate) use self::returned::Call;
#[doc(hidden)]
pub use self::returned::{NoOutcome, Returned};

/// State of a router that its handlers can borrow: the router itself, and its fields marked `#[webhook(state)]`.
///
/// `#[derive(WebhookRouter)]` implements it. A handler borrows the state as an argument `&T`.
#[diagnostic::on_unimplemented(
    message = "router `{Self}` has no `{T}` state: mark a field `#[webhook(state)]`",
    label = "no state of this type in `{Self}`",
    note = "a handler can borrow the router itself and each of its fields marked `#[webhook(state)]`; facts of the delivery, such as `DeliveryId`, are taken by value"
)]
pub trait HasState<T: ?Sized> {
    /// Borrows the state.
    fn state(&self) -> &T;
}

/// Reason why a handler has no outcome.
#[derive(Debug)]
#[non_exhaustive]
pub enum HandlerError {
    /// The body does not match an argument's type. The handler did not run.
    Decode(DecodeError),
    /// The handler returned an error, or one of its arguments did and the handler did not run.
    Returned(BoxError),
}

/// Classifies the error of an argument: a [`DecodeError`] is kept, any other error is a failure of the handler.
impl From<BoxError> for HandlerError {
    fn from(error: BoxError) -> Self {
        match error.downcast() {
            Ok(error) => Self::Decode(*error),
            Err(error) => Self::Returned(error),
        }
    }
}

/// Result of calling a handler.
pub type Handled = Result<Outcome, HandlerError>;

/// Function with `#[on(…)]`: its static facts. `#[on(…)]` implements it.
pub trait Handler {
    /// Static facts.
    const INFO: HandlerInfo;
}

/// Function with `#[on(…)]`, callable for a router of type `R`. `#[on(…)]` implements it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a path in `handlers(…)` is not a webhook handler",
    label = "not a handler",
    note = "a router lists functions that have `#[on(\"…\")]` above them"
)]
pub trait Handle<R>: Handler {
    /// Checks that depend on the router's provider.
    const CHECKED: ();

    /// Takes the arguments and calls the function.
    ///
    /// # Errors
    /// The error of an argument. The function is not called.
    fn handle<'d>(
        router: &'d R,
        delivery: &'d Delivery<'d>,
    ) -> Result<impl Future<Output = Handled> + Send + 'd, BoxError>;
}

/// Entry of a router's list of handlers, as a type.
///
/// Each entry is a type of its own, so that the compiler finds its handler without searching the others.
#[doc(hidden)]
pub trait Lists<R> {
    /// Handler at this entry.
    type Handler: Handle<R>;
}
