//! What came of a delivery, and the status that tells it to the sender.

use std::error::Error;
use std::time::Duration;

/// Any error, as handlers return it.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// An error and what caused it, in one line.
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

/// What a handler says about its delivery.
///
/// Most handlers return `()` or `Result<(), E>`; an explicit outcome is for the other cases.
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
    /// Handled. Answered with 200.
    Done,
    /// Not now: the sender is asked to come again after this time. Answered with 503 and `Retry-After`.
    RetryLater(Duration),
    /// Failed; the sender will come again on its own schedule. Answered with 500.
    Failed,
    /// Never send to this endpoint again. Answered with 410, on which some providers **disable the endpoint**.
    Gone,
}

impl Outcome {
    /// Its name in logs: `done`, `retry_later`, `failed` or `gone`.
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

/// What a handler may return: `()`, an [`Outcome`], or a `Result` of one of them with any error.
///
/// Any error means any `E: Into<Box<dyn Error + Send + Sync>>`: every error type, `anyhow::Error`, `String`.
/// It is logged, never sent, and the delivery is answered with 500, so that the sender comes again.
#[diagnostic::on_unimplemented(
    message = "a webhook handler cannot return `{Self}`",
    label = "not an outcome",
    note = "return `()`, `Result<(), E>` where `E: Into<Box<dyn Error + Send + Sync>>`, `Outcome`, or `Result<Outcome, E>`; a function that returns a future must be an `async fn`"
)]
pub trait IntoOutcome {
    /// The outcome, or the error to log.
    ///
    /// # Errors
    /// If the handler failed.
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
