//! Calls of a store, an inbox or a queue, which may fail, hang or panic.

use std::future::poll_fn;
use std::iter::successors;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use crate::endpoint::running::timer::Timer;
use crate::outcome::BoxError;

/// A call as `async_trait` makes it.
pub(super) type Call<'a, T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>;

/// Returns the result if it arrives within the timeout. The call can be awaited further.
pub(super) async fn call_within<T>(
    call: &mut Call<'_, T>,
    timeout: Option<Duration>,
) -> Option<Result<T, BoxError>> {
    let mut timer = Timer::new(timeout);
    let mut result = pin!(catching_panics(call));
    poll_fn(|cx| match result.as_mut().poll(cx) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => timer.poll(cx).map(|()| None),
    })
    .await
}

/// Returns the result, or an error after the timeout.
pub(in crate::endpoint) async fn call<T>(
    mut call: Call<'_, T>,
    timeout: Option<Duration>,
) -> Result<T, BoxError> {
    match call_within(&mut call, timeout).await {
        Some(result) => result,
        None => Err(TimedOut.into()),
    }
}

/// Returns the result; an error if the call panics, after which it is not polled again.
pub(super) async fn catching_panics<T>(call: &mut Call<'_, T>) -> Result<T, BoxError> {
    poll_fn(|cx| {
        let step = AssertUnwindSafe(|| call.as_mut().poll(cx));
        catch_unwind(step).unwrap_or_else(|_| Poll::Ready(Err(Panicked.into())))
    })
    .await
}

/// Returns the delays before a failed call is repeated: they double from 100 milliseconds to 2 seconds.
pub(in crate::endpoint) fn backoff_delays() -> impl Iterator<Item = Duration> {
    const MAX: Duration = Duration::from_secs(2);
    successors(Some(Duration::from_millis(100)), |delay| {
        Some((*delay * 2).min(MAX))
    })
}

#[derive(Debug, thiserror::Error)]
#[error("no answer within the store timeout: the database is slow or unreachable")]
pub(super) struct TimedOut;

#[derive(Debug, thiserror::Error)]
#[error("the call panicked")]
struct Panicked;
