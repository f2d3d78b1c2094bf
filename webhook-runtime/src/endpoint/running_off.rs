//! Handlers at work without the feature `tokio`: each within its request, for as long as it takes.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;

use super::observer::Request;
use super::{BuildError, DeliveryOutcome, ResponseBody};

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Settings {}

impl Settings {
    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) const fn secret_source_timeout(&self) -> Deadline {
        Deadline
    }
}

#[derive(Debug)]
pub(super) struct Running;

impl Running {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the same shape as with the feature"
    )]
    pub(super) const fn new(_: &'static str, _: &Settings) -> Result<Self, BuildError> {
        Ok(Self)
    }

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) const fn body_timeout(&self) -> Timer {
        Timer
    }

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) const fn drain_timeout(&self) -> Timer {
        Timer
    }

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) const fn handler_timeout(&self) -> HandlerTimeout {
        HandlerTimeout
    }

    #[expect(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "the same shape as with the feature"
    )]
    pub(super) const fn enter_now(&self) -> Option<Result<Slot, DeliveryOutcome>> {
        Some(Ok(Slot))
    }

    #[expect(clippy::unused_async, reason = "the same shape as with the feature")]
    pub(super) async fn enter(&self) -> Result<Slot, DeliveryOutcome> {
        Ok(Slot)
    }
}

pub(super) struct Slot;

pub(super) struct Timer;

impl Timer {
    pub(super) const fn new(_: Option<std::time::Duration>) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) const fn poll(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}

#[expect(clippy::unused_async, reason = "the same shape as with the feature")]
pub(super) async fn pause(_: std::time::Duration) -> bool {
    false
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline;

impl Deadline {
    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) const fn timer(self) -> Timer {
        Timer
    }
}

pub(super) struct HandlerTimeout;

impl HandlerTimeout {
    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) fn poll(
        &mut self,
        _: &mut Context<'_>,
        _: Option<&Claim>,
        _: impl FnOnce(),
    ) -> Poll<DeliveryOutcome> {
        Poll::Pending
    }
}

pub(super) struct Claim;

impl Claim {
    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) const fn begin(&self) {}

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) const fn release(&self) -> bool {
        false
    }

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) const fn request(&self) -> Request {
        Request::Waits
    }
}

/// The answer to a request that an [`Endpoint`](crate::Endpoint) has taken as a `tower_service::Service`.
///
/// The delivery is handled while this is polled. Dropped before its end, as frameworks do when the sender hangs up, it
/// drops the handler too; with the feature `tokio`, it does not.
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture(Pin<Box<dyn Future<Output = Response<ResponseBody>> + Send>>);

impl ResponseFuture {
    pub(super) fn new<F>(_: &'static str, delivery: impl FnOnce(Claim) -> F) -> Self
    where
        F: Future<Output = Response<ResponseBody>> + Send + 'static,
    {
        Self(Box::pin(delivery(Claim)))
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response<ResponseBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx).map(Ok)
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
