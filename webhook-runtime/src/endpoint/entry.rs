//! The public endpoint and its three entry points. They differ in their input, and call the same pipeline.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::Body;

#[cfg(feature = "testing")]
use super::keys::Keys;
use super::modes::Mode;
use super::running::{ResponseFuture, ShutdownReport};
use super::state::EndpointState;
use super::workers::{self, RunSummary};
#[cfg(feature = "axum")]
use crate::event::DecodeError;
#[cfg(feature = "axum")]
use crate::handler::Delivery;
use crate::inbox::StoredDelivery;
#[cfg(feature = "testing")]
use crate::observe::Report;
use crate::observe::health::Health;
use crate::observe::{DeliveryOutcome, ResponseBody};
use crate::outcome::BoxError;
#[cfg(feature = "axum")]
use crate::payload::Carries;
use crate::router::Router;
#[cfg(feature = "testing")]
use crate::tenant::Tenant;

/// A webhook endpoint: verifies, decodes and dispatches deliveries to the handlers of a router.
///
/// Cheap to clone. It has three entry points with the same answers: [`handle_bytes`](Self::handle_bytes),
/// [`handle`](Self::handle), and [`tower_service::Service`], by which most web frameworks mount it.
///
/// | answer | when |
/// | --- | --- |
/// | 200 | the handler succeeded, now or [before](crate::EndpointBuilder::idempotent); the delivery is stored in an [inbox](crate::EndpointBuilder::inbox) or [queue](crate::EndpointBuilder::forward_to); or the event has no handler |
/// | 400 | a header of the scheme is missing or malformed, or the body is incomplete |
/// | 401 | no signature matches, the delivery is too old or too new, or the tenant is unknown |
/// | 403 | a [`Handshake`](crate::Handshake) is rejected |
/// | 405 | the method is not POST |
/// | 408 | the body did not arrive in time |
/// | 410 | the handler returned [`Outcome::Gone`](crate::Outcome::Gone) |
/// | 413 | the body is too large |
/// | 500 | the handler failed or panicked, or the body cannot be decoded: the sender retries |
/// | 503 | the handler returned [`Outcome::RetryLater`](crate::Outcome::RetryLater) |
/// | 503 | the delivery is in progress elsewhere, or the store, inbox or queue failed |
/// | 503 | the [`SecretSource`](crate::SecretSource) failed |
/// | 503 | all slots are taken, the handler timed out, or the endpoint is shutting down |
///
/// ```
/// # #[cfg(feature = "openai")] {
/// use webhook_runtime::openai::{BatchFailed, OpenAi};
/// use webhook_runtime::{Endpoint, Event, WebhookRouter, on};
///
/// #[on("batch.failed")]
/// async fn failed(event: Event<BatchFailed>) {
///     println!("{} failed", event.data.id);
/// }
///
/// #[derive(WebhookRouter)]
/// #[webhook(provider = OpenAi, handlers(failed))]
/// struct App;
///
/// let endpoint = Endpoint::builder(App).secret("the-secret-of-the-console").build().unwrap();
/// # let _ = endpoint;
/// # }
/// ```
pub struct Endpoint<R> {
    pub(super) state: Arc<EndpointState<R>>,
}

impl<R> Clone for Endpoint<R> {
    fn clone(&self) -> Self {
        Self {
            state: Arc::clone(&self.state),
        }
    }
}

impl<R> fmt::Debug for Endpoint<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = &*self.state;
        f.debug_struct("Endpoint")
            .field("provider", &state.profile.name)
            .field("scheme", &state.verifier)
            .field("keys", &state.keys)
            .field("body_limit", &state.body_limit)
            .field("mode", &state.mode.as_ref().map_or("plain", Mode::as_str))
            .field("running", &state.running)
            .finish_non_exhaustive()
    }
}

impl<R: Router> Endpoint<R> {
    /// Returns the router.
    #[must_use]
    pub fn router(&self) -> &R {
        &self.state.router
    }

    /// Returns the number of authentic deliveries without a handler since the endpoint was built.
    #[must_use]
    pub fn unhandled(&self) -> u64 {
        self.state.observer.unhandled()
    }

    /// Returns a snapshot of the endpoint's health: how many deliveries succeeded and failed, when, and the last error.
    ///
    /// Use it in a route for a monitor, or in a log line. [`Health`] documents which outcomes count as failures.
    #[must_use]
    pub fn health(&self) -> Health {
        self.state.observer.health(self.state.clock.now())
    }

    /// Handles headers and a complete body, from any framework or none.
    ///
    /// The caller checks the method, and limits the size of the body while it reads; a body over
    /// [`body_limit`](crate::EndpointBuilder::body_limit) is still rejected. A [`Handshake`](crate::Handshake) is answered
    /// only if it is a signed POST.
    ///
    /// The handler runs within this call, because it borrows the headers: dropping the call drops the handler. If your
    /// framework drops calls, use [`handle`](Self::handle) with the body as `http_body_util::Full`.
    pub async fn handle_bytes(&self, headers: &HeaderMap, body: Bytes) -> Response<ResponseBody> {
        let keys = self.state.look_up_keys(None, headers);
        // Awaited in place: a future in a variable would be copied.
        let state = &*self.state;
        state.process_complete(keys, headers, &body).await.respond()
    }

    /// Handles headers and a complete body for a tenant that the program names. Use it if the name is in the path, in the
    /// query or in the host name, which [`handle_bytes`](Self::handle_bytes) does not see.
    ///
    /// The delivery is rejected with 401 if the name is empty, longer than 128 bytes or contains `/`, `\`, white space or
    /// control characters, and if the endpoint has no [`secret_source`](crate::EndpointBuilder::secret_source).
    pub async fn handle_bytes_for(
        &self,
        tenant: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Response<ResponseBody> {
        let state = &*self.state;
        let keys = state.keys.look_up_for(tenant, &*state.clock);
        state.process_complete(keys, headers, &body).await.respond()
    }

    /// Handles a request of the `http` crate, with a body of any type.
    ///
    /// Rejects by method, length and headers before it reads the body, and limits the body while it streams. Answers a GET
    /// if a [`Handshake`](crate::Handshake) is configured for it.
    ///
    /// A handler that has started runs to its end on the tokio runtime if this call is dropped, as frameworks do when the
    /// sender disconnects.
    pub async fn handle<B>(&self, request: Request<B>) -> Response<ResponseBody>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let Ok(response) = self.state.process_request(request).await;
        response
    }

    /// Handles a delivery that a queue delivers: the consumer's side of
    /// [`forward_to`](crate::EndpointBuilder::forward_to).
    ///
    /// Acknowledge the message if [`DeliveryOutcome::is_done`]; otherwise let the queue redeliver it. The endpoint of the
    /// consumer needs the router and the secrets of the receiver's; its mode and its name are not used.
    ///
    /// The signature is not verified again: the queue is trusted.
    pub async fn handle_stored(&self, delivery: &StoredDelivery) -> DeliveryOutcome {
        self.state.process_stored(delivery).await
    }

    /// Handles the rows of the inbox that are due, at most `concurrency` at a time, until none is due: for a process that
    /// a timer starts, while the process that receives deliveries has no [workers](crate::EndpointBuilder::workers).
    ///
    /// Failed deliveries are retried when they are due, by a later run.
    ///
    /// # Errors
    /// If the endpoint has no inbox, if the inbox fails, or if there is no tokio runtime.
    pub async fn run_until_idle(&self, concurrency: usize) -> Result<RunSummary, BoxError> {
        workers::run_until_idle(&self.state, concurrency).await
    }
}

/// For the extractor and the test kit of this crate.
impl<R: Router> Endpoint<R> {
    /// Authenticates a request, and takes a value from its delivery instead of calling a handler.
    #[cfg(feature = "axum")]
    pub(crate) async fn extract<B, T>(
        &self,
        request: Request<B>,
        carries: Carries,
        take: impl FnOnce(&Delivery<'_>) -> Result<T, DecodeError>,
    ) -> Result<T, DeliveryOutcome>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        self.state.extract(request, carries, take).await
    }

    /// Handles headers and a complete body.
    #[cfg(feature = "testing")]
    pub(crate) async fn report(&self, headers: &HeaderMap, body: &Bytes) -> Report {
        let keys = self.state.look_up_keys(None, headers);
        self.state.process_complete(keys, headers, body).await
    }

    /// Handles headers and a complete body for a tenant whose secrets are the endpoint's own.
    #[cfg(feature = "testing")]
    pub(crate) async fn report_for(
        &self,
        tenant: Tenant,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Report {
        let keys = Keys::of(tenant, self.state.verifier.clone());
        self.state.process_complete(keys, headers, body).await
    }
}

impl<R> Endpoint<R> {
    /// Removes a tenant's secrets from the cache of [`cache_secrets`](crate::EndpointBuilder::cache_secrets), so that the
    /// tenant's next delivery calls the source. The empty name is that of an endpoint without tenants.
    ///
    /// Call it when a secret is changed or revoked. Deliveries whose secrets were looked up before are verified with these.
    pub fn forget_secrets(&self, tenant: &str) {
        self.state.keys.forget(tenant);
    }

    /// Stops accepting deliveries, and waits until all handlers have ended, including those whose senders disconnected.
    ///
    /// From the first poll on, new deliveries are answered with 503 and `Retry-After`, for good. A second call, on any
    /// clone, waits, too. Stop the server first, so that it closes its connections, then call this, then end the process:
    ///
    /// ```
    /// # #[cfg(feature = "openai")] {
    /// # use webhook_runtime::{BoxError, Endpoint, Event, WebhookRouter, on, openai::{BatchFailed, OpenAi}};
    /// # #[on("batch.failed")]
    /// # async fn failed(_: Event<BatchFailed>) {}
    /// # #[derive(WebhookRouter)]
    /// # #[webhook(provider = OpenAi, handlers(failed))]
    /// # struct App;
    /// # fn stop() -> impl Future<Output = ()> + Send + 'static { std::future::ready(()) }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let endpoint = Endpoint::builder(App).secret("the-secret-of-the-console").build()?;
    /// let web = axum::Router::new().route_service("/webhooks/openai", endpoint.clone());
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// axum::serve(listener, web).with_graceful_shutdown(stop()).await?;
    ///
    /// let report = endpoint.shutdown().await;
    /// println!("{} handlers ended in {:?}", report.completed, report.elapsed);
    /// # Ok::<(), BoxError>(())
    /// # }).unwrap();
    /// # }
    /// ```
    pub async fn shutdown(&self) -> ShutdownReport {
        self.state.running.shutdown().await
    }

    /// Stops accepting deliveries, and waits for the handlers at most for this long. [`ShutdownReport::remaining`] is the
    /// number of handlers that still run; they run on until the runtime ends.
    ///
    /// Without a tokio runtime with its timers enabled, it does not wait.
    pub async fn shutdown_within(&self, timeout: Duration) -> ShutdownReport {
        self.state.running.shutdown_within(timeout).await
    }

    /// Returns the number of handlers in flight, including those that wait for a slot and those whose senders
    /// disconnected.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.state.running.in_flight()
    }
}

impl<R, B> tower_service::Service<Request<B>> for Endpoint<R>
where
    R: Router,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.state.process_request(request)
    }
}
