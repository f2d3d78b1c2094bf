//! Asking a store or an inbox, which may fail, hang or panic.

use std::future::poll_fn;
use std::iter::successors;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use super::running::Timer;
use crate::outcome::BoxError;

/// A question, as `async_trait` makes it.
pub(super) type Asked<'a, T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>;

/// The answer, if it comes in time. After that, one may go on waiting for it.
pub(super) async fn in_time<T>(
    asked: &mut Asked<'_, T>,
    timeout: Option<Duration>,
) -> Option<Result<T, BoxError>> {
    let mut timer = Timer::new(timeout);
    let mut answer = pin!(guarded(asked));
    poll_fn(|cx| match answer.as_mut().poll(cx) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => timer.poll(cx).map(|()| None),
    })
    .await
}

/// The answer; an error if it does not come in time.
pub(super) async fn ask<T>(
    mut asked: Asked<'_, T>,
    timeout: Option<Duration>,
) -> Result<T, BoxError> {
    match in_time(&mut asked, timeout).await {
        Some(answer) => answer,
        None => Err(TooSlow.into()),
    }
}

/// The answer, also if who is asked panics: it is asked no more then.
pub(super) async fn guarded<T>(asked: &mut Asked<'_, T>) -> Result<T, BoxError> {
    poll_fn(|cx| {
        let step = AssertUnwindSafe(|| asked.as_mut().poll(cx));
        catch_unwind(step).unwrap_or_else(|_| Poll::Ready(Err(Panicked.into())))
    })
    .await
}

/// The pauses before what has failed is asked again: they double, from a tenth of a second to two seconds.
pub(super) fn pauses() -> impl Iterator<Item = Duration> {
    const LONGEST: Duration = Duration::from_secs(2);
    successors(Some(Duration::from_millis(100)), |pause| {
        Some((*pause * 2).min(LONGEST))
    })
}

#[derive(Debug, thiserror::Error)]
#[error("no answer in time")]
pub(super) struct TooSlow;

#[derive(Debug, thiserror::Error)]
#[error("it panicked")]
struct Panicked;
