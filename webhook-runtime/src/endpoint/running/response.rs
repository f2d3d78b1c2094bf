//! The response to a request, and the delivery that outlives its request.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Response;

use super::Handover;
use super::runtime::{self, Handle};
use crate::observe::{DeliveryOutcome, ResponseBody};

type Delivery = Pin<Box<dyn Future<Output = Response<ResponseBody>> + Send>>;

/// Response to a request that an [`Endpoint`](crate::Endpoint) received as a `tower_service::Service`.
///
/// Polling it handles the delivery. Frameworks drop it when the sender disconnects: a handler that has started then runs
/// to its end on the tokio runtime; a delivery whose handler has not started is dropped, and the sender retries. So no
/// task is spawned for the many deliveries whose senders wait.
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture {
    provider: &'static str,
    /// `None` while it is polled, so that it is not polled again after a panic, and when it is complete.
    delivery: Option<Delivery>,
    request: Arc<Handover>,
    /// The runtime that it was polled on, in case it is dropped outside of it.
    runtime: Option<Handle>,
}

impl ResponseFuture {
    pub(in crate::endpoint) fn new<F>(
        provider: &'static str,
        delivery: impl FnOnce(Arc<Handover>) -> F,
    ) -> Self
    where
        F: Future<Output = Response<ResponseBody>> + Send + 'static,
    {
        let request = Arc::<Handover>::default();
        Self {
            provider,
            delivery: Some(Box::pin(delivery(Arc::clone(&request)))),
            request,
            runtime: None,
        }
    }

    /// Detaches the delivery: a handler that has started runs to its end on the runtime.
    fn detach(&mut self) {
        let Some(delivery) = self.delivery.take() else {
            return;
        };
        if !self.request.disconnect() {
            return;
        }
        // The task is detached. Without a runtime the delivery is dropped here, and its guard records `aborted`.
        if let Some(runtime) = self.runtime.take().or_else(runtime::current) {
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
        if self.runtime.is_none() && self.request.is_started() {
            self.runtime = runtime::current();
        }
        if self.request.is_timed_out() {
            self.detach();
            return Poll::Ready(Ok(DeliveryOutcome::HandlerTimeout.respond()));
        }
        Poll::Pending
    }
}

impl Drop for ResponseFuture {
    fn drop(&mut self) {
        self.detach();
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture")
            .field("provider", &self.provider)
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}
