//! The whole way of a delivery, from headers and bytes to a status. Knows all stages; nothing else does.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, Uri};
use http_body::Body;

use crate::delivery::{Clock, Timestamp};
use crate::event::DecodeError;
use crate::handler::{Delivery, Origin};
use crate::observe::Observer;
use crate::observe::health::Health;
use crate::outcome::BoxError;
use crate::payload::Carries;
use crate::profile::Profile;
use crate::router::Router;
use crate::tenant::Tenant;
use crate::verify::SignatureVerifier;

mod ask;
mod body;
mod builder;
mod call;
mod check;
mod delivery_keys;
mod find;
mod handed_off;
mod handshake;
mod inboxed;
mod keys;
mod mode;
mod once;
mod running;
mod tenancy;
mod uri;

pub use self::builder::{BuildError, EndpointBuilder};
use self::find::Found;
pub use self::handshake::Handshake;
pub use self::inboxed::RunSummary;
use self::keys::{KeySource, Keys};
use self::mode::Mode;
pub use self::running::ResponseFuture;
use self::running::Running;
pub use self::running::{OnTimeout, ShutdownReport};
pub use crate::observe::{Challenge, DeliveryOutcome, ResponseBody};
pub(crate) use crate::observe::{Facts, Report};

/// Where a provider delivers to: verifies, decodes and dispatches to the handlers of a router.
///
/// Cheap to clone. Three doors lead in, with the same answers: [`handle_bytes`](Self::handle_bytes),
/// [`handle`](Self::handle), and [`tower_service::Service`], by which most web frameworks mount it.
///
/// | answer | when |
/// | --- | --- |
/// | 200 | the handler is done, now or [before](EndpointBuilder::idempotent); or nobody handles the event |
/// | 400 | a header of the scheme is missing or malformed, or the body broke off |
/// | 401 | no signature matches, the delivery is too old or too new, or there is no such tenant |
/// | 403 | a [`Handshake`] is refused |
/// | 405 | the method is not POST |
/// | 408 | the body did not come in time (feature `tokio`) |
/// | 410 | the handler said [`Outcome::Gone`](crate::Outcome::Gone) |
/// | 413 | the body is too large |
/// | 500 | the handler failed or panicked, or the body does not fit: the sender will come again |
/// | 503 | the handler said [`Outcome::RetryLater`](crate::Outcome::RetryLater) |
/// | 503 | the delivery is being handled elsewhere, or the store fails ([`idempotent`](EndpointBuilder::idempotent)) |
/// | 503 | the [`SecretSource`](crate::SecretSource) failed |
/// | 503 | too many handlers run, one takes too long, or the endpoint is shutting down (feature `tokio`) |
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
    inner: Arc<Inner<R>>,
}

struct Inner<R> {
    router: R,
    /// How deliveries are signed, with the keys that the endpoint was built with.
    scheme: SignatureVerifier,
    keys: KeySource,
    handshake: Option<Handshake>,
    profile: &'static Profile,
    body_limit: usize,
    clock: Box<dyn Clock>,
    observer: Observer,
    running: Running,
    /// None: its handlers are called, and nothing else.
    mode: Option<Mode>,
}

impl<R> Clone for Endpoint<R> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<R> fmt::Debug for Endpoint<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("provider", &self.inner.profile.name)
            .field("scheme", &self.inner.scheme)
            .field("keys", &self.inner.keys)
            .field("body_limit", &self.inner.body_limit)
            .field(
                "mode",
                &self.inner.mode.as_ref().map_or("plain", Mode::as_str),
            )
            .field("running", &self.inner.running)
            .finish_non_exhaustive()
    }
}

impl<R: Router> Endpoint<R> {
    /// Starts an endpoint for a router. It needs at least one secret, or a source of them.
    pub fn builder(router: R) -> EndpointBuilder<R> {
        EndpointBuilder::new(router)
    }

    /// The router.
    #[must_use]
    pub fn router(&self) -> &R {
        &self.inner.router
    }

    /// How many verified deliveries had no handler since the endpoint was built.
    #[must_use]
    pub fn unhandled(&self) -> u64 {
        self.inner.observer.unhandled()
    }

    /// How the endpoint fares: how many deliveries succeeded and failed, when, and for what reason the last time.
    ///
    /// For a route that a monitor asks, and for a line in a log; see [`Health`] for what counts as what.
    #[must_use]
    pub fn health(&self) -> Health {
        self.inner.observer.health(self.inner.clock.now())
    }

    /// The first door: headers and a whole body, from any framework or none.
    ///
    /// The caller has limited the size of the body while reading; one over the limit is still refused. It has also
    /// looked at the method: this door takes deliveries, and a [`Handshake`] only if it is a signed POST.
    ///
    /// Runs the handler within this call, whose headers it borrows: whoever drops the call drops the handler. Where
    /// that can happen, take the second door, with the body as an `http_body_util::Full`.
    pub async fn handle_bytes(&self, headers: &HeaderMap, body: Bytes) -> Response<ResponseBody> {
        self.run(headers, &body).await.respond()
    }

    /// The first door, for a tenant that the program itself has found, wherever the request names it: in the path or the
    /// query, which [`handle_bytes`](Self::handle_bytes) does not see, or in the name of the host.
    ///
    /// A name that is empty, longer than 128 bytes or no word is nobody's, and so is every name if the endpoint has no
    /// [`secret_source`](crate::EndpointBuilder::secret_source).
    pub async fn handle_bytes_for(
        &self,
        tenant: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Response<ResponseBody> {
        let keys = self.inner.keys.look_up_for(tenant, &*self.inner.clock);
        self.run_with(keys, headers, &body).await.respond()
    }

    /// The second door: a request of the `http` crate, with a body of any type.
    ///
    /// Refuses by method, length and headers before it reads the body, and limits the body while it streams. Answers
    /// a GET if a [`Handshake`] says how.
    ///
    /// With the feature `tokio`, a handler that has begun runs to its end even if this call is dropped, as frameworks
    /// do when the sender hangs up: the rest of it runs on the runtime.
    pub async fn handle<B>(&self, request: Request<B>) -> Response<ResponseBody>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let Ok(response) = self.receive(request).await;
        response
    }

    /// The second and the third door.
    fn receive<B>(&self, request: Request<B>) -> ResponseFuture
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let provider = self.inner.profile.name;
        if let Some(handshake) = self.handshake_of(&parts.method) {
            let ending = handshake.answer_get(parts.uri.query());
            let endpoint = self.clone();
            return ResponseFuture::new(
                provider,
                |_| async move { endpoint.refuse(ending).respond() },
            );
        }
        let checked = self.check_length(&parts.method, &parts.headers, &body);
        if let Err(refusal) = checked {
            let (endpoint, headers) = (self.clone(), parts.headers);
            return ResponseFuture::new(provider, |_| async move {
                let report = endpoint.refuse(refusal);
                body::drain(&headers, body, &endpoint.inner.running).await;
                report.respond()
            });
        }
        let keys = self.look_up(Some(&parts.uri), &parts.headers);
        let (endpoint, headers) = (self.clone(), parts.headers);
        let mut keys = keys;
        ResponseFuture::new(provider, |claim| async move {
            let now = endpoint.inner.clock.now();
            let whole;
            // Within a block, so that the future does not keep what the headers say while the handler runs.
            let found = {
                let read = endpoint.read(&headers, &mut keys, body, now).await;
                let (mut signed, body) = match read {
                    Ok(read) => read,
                    Err(report) => return report.respond(),
                };
                whole = body;
                endpoint.find(&keys, &headers, &mut signed, &whole, now)
            };
            match found {
                Ok(ref found) => endpoint.call(found, Some(&claim)).await.respond(),
                Err(report) => report.respond(),
            }
        })
    }

    /// All stages but the last: no handler, but what is taken from the delivery.
    #[cfg_attr(
        not(feature = "axum"),
        expect(dead_code, reason = "for deliveries that are handled elsewhere")
    )]
    pub(crate) async fn open<B, T>(
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
        let (parts, body) = request.into_parts();
        if let Some(handshake) = self.handshake_of(&parts.method) {
            let ending = handshake.answer_get(parts.uri.query());
            return Err(self.refuse(ending).outcome);
        }
        if let Err(refusal) = self.check_length(&parts.method, &parts.headers, &body) {
            let report = self.refuse(refusal);
            body::drain(&parts.headers, body, &self.inner.running).await;
            return Err(report.outcome);
        }
        let now = self.inner.clock.now();
        let mut keys = self.look_up(Some(&parts.uri), &parts.headers);
        let opened = match self.read(&parts.headers, &mut keys, body, now).await {
            Ok((mut signed, body)) => self
                .verify(&keys, &parts.headers, &mut signed, &body)
                .and_then(|matched| {
                    let verified = signed.verified(matched, &body);
                    let tenant = keys.tenant();
                    let from = (now, Origin::Request);
                    let (received, index) =
                        self.peek(tenant, &parts.headers, verified, &body, from)?;
                    self.take(&received, index, now, carries, take)
                }),
            Err(report) => Err(report),
        };
        opened.map_err(|report| report.outcome)
    }

    /// All stages for a whole body.
    pub(crate) async fn run(&self, headers: &HeaderMap, body: &Bytes) -> Report {
        let keys = self.look_up(None, headers);
        self.run_with(keys, headers, body).await
    }

    /// The same, for a tenant who has the endpoint's own secrets.
    #[cfg(feature = "testing")]
    pub(crate) async fn run_for(
        &self,
        tenant: Tenant,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Report {
        let keys = Keys::of(tenant, self.inner.scheme.clone());
        self.run_with(keys, headers, body).await
    }

    async fn run_with(&self, mut keys: Keys, headers: &HeaderMap, body: &Bytes) -> Report {
        let now = self.inner.clock.now();
        if let Keys::Asked(asking) = &mut keys {
            // Nobody is asked for the sake of what is refused anyway.
            if let Err(report) = self.check_whole(headers, body, now) {
                return report;
            }
            keys = asking.await;
        }
        match self.check(&keys, headers, body, now) {
            Ok(ref found) => self.call(found, None).await,
            Err(report) => report,
        }
    }

    // What waits for nothing stands outside of all futures: what a future holds, it moves.

    fn look_up(&self, uri: Option<&Uri>, headers: &HeaderMap) -> Keys {
        let Inner { keys, clock, .. } = &*self.inner;
        keys.look_up(uri, headers, &**clock)
    }

    fn check<'d>(
        &self,
        keys: &'d Keys,
        headers: &'d HeaderMap,
        body: &'d Bytes,
        now: Timestamp,
    ) -> Result<Found<'d>, Report> {
        match self.check_whole(headers, body, now) {
            Ok(ref mut signed) => self.find(keys, headers, signed, body, now),
            Err(report) => Err(report),
        }
    }

    /// What is not authentic, or asks for a handshake, ends here.
    fn refuse(&self, ending: DeliveryOutcome) -> Report {
        self.refuse_for(&Tenant::NONE, ending)
    }

    fn refuse_for(&self, tenant: &Tenant, ending: DeliveryOutcome) -> Report {
        let Inner {
            clock, observer, ..
        } = &*self.inner;
        observer.record_rejection(&ending, tenant, clock.now());
        Report {
            handler: None,
            outcome: ending,
        }
    }

    /// What is authentic ends here, if no handler takes it.
    fn end(&self, ending: DeliveryOutcome, facts: &Facts<'_>) -> Report {
        self.inner.observer.record(&ending, facts);
        Report {
            handler: None,
            outcome: ending,
        }
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
    type Error = std::convert::Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.receive(request)
    }
}
