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
use http::{HeaderMap, Method, Request, Response};
use http_body::Body;

use crate::catalog::Catalog;
use crate::delivery::Clock;
use crate::event;
use crate::handler::{HandlerInfo, Received};
use crate::outcome::BoxError;
use crate::provider::{Profile, Provider};
use crate::router::{self, Router};
use crate::scheme::At;
use crate::trace;
use crate::unhandled::Unhandled;
use crate::verify::{SchemeOf, Signed, Verified};

mod answer;
mod ask;
mod body;
mod builder;
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
mod once;
#[cfg(feature = "tokio")]
mod running;
#[cfg(not(feature = "tokio"))]
#[path = "endpoint/running_off.rs"]
mod running;

pub use self::answer::ResponseBody;
pub use self::builder::{BuildError, EndpointBuilder};
pub use self::ending::Ending;
pub(crate) use self::ending::Report;
pub use self::handshake::{Challenge, Handshake};
#[cfg(feature = "tokio")]
pub use self::inboxed::Worked;
use self::mode::Mode;
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
/// | 401 | no signature matches, or the delivery is too old or too new |
/// | 403 | a [`Handshake`] is refused |
/// | 405 | the method is not POST |
/// | 408 | the body did not come in time (feature `tokio`) |
/// | 410 | the handler said [`Outcome::Gone`](crate::Outcome::Gone) |
/// | 413 | the body is too large |
/// | 500 | the handler failed or panicked, or the body does not fit: the sender will come again |
/// | 503 | the handler said [`Outcome::RetryLater`](crate::Outcome::RetryLater) |
/// | 503 | the delivery is being handled elsewhere, or the store fails ([`idempotent`](EndpointBuilder::idempotent)) |
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
    scheme: SchemeOf,
    handshake: Option<Handshake>,
    profile: Profile,
    body_limit: usize,
    clock: Box<dyn Clock>,
    unhandled: Unhandled,
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
            .field("body_limit", &self.inner.body_limit)
            .field("mode", &self.inner.mode.as_str())
            .field("running", &self.inner.running)
            .finish_non_exhaustive()
    }
}

impl<R: Router> Endpoint<R> {
    /// Starts an endpoint for a router. It needs at least one secret.
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
        let (endpoint, headers) = (self.clone(), parts.headers);
        if let Err(refusal) = checked {
            return ResponseFuture::new(provider, |_| async move {
                body::drain(&headers, body, &endpoint.inner.running).await;
                endpoint.refuse(refusal).respond()
            });
        }
        ResponseFuture::new(provider, |claim| async move {
            let Inner {
                body_limit,
                running,
                ..
            } = &*endpoint.inner;
            let whole;
            // Within a block, so that the future does not keep what the headers say while the handler runs.
            let found = {
                let signed = match endpoint.check_headers(&headers) {
                    Ok(signed) => signed,
                    Err(refusal) => {
                        body::drain(&headers, body, running).await;
                        return endpoint.refuse(refusal).respond();
                    }
                };
                whole = match body::read(body, *body_limit, running).await {
                    Ok(whole) => whole,
                    Err(refusal) => return endpoint.refuse(refusal).respond(),
                };
                endpoint.find(&headers, &signed, &whole)
            };
            match found {
                Ok(ref found) => endpoint.call(found, Some(&claim)).await.respond(),
                Err(refusal) => endpoint.refuse(refusal).respond(),
            }
        })
    }

    /// All stages for a whole body.
    pub(crate) async fn run(&self, headers: &HeaderMap, body: &Bytes) -> Report {
        match self.check(headers, body) {
            Ok(ref found) => self.call(found, None).await,
            Err(refusal) => self.refuse(refusal),
        }
    }

    // What waits for nothing stands outside of all futures: what a future holds, it moves.

    fn check<'d>(&self, headers: &'d HeaderMap, body: &'d Bytes) -> Result<Found<'d>, Ending> {
        if body.len() > self.inner.body_limit {
            let read = body.len() as u64;
            return Err(Ending::TooLarge { read });
        }
        let signed = self.check_headers(headers)?;
        self.find(headers, &signed, body)
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
        headers: &'d HeaderMap,
        signed: &Signed<'_, 'd>,
        body: &'d Bytes,
    ) -> Result<Found<'d>, Ending> {
        let verified = self
            .inner
            .scheme
            .check_signature(headers, signed, body)
            .map_err(Ending::Refused)?;
        if let Some(ending) = self.answer_verified(&verified) {
            return Err(ending);
        }
        self.find_handler(headers, verified, body)
            .inspect_err(|ending| {
                if let Ending::Undecodable(error) = ending {
                    trace::undecodable(self.inner.profile.name, verified.id_str(), error);
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
                headers,
                body,
                peeked,
                known_type,
                event_id: profile.event_id,
                effects: None,
                is_stored: false,
            },
        })
    }

    fn refuse(&self, ending: Ending) -> Report {
        trace::refused(self.inner.profile.name, &ending);
        Report {
            handler: None,
            ending,
        }
    }

    /// Calls the handler as soon as there is a place for it, or lays the delivery down for it.
    async fn call(&self, found: &Found<'_>, claim: Option<&Claim>) -> Report {
        let ending = match &self.inner.mode {
            Mode::Plain => match self.inner.running.enter().await {
                Ok(_slot) => self.run_handler(found, claim).await,
                Err(ending) => self.put_off(found, ending),
            },
            // Boxed: the future of the plain mode stays small.
            Mode::Once(once) => Box::pin(self.call_once(once, found, claim)).await,
            Mode::Inbox(inbox) => Box::pin(self.lay_down(inbox, found)).await,
            Mode::HandOff(queue) => Box::pin(self.hand_off(queue, found)).await,
        };
        Report {
            handler: Some(found.info.name()),
            ending,
        }
    }

    /// Says that an authentic delivery is not handled now.
    fn put_off(&self, found: &Found<'_>, ending: Ending) -> Ending {
        let provider = self.inner.profile.name;
        trace::put_off(provider, &found.received, found.info.name(), &ending);
        ending
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
