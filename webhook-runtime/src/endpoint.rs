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
use crate::delivery::Clock;
use crate::event;
use crate::handler::{HandlerInfo, Received};
use crate::outcome::BoxError;
use crate::provider::{Profile, Provider};
use crate::router::{self, Router};
use crate::scheme::At;
use crate::tenant::Tenant;
use crate::trace;
use crate::unhandled::Unhandled;
use crate::verify::{SchemeOf, Signed, Verified};

mod answer;
mod body;
mod builder;
mod ending;
mod handshake;
mod keys;
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
pub(crate) use self::ending::Report;
pub use self::handshake::{Challenge, Handshake};
use self::keys::{KeySource, Keys};
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
/// | 200 | the handler is done; or nobody handles the event |
/// | 400 | a header of the scheme is missing or malformed, or the body broke off |
/// | 401 | no signature matches, the delivery is too old or too new, or there is no such tenant |
/// | 403 | a [`Handshake`] is refused |
/// | 405 | the method is not POST |
/// | 408 | the body did not come in time (feature `tokio`) |
/// | 410 | the handler said [`Outcome::Gone`](crate::Outcome::Gone) |
/// | 413 | the body is too large |
/// | 500 | the handler failed or panicked, or the body does not fit: the sender will come again |
/// | 503 | the handler said [`Outcome::RetryLater`](crate::Outcome::RetryLater) |
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
    profile: Profile,
    body_limit: usize,
    clock: Box<dyn Clock>,
    unhandled: Unhandled,
    running: Running,
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
        self.inner.unhandled.count()
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
                body::drain(&headers, body, &endpoint.inner.running).await;
                endpoint.refuse(refusal).respond()
            });
        }
        let mut keys = self.look_up(Some(&parts.uri), &parts.headers);
        let (endpoint, headers) = (self.clone(), parts.headers);
        ResponseFuture::new(provider, |claim| async move {
            let whole;
            // Within a block, so that the future does not keep what the headers say while the handler runs.
            let found = {
                let signed;
                (signed, whole) = match endpoint.arrive(&mut keys, &headers, body).await {
                    Ok(arrived) => arrived,
                    Err(refused) => return refused.respond(),
                };
                endpoint.find(&keys, &headers, &signed, &whole)
            };
            match found {
                Ok(ref found) => endpoint.call(found, Some(&claim)).await.respond(),
                Err(refusal) => endpoint.refuse_for(keys.tenant(), refusal).respond(),
            }
        })
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
        if let Keys::Asked(asking) = &mut keys {
            // Nobody is asked for the sake of what is refused anyway.
            if let Err(refusal) = self.check_whole(headers, body) {
                return self.refuse(refusal);
            }
            keys = asking.await;
        }
        match self.check(&keys, headers, body) {
            Ok(ref found) => self.call(found, None).await,
            Err(refusal) => self.refuse_for(keys.tenant(), refusal),
        }
    }

    /// All stages in front of the MAC, for a body on its way. A future of its own: what it holds, it holds in the place
    /// of the handler's, which comes after it.
    async fn arrive<'h, B>(
        &self,
        keys: &mut Keys,
        headers: &'h HeaderMap,
        body: B,
    ) -> Result<(Signed<'_, 'h>, Bytes), Report>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let Inner {
            body_limit,
            running,
            ..
        } = &*self.inner;
        let signed = match self.begin(keys, headers).await {
            Ok(signed) => signed,
            Err(refused) => {
                body::drain(headers, body, running).await;
                return Err(refused);
            }
        };
        match body::read(body, *body_limit, running).await {
            Ok(whole) => Ok((signed, whole)),
            Err(refusal) => Err(self.refuse_for(keys.tenant(), refusal)),
        }
    }

    /// What the headers say, and whose keys are to prove it.
    async fn begin<'h>(
        &self,
        keys: &mut Keys,
        headers: &'h HeaderMap,
    ) -> Result<Signed<'_, 'h>, Report> {
        let signed = match self.check_headers(headers) {
            Ok(signed) => signed,
            Err(refusal) => return Err(self.refuse(refusal)),
        };
        if let Keys::Asked(asking) = keys {
            *keys = asking.await;
            if let Some(failure) = keys.failure() {
                return Err(self.refuse_for(keys.tenant(), failure));
            }
        }
        Ok(signed)
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
    ) -> Result<Found<'d>, Ending> {
        let signed = self.check_whole(headers, body)?;
        self.find(keys, headers, &signed, body)
    }

    /// What can be refused without a look at a body that is there.
    fn check_whole<'h>(
        &self,
        headers: &'h HeaderMap,
        body: &Bytes,
    ) -> Result<Signed<'_, 'h>, Ending> {
        if body.len() > self.inner.body_limit {
            let read = body.len() as u64;
            return Err(Ending::TooLarge { read });
        }
        self.check_headers(headers)
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

    fn check_headers<'h>(&self, headers: &'h HeaderMap) -> Result<Signed<'_, 'h>, Ending> {
        let Inner { scheme, clock, .. } = &*self.inner;
        scheme
            .check_headers(headers, clock.now())
            .map_err(Ending::Refused)
    }

    /// MAC, event type, handler.
    fn find<'d>(
        &self,
        keys: &'d Keys,
        headers: &'d HeaderMap,
        signed: &Signed<'_, 'd>,
        body: &'d Bytes,
    ) -> Result<Found<'d>, Ending> {
        let verified = keys.check_signature(&self.inner.scheme, headers, signed, body)?;
        if let Some(ending) = self.answer_verified(&verified) {
            return Err(ending);
        }
        let tenant = keys.tenant();
        self.find_handler(tenant, headers, verified, body)
            .inspect_err(|ending| {
                if let Ending::Undecodable(error) = ending {
                    let provider = self.inner.profile.name;
                    trace::undecodable(provider, tenant, verified.id_str(), error);
                }
            })
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

    fn find_handler<'d>(
        &self,
        tenant: &'d Tenant,
        headers: &'d HeaderMap,
        verified: Verified<'d>,
        body: &'d Bytes,
    ) -> Result<Found<'d>, Ending> {
        let profile = &self.inner.profile;
        let peeked = event::peek(headers, body, profile).map_err(Ending::Undecodable)?;
        let catalog = <R::Provider as Provider>::Catalog::INFO;
        let index = <R::Provider as Provider>::Catalog::index_of(&peeked.event_type);
        let subtype = |path| match profile.subtype {
            Some(At::Header(name)) => event::text_of_header(headers, name).map(Cow::Borrowed),
            Some(At::Body(path)) => event::text_in_body(body, path),
            _ => peeked.text_in_payload(body, path),
        };
        let handler = router::find::<R>(index, &peeked.event_type, subtype);
        let Some((handler, info)) =
            handler.and_then(|handler| Some((handler, R::HANDLERS.get(handler)?)))
        else {
            self.inner
                .unhandled
                .note(catalog, index, &peeked.event_type);
            return Err(Ending::Unhandled);
        };
        if info.carries().is_none() {
            // No argument of this handler would read the body.
            peeked.check(body).map_err(Ending::Undecodable)?;
        }
        let known_type = index
            .and_then(|index| catalog.events().get(index))
            .map(|event| event.name());
        Ok(Found {
            handler,
            info,
            received: Received {
                verified,
                tenant,
                headers,
                body,
                peeked,
                known_type,
                event_id: profile.event_id,
            },
        })
    }

    fn refuse(&self, ending: Ending) -> Report {
        self.refuse_for(&Tenant::NONE, ending)
    }

    fn refuse_for(&self, tenant: &Tenant, ending: Ending) -> Report {
        trace::refused(self.inner.profile.name, tenant, &ending);
        Report {
            handler: None,
            ending,
        }
    }

    /// Calls the handler, as soon as there is a place for it.
    async fn call(&self, found: &Found<'_>, claim: Option<&Claim>) -> Report {
        let handler = Some(found.info.name());
        let _slot = match self.inner.running.enter().await {
            Ok(slot) => slot,
            Err(ending) => {
                let provider = self.inner.profile.name;
                trace::put_off(provider, &found.received, found.info.name(), &ending);
                return Report { handler, ending };
            }
        };
        let ending = self.run_handler(found, claim).await;
        Report { handler, ending }
    }

    async fn run_handler(&self, found: &Found<'_>, claim: Option<&Claim>) -> Ending {
        let Found {
            handler,
            info,
            received,
        } = found;
        let span = trace::Span::new(self.inner.profile.name, received, info.name());
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
                    _ => ready!(deadline.poll(cx, claim, || span.overdue())),
                };
                // Dropped here, where a panic is caught.
                call.set(None);
                Poll::Ready(ending)
            });
            span.within(|| catch_unwind(step).unwrap_or(Poll::Ready(Ending::Panicked)))
        })
        .await;
        span.finish(&ending, claim.is_none_or(Claim::is_waited_for));
        ending
    }
}

/// A verified delivery and the handler that takes it.
struct Found<'d> {
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
