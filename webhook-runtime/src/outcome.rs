//! Outcome of a handler, and the conversion of return values to it.
//!
//! How a delivery ended, which includes all ends without a handler, is a `DeliveryOutcome` of `observe`.

use std::error::Error;
use std::time::Duration;

/// Any error, as handlers and their arguments return it.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Formats an error and its sources in one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// Outcome of a handler.
///
/// Most handlers return `()` or `Result<(), E>`. Return an outcome to ask for a later redelivery, or for no more
/// deliveries.
///
/// ```
/// use std::time::Duration;
/// use webhook_runtime::Outcome;
///
/// fn decide(busy: bool) -> Outcome {
///     if busy { Outcome::RetryLater(Duration::from_secs(30)) } else { Outcome::Done }
/// }
/// # decide(true);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The delivery is handled. Answered with 200.
    Done,
    /// The delivery is to be retried after this time. Answered with 503 and `Retry-After`, in whole seconds, rounded
    /// up.
    RetryLater(Duration),
    /// The delivery failed. Answered with 500; the sender redelivers it on its own schedule.
    Failed,
    /// No more deliveries are wanted. Answered with 410, after which some providers **disable the endpoint**.
    Gone,
}

impl Outcome {
    /// Name in logs and metrics: `done`, `retry_later`, `failed` or `gone`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::RetryLater(_) => "retry_later",
            Self::Failed => "failed",
            Self::Gone => "gone",
        }
    }
}

/// Return type of a handler: `()`, an [`Outcome`], or a `Result` of one of them with any error.
///
/// Any error is any `E: Into<Box<dyn Error + Send + Sync>>`: every error type, `anyhow::Error`, `String`. It is logged
/// and never sent. The delivery is answered with 500, so that the sender redelivers it.
#[diagnostic::on_unimplemented(
    message = "a webhook handler cannot return `{Self}`",
    label = "not a return type of a handler",
    note = "return `()`, `Result<(), E>` where `E: Into<Box<dyn Error + Send + Sync>>`, `Outcome`, or `Result<Outcome, E>`; a function that returns a future must be an `async fn`"
)]
pub trait IntoOutcome {
    /// Converts the return value.
    ///
    /// # Errors
    /// The error of the handler.
    fn into_outcome(self) -> Result<Outcome, BoxError>;
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Result<Outcome, BoxError> {
        Ok(Outcome::Done)
    }
}

impl IntoOutcome for Outcome {
    fn into_outcome(self) -> Result<Outcome, BoxError> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoOutcome, E: Into<BoxError>> IntoOutcome for Result<T, E> {
    fn into_outcome(self) -> Result<Outcome, BoxError> {
        self.map_err(Into::into)?.into_outcome()
    }
}
