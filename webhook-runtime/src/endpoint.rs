//! The whole way of a delivery, from headers and bytes to a status. Knows all stages; nothing else does.

use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, Request, Response, Uri};
use http_body::Body;

use crate::catalog::Catalog;
use crate::delivery::{Clock, Timestamp};
use crate::event::{self, DecodeError};
use crate::handler::{HandlerInfo, Origin, Received};
use crate::health::Health;
use crate::outcome::BoxError;
use crate::payload::Carries;
use crate::provider::{Profile, Provider};
use crate::router::{self, Router};
use crate::scheme::At;
use crate::tenant::Tenant;
use crate::verify::{SchemeOf, Signed, Verified};

mod answer;
mod ask;
mod body;
mod builder;
mod delivery_keys;
mod ending;
mod handed_off;
mod handshake;
#[cfg(feature = "tokio")]
mod inboxed;
#[cfg(not(feature = "tokio"))]
#[path = "endpoint/inboxed_off.rs"]
mod inboxed;
mod keys;
mod mode;
mod observer;
mod once;
#[cfg(feature = "tokio")]
mod running;
#[cfg(not(feature = "tokio"))]
#[path = "endpoint/running_off.rs"]
mod running;
mod tenancy;
mod uri;

pub use self::answer::ResponseBody;
pub use self::builder::{BuildError, EndpointBuilder};
pub use self::ending::Ending;
pub(crate) use self::ending::{Means, Report};
pub use self::handshake::{Challenge, Handshake};
#[cfg(feature = "tokio")]
pub use self::inboxed::Worked;
use self::keys::{KeySource, Keys};
use self::mode::Mode;
pub(crate) use self::observer::Facts;
use self::observer::{Observer, Watched};
pub use self::running::ResponseFuture;
use self::running::{Claim, Running};
#[cfg(feature = "tokio")]
pub use self::running::{Drained, OnDeadline};

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
    scheme: SchemeOf,
    keys: KeySource,
    handshake: Option<Handshake>,
    profile: &'static Profile,
    body_limit: usize,
    clock: Box<dyn Clock>,
    observer: Observer,
    running: Running,
    mode: Mode,
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
            .field("mode", &self.inner.mode.as_str())
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
                let (signed, body) = match read {
                    Ok(read) => read,
                    Err(report) => return report.respond(),
                };
                whole = body;
                endpoint.find(&keys, &headers, &signed, &whole, now)
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
        take: impl FnOnce(&Received<'_>) -> Result<T, DecodeError>,
    ) -> Result<T, Ending>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        if let Some(handshake) = self.handshake_of(&parts.method) {
            let ending = handshake.answer_get(parts.uri.query());
            return Err(self.refuse(ending).ending);
        }
        if let Err(refusal) = self.check_length(&parts.method, &parts.headers, &body) {
            let report = self.refuse(refusal);
            body::drain(&parts.headers, body, &self.inner.running).await;
            return Err(report.ending);
        }
        let now = self.inner.clock.now();
        let mut keys = self.look_up(Some(&parts.uri), &parts.headers);
        let opened = match self.read(&parts.headers, &mut keys, body, now).await {
            Ok((signed, body)) => {
                self.verify(&keys, &parts.headers, &signed, &body)
                    .and_then(|verified| {
                        let tenant = keys.tenant();
                        let from = (now, Origin::Request);
                        let (received, index) =
                            self.peek(tenant, &parts.headers, verified, &body, from)?;
                        self.take(&received, index, now, carries, take)
                    })
            }
            Err(report) => Err(report),
        };
        opened.map_err(|report| report.ending)
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
        let signed = self.check_whole(headers, body, now)?;
        self.find(keys, headers, &signed, body, now)
    }

    /// What can be refused without a look at a body that is there.
    fn check_whole<'h>(
        &self,
        headers: &'h HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Signed<'_, 'h>, Report> {
        if body.len() > self.inner.body_limit {
            let read = body.len() as u64;
            return Err(self.refuse(Ending::TooLarge { read }));
        }
        self.check_headers(headers, now)
    }

    /// What can be refused by method and length, before anything is read.
    fn check_length<B: Body>(
        &self,
        method: &Method,
        headers: &HeaderMap,
        body: &B,
    ) -> Result<(), Ending> {
        if method != Method::POST {
            return Err(Ending::WrongMethod {
                allow: self.allow(),
            });
        }
        let limit = self.inner.body_limit as u64;
        let declared = headers
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > limit) || body.size_hint().lower() > limit {
            return Err(Ending::TooLarge { read: 0 });
        }
        Ok(())
    }

    fn check_headers<'h>(
        &self,
        headers: &'h HeaderMap,
        now: Timestamp,
    ) -> Result<Signed<'_, 'h>, Report> {
        let signed = self.inner.scheme.check_headers(headers, now);
        signed.map_err(|error| self.refuse(Ending::Refused(error)))
    }

    /// What the headers say, and the body, unless it is refused before. The keys become known.
    async fn read<'h, B>(
        &self,
        headers: &'h HeaderMap,
        keys: &mut Keys,
        body: B,
        now: Timestamp,
    ) -> Result<(Signed<'_, 'h>, Bytes), Report>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        let Inner {
            body_limit,
            observer,
            running,
            ..
        } = &*self.inner;
        let signed = match self.check_headers(headers, now) {
            Ok(signed) => signed,
            Err(report) => {
                body::drain(headers, body, running).await;
                return Err(report);
            }
        };
        if let Keys::Asked(asking) = keys {
            *keys = asking.await;
            if let Some(failure) = keys.failure() {
                let report = self.refuse_for(keys.tenant(), failure);
                body::drain(headers, body, running).await;
                return Err(report);
            }
        }
        let arriving = observer.arriving();
        let read = body::read(body, *body_limit, running).await;
        arriving.arrived();
        match read {
            Ok(body) => Ok((signed, body)),
            Err(refusal) => Err(self.refuse_for(keys.tenant(), refusal)),
        }
    }

    /// MAC, event type, handler.
    fn find<'d>(
        &self,
        keys: &'d Keys,
        headers: &'d HeaderMap,
        signed: &Signed<'_, 'd>,
        body: &'d Bytes,
        now: Timestamp,
    ) -> Result<Found<'d>, Report> {
        let verified = self.verify(keys, headers, signed, body)?;
        let from = (now, Origin::Request);
        self.find_handler(keys.tenant(), headers, verified, body, from)
    }

    /// The proof, unless the delivery asks for a handshake.
    fn verify<'d>(
        &self,
        keys: &Keys,
        headers: &'d HeaderMap,
        signed: &Signed<'_, 'd>,
        body: &'d Bytes,
    ) -> Result<Verified<'d>, Report> {
        let tenant = keys.tenant();
        let verified = keys
            .check_signature(&self.inner.scheme, headers, signed, body)
            .map_err(|refusal| self.refuse_for(tenant, refusal))?;
        match self.answer_verified(&verified) {
            Some(ending) => Err(self.refuse_for(tenant, ending)),
            None => Ok(verified),
        }
    }

    /// The answer to a request that asks for a handshake and for nothing else.
    fn answer_verified(&self, verified: &Verified<'_>) -> Option<Ending> {
        self.inner.handshake.as_ref()?.answer_verified(verified)
    }

    /// The handshake that answers requests with this method.
    fn handshake_of(&self, method: &Method) -> Option<&Handshake> {
        let handshake = self.inner.handshake.as_ref()?;
        (method == Method::GET && handshake.takes_get()).then_some(handshake)
    }

    /// The methods that this endpoint takes.
    fn allow(&self) -> &'static str {
        let handshake = self.inner.handshake.as_ref();
        match handshake.is_some_and(Handshake::takes_get) {
            true => "GET, POST",
            false => "POST",
        }
    }

    /// The delivery with its event type, and the place of that in the catalog.
    fn peek<'d>(
        &self,
        tenant: &'d Tenant,
        headers: &'d HeaderMap,
        verified: Verified<'d>,
        body: &'d Bytes,
        (came_in, origin): (Timestamp, Origin),
    ) -> Result<(Received<'d>, Option<usize>), Report> {
        let profile = self.inner.profile;
        let peeked = match event::peek(headers, body, profile) {
            Ok(peeked) => peeked,
            Err(error) => {
                let facts = Facts::new(came_in, origin, tenant, &verified);
                return Err(self.end(Ending::Undecodable(error), &facts));
            }
        };
        let index = <R::Provider as Provider>::Catalog::index_of(&peeked.event_type);
        let events = <R::Provider as Provider>::Catalog::INFO.events();
        let known_type = index
            .and_then(|index| events.get(index))
            .map(|event| event.name());
        let received = Received {
            verified,
            tenant,
            headers,
            body,
            peeked,
            known_type,
            effects: None,
            origin,
        };
        Ok((received, index))
    }

    /// The sub-type of an event that has some, which stand at this path in its payload unless the profile says where.
    fn subtype<'d>(
        &self,
        received: &Received<'d>,
        path: &'static [&'static str],
    ) -> Result<Option<Cow<'d, str>>, DecodeError> {
        let Received { headers, body, .. } = *received;
        match self.inner.profile.subtype {
            Some(At::Header(name)) => Ok(event::text_of_header(headers, name).map(Cow::Borrowed)),
            Some(At::Body(path)) => event::subtype_in_body(body, &[], path),
            _ => received.peeked.subtype_in_payload(body, path),
        }
    }

    fn find_handler<'d>(
        &self,
        tenant: &'d Tenant,
        headers: &'d HeaderMap,
        verified: Verified<'d>,
        body: &'d Bytes,
        from: (Timestamp, Origin),
    ) -> Result<Found<'d>, Report> {
        let (received, index) = self.peek(tenant, headers, verified, body, from)?;
        let (came_in, _) = from;
        let peeked = &received.peeked;
        let subtype = |path| self.subtype(&received, path);
        let found = router::find::<R, _>(index, &peeked.event_type, subtype)
            .map_err(Ending::Undecodable)
            .and_then(|handler| {
                handler
                    .and_then(|handler| Some((handler, R::HANDLERS.get(handler)?)))
                    .ok_or(Ending::Unhandled)
            })
            .and_then(|found| match found.1.carries() {
                // No argument of this handler would read the body.
                None => peeked
                    .check(body)
                    .map(|()| found)
                    .map_err(Ending::Undecodable),
                Some(_) => Ok(found),
            });
        let (handler, info) = match found {
            Ok(found) => found,
            Err(ending) => return Err(self.end(ending, &Facts::of(came_in, &received, index))),
        };
        Ok(Found {
            came_in,
            index,
            handler,
            info,
            received,
        })
    }

    /// What is taken from a delivery whose event is wanted.
    fn take<T>(
        &self,
        received: &Received<'_>,
        index: Option<usize>,
        came_in: Timestamp,
        carries: Carries,
        take: impl FnOnce(&Received<'_>) -> Result<T, DecodeError>,
    ) -> Result<T, Report> {
        let catalog = <R::Provider as Provider>::Catalog::INFO;
        let facts = Facts::of(came_in, received, index);
        let subtype = |path| self.subtype(received, path);
        let taken = match carries.takes(catalog, index, &received.peeked.event_type, subtype) {
            Ok(true) => take(received).map_err(Ending::Undecodable),
            Ok(false) => Err(Ending::Unhandled),
            Err(error) => Err(Ending::Undecodable(error)),
        };
        match taken {
            Ok(taken) => {
                self.end(Ending::HandedOff, &facts);
                Ok(taken)
            }
            Err(ending) => Err(self.end(ending, &facts)),
        }
    }

    /// What is not authentic, or asks for a handshake, ends here.
    fn refuse(&self, ending: Ending) -> Report {
        self.refuse_for(&Tenant::NONE, ending)
    }

    fn refuse_for(&self, tenant: &Tenant, ending: Ending) -> Report {
        let Inner {
            clock, observer, ..
        } = &*self.inner;
        observer.refused(&ending, tenant, clock.now());
        Report {
            handler: None,
            ending,
        }
    }

    /// What is authentic ends here, if no handler takes it.
    fn end(&self, ending: Ending, facts: &Facts<'_>) -> Report {
        self.inner.observer.ended(&ending, facts);
        Report {
            handler: None,
            ending,
        }
    }

    /// Calls the handler as soon as there is a place for it, or lays the delivery down for it.
    async fn call(&self, found: &Found<'_>, claim: Option<&Claim>) -> Report {
        let mut watched = self.inner.observer.watch(found, claim);
        let _slot;
        // Boxed, but for the plain mode, whose future stays small.
        let ending = match &self.inner.mode {
            Mode::Inbox(inbox) => Box::pin(self.lay_down(inbox, found)).await,
            Mode::HandOff(queue) => Box::pin(self.hand_off(queue, found)).await,
            here => {
                let entered = match self.inner.running.enter_now() {
                    Some(entered) => entered,
                    None => Box::pin(self.inner.running.enter()).await,
                };
                match entered {
                    Err(ending) => ending,
                    Ok(slot) => {
                        _slot = slot;
                        match here {
                            Mode::Once(once) => {
                                Box::pin(self.call_once(once, found, claim, &mut watched)).await
                            }
                            _ => self.run_handler(found, claim, &mut watched).await,
                        }
                    }
                }
            }
        };
        watched.end(&ending);
        Report {
            handler: Some(found.info.name()),
            ending,
        }
    }

    async fn run_handler(
        &self,
        found: &Found<'_>,
        claim: Option<&Claim>,
        watched: &mut Watched<'_>,
    ) -> Ending {
        let Found {
            handler, received, ..
        } = found;
        watched.begin();
        let told = &*watched;
        let mut deadline = self.inner.running.handler_deadline();
        let mut call = pin!(Some(self.inner.router.dispatch(*handler, received)));
        if let Some(claim) = claim {
            claim.begin();
        }
        let ending = poll_fn(|cx| {
            // The handler is not touched again after a panic, so nothing broken is seen through it.
            let step = AssertUnwindSafe(|| {
                let ending = match call.as_mut().as_pin_mut().map(|call| call.poll(cx)) {
                    Some(Poll::Ready(handled)) => Ending::of(handled),
                    _ => ready!(deadline.poll(cx, claim, || told.overdue())),
                };
                // Dropped here, where a panic is caught.
                call.set(None);
                Poll::Ready(ending)
            });
            told.within(|| catch_unwind(step).unwrap_or(Poll::Ready(Ending::Panicked)))
        })
        .await;
        watched.handled(&ending);
        ending
    }
}

/// A verified delivery and the handler that takes it.
struct Found<'d> {
    came_in: Timestamp,
    /// The event's place in the catalog.
    index: Option<usize>,
    handler: usize,
    info: &'static HandlerInfo,
    received: Received<'d>,
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
