//! An answer on its way, and the handler that outlives it.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Response;
use tokio::runtime::Handle;

use super::super::{DeliveryOutcome, ResponseBody};
use super::Claim;

type Delivery = Pin<Box<dyn Future<Output = Response<ResponseBody>> + Send>>;

/// The answer to a request that an [`Endpoint`](crate::Endpoint) has taken as a `tower_service::Service`.
///
/// The delivery is handled while this is polled. Dropped before its end, as frameworks do when the sender hangs up, it
/// leaves a handler that has begun to the tokio runtime, which runs it to its end; a delivery whose handler has not
/// begun is dropped, and the sender comes again. So no task is spawned for the many that nobody leaves.
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture {
    provider: &'static str,
    /// None while it is polled, so that nobody touches it after a panic, and when it is done.
    delivery: Option<Delivery>,
    claim: Arc<Claim>,
    /// Where it was polled, in case it is dropped elsewhere.
    runtime: Option<Handle>,
}

impl ResponseFuture {
    pub(in super::super) fn new<F>(
        provider: &'static str,
        delivery: impl FnOnce(Arc<Claim>) -> F,
    ) -> Self
    where
        F: Future<Output = Response<ResponseBody>> + Send + 'static,
    {
        let claim = Arc::<Claim>::default();
        Self {
            provider,
            delivery: Some(Box::pin(delivery(Arc::clone(&claim)))),
            claim,
            runtime: None,
        }
    }

    /// Lets go of the delivery: a handler that has begun runs to its end elsewhere.
    fn leave(&mut self) {
        let Some(delivery) = self.delivery.take() else {
            return;
        };
        if !self.claim.leave() {
            return;
        }
        // Nobody waits for the task, and where there is none, the delivery is dropped here: it tells of its end itself.
        if let Some(runtime) = self.runtime.take().or_else(|| Handle::try_current().ok()) {
            drop(runtime.spawn(delivery));
        }
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response<ResponseBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(mut delivery) = self.delivery.take() else {
            return Poll::Pending;
        };
        if let Poll::Ready(response) = delivery.as_mut().poll(cx) {
            return Poll::Ready(Ok(response));
        }
        self.delivery = Some(delivery);
        if self.runtime.is_none() && self.claim.has_begun() {
            self.runtime = Handle::try_current().ok();
        }
        if self.claim.is_overdue() {
            self.leave();
            return Poll::Ready(Ok(DeliveryOutcome::HandlerTimeout.respond()));
        }
        Poll::Pending
    }
}

impl Drop for ResponseFuture {
    fn drop(&mut self) {
        self.leave();
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture")
            .field("provider", &self.provider)
            .field("claim", &self.claim)
            .finish_non_exhaustive()
    }
}
