//! The whole way of a delivery, from headers and bytes to a status. Knows all stages; nothing else does.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_LENGTH, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};

use crate::catalog::Catalog;
use crate::delivery::{Clock, SystemClock};
use crate::event::{self, DecodeError};
use crate::handler::{HandlerError, Received};
use crate::outcome::{BoxError, Outcome};
use crate::provider::{Profile, Provider};
use crate::router::{self, Router};
use crate::secret::{Secret, SecretError};
use crate::trace;
use crate::unhandled::Unhandled;
use crate::verify::{Signed, StandardWebhooks, Verified, VerifyError};

/// The largest body that is read unless the builder says otherwise: 1 MiB.
const BODY_LIMIT: usize = 1024 * 1024;

/// How much of a refused body is read and thrown away, so that the sender reads the answer before it meets a
/// closed connection.
const DRAIN_LIMIT: usize = 256 * 1024;

/// The body of every answer: nothing. What was wrong stands in the log.
pub type EmptyBody = Empty<Bytes>;

/// Where a provider delivers to: verifies, decodes and dispatches to the handlers of a router.
///
/// Cheap to clone. Three doors lead in, with the same answers: [`handle_bytes`](Self::handle_bytes),
/// [`handle`](Self::handle), and [`tower_service::Service`], by which most web frameworks mount it.
///
/// | answer | when |
/// | --- | --- |
/// | 200 | the handler is done; or nobody handles the event |
/// | 400 | a header of the scheme is missing or malformed, or the body broke off |
/// | 401 | no signature matches, or the delivery is too old or too new |
/// | 405 | the method is not POST |
/// | 410 | the handler said [`Outcome::Gone`] |
/// | 413 | the body is too large |
/// | 500 | the handler failed or panicked, or the body does not fit: the sender will come again |
/// | 503 | the handler said [`Outcome::RetryLater`] |
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
    scheme: StandardWebhooks,
    profile: Profile,
    body_limit: usize,
    clock: Box<dyn Clock>,
    unhandled: Unhandled,
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
            .finish_non_exhaustive()
    }
}

impl<R: Router> Endpoint<R> {
    /// Starts an endpoint for a router. It needs at least one secret.
    pub fn builder(router: R) -> EndpointBuilder<R> {
        EndpointBuilder {
            router,
            secrets: Vec::new(),
            tolerance: Duration::from_secs(R::Provider::PROFILE.tolerance_seconds),
            body_limit: BODY_LIMIT,
            clock: Box::new(SystemClock),
        }
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
    /// The caller has limited the size of the body while reading; one over the limit is still refused.
    pub async fn handle_bytes(&self, headers: &HeaderMap, body: Bytes) -> Response<EmptyBody> {
        self.run(headers, &body).await.respond()
    }

    /// The second door: a request of the `http` crate, with a body of any type.
    ///
    /// Refuses by method, length and headers before it reads the body, and limits the body while it streams.
    pub async fn handle<B>(&self, request: Request<B>) -> Response<EmptyBody>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let refusal = self.refuse_by_head(&parts.method, &parts.headers, &body);
        let ending = match refusal {
            Ok(signed) => match read(body, self.inner.body_limit).await {
                Ok(body) => return self.open(&parts.headers, &signed, &body).await.respond(),
                Err(ending) => ending,
            },
            Err(ending) => {
                drain(body).await;
                ending
            }
        };
        self.refuse(ending).respond()
    }

    /// All stages for a whole body.
    pub(crate) async fn run(&self, headers: &HeaderMap, body: &Bytes) -> Report {
        if body.len() > self.inner.body_limit {
            return self.refuse(Ending::TooLarge);
        }
        match self
            .inner
            .scheme
            .check_headers(headers, self.inner.clock.now())
        {
            Ok(signed) => self.open(headers, &signed, body).await,
            Err(error) => self.refuse(Ending::Refused(error)),
        }
    }

    fn refuse_by_head<'h, B: Body>(
        &self,
        method: &Method,
        headers: &'h HeaderMap,
        body: &B,
    ) -> Result<Signed<'h>, Ending> {
        if method != Method::POST {
            return Err(Ending::WrongMethod);
        }
        let limit = self.inner.body_limit as u64;
        let declared = headers
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > limit) || body.size_hint().lower() > limit {
            return Err(Ending::TooLarge);
        }
        let now = self.inner.clock.now();
        self.inner
            .scheme
            .check_headers(headers, now)
            .map_err(Ending::Refused)
    }

    /// MAC, event type, handler: what remains once the headers are good and the body is there.
    async fn open(&self, headers: &HeaderMap, signed: &Signed<'_>, body: &Bytes) -> Report {
        match self.inner.scheme.check_mac(headers, signed, body) {
            Ok(verified) => self.dispatch(headers, verified, body).await,
            Err(error) => self.refuse(Ending::Refused(error)),
        }
    }

    async fn dispatch(&self, headers: &HeaderMap, verified: Verified<'_>, body: &Bytes) -> Report {
        let Inner {
            router,
            profile,
            unhandled,
            ..
        } = &*self.inner;
        let peeked = match event::peek(body, profile) {
            Ok(peeked) => peeked,
            Err(error) => {
                trace::undecodable(profile.name, verified.id_str(), &error);
                return Report {
                    handler: None,
                    ending: Ending::Undecodable(error),
                };
            }
        };
        let catalog = <R::Provider as Provider>::Catalog::INFO;
        let index = <R::Provider as Provider>::Catalog::index_of(&peeked.event_type);
        let text_in_payload = |path| peeked.text_in_payload(body, path);
        let found = router::find::<R>(index, &peeked.event_type, text_in_payload);
        let Some(handler) = found else {
            unhandled.note(catalog, index, &peeked.event_type);
            return Report {
                handler: None,
                ending: Ending::Unhandled,
            };
        };
        let name = R::HANDLERS
            .get(handler)
            .map(crate::handler::HandlerInfo::name);
        let known_type = index
            .and_then(|i| catalog.events().get(i))
            .map(|event| event.name());
        let received = Received {
            verified,
            headers,
            body,
            peeked: &peeked,
            known_type,
            profile: *profile,
        };
        let span = trace::Span::new(
            profile.name,
            verified.id_str(),
            &peeked.event_type,
            name.unwrap_or_default(),
        );
        let handled = span
            .around(catch_panic(router.dispatch(handler, &received)))
            .await;
        let ending = match handled {
            Some(Ok(outcome)) => Ending::Handled(outcome),
            Some(Err(HandlerError::Decode(error))) => Ending::Undecodable(error),
            Some(Err(HandlerError::Returned(error))) => Ending::Failed(error),
            None => Ending::Panicked,
        };
        span.finish(&ending);
        Report {
            handler: name,
            ending,
        }
    }

    fn refuse(&self, ending: Ending) -> Report {
        trace::refused(self.inner.profile.name, &ending);
        Report {
            handler: None,
            ending,
        }
    }
}

/// Collects a body, up to the limit.
async fn read<B>(body: B, limit: usize) -> Result<Bytes, Ending>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Ending::TooLarge),
        Err(_) => Err(Ending::BrokeOff),
    }
}

/// Reads a bounded part of a refused body and drops it.
async fn drain<B: Body>(body: B) {
    use bytes::Buf as _;

    let mut body = pin!(body);
    let mut left = DRAIN_LIMIT;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, |data| data.remaining());
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => break,
        }
    }
}

/// None: the future panicked.
async fn catch_panic<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        // The future is not touched again after a panic, so nothing broken is seen through it.
        match std::panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Some),
            Err(_) => Poll::Ready(None),
        }
    })
    .await
}

/// What came of a delivery, and by whom.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "testing"),
    expect(dead_code, reason = "the handler is told to tests")
)]
pub(crate) struct Report {
    pub(crate) handler: Option<&'static str>,
    pub(crate) ending: Ending,
}

/// How a delivery ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum Ending {
    /// The method is not POST.
    WrongMethod,
    /// The body is larger than the limit.
    TooLarge,
    /// The body ended before its end.
    BrokeOff,
    /// Not authentic, or not fresh.
    Refused(VerifyError),
    /// Authentic, but the body could not be decoded.
    Undecodable(DecodeError),
    /// Authentic, and nobody handles the event.
    Unhandled,
    /// A handler ran and came to an outcome.
    Handled(Outcome),
    /// A handler ran and returned an error.
    Failed(BoxError),
    /// A handler panicked.
    Panicked,
}

impl Ending {
    /// Its name in logs.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::WrongMethod => "wrong_method",
            Self::TooLarge => "too_large",
            Self::BrokeOff => "broke_off",
            Self::Refused(error) => error.as_str(),
            Self::Undecodable(_) => "undecodable",
            Self::Unhandled => "unhandled",
            Self::Handled(outcome) => outcome.as_str(),
            Self::Failed(_) => "failed",
            Self::Panicked => "panicked",
        }
    }

    /// The status that tells it to the sender.
    ///
    /// Once a signature has verified, it is never a 4xx unless the handler itself says so: providers drop
    /// deliveries for good on one.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokeOff
            | Self::Refused(
                VerifyError::MissingHeader { .. } | VerifyError::MalformedHeader { .. },
            ) => StatusCode::BAD_REQUEST,
            Self::Refused(_) => StatusCode::UNAUTHORIZED,
            Self::Unhandled | Self::Handled(Outcome::Done) => StatusCode::OK,
            Self::Handled(Outcome::RetryLater(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Handled(Outcome::Gone) => StatusCode::GONE,
            Self::Undecodable(_)
            | Self::Handled(Outcome::Failed)
            | Self::Failed(_)
            | Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl Report {
    fn respond(&self) -> Response<EmptyBody> {
        let mut response = Response::new(Empty::new());
        *response.status_mut() = self.ending.status();
        match &self.ending {
            Ending::WrongMethod => {
                response
                    .headers_mut()
                    .insert(ALLOW, HeaderValue::from_static("POST"));
            }
            Ending::Handled(Outcome::RetryLater(after)) => {
                // Whole seconds, rounded up: never sooner than asked.
                let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
                response
                    .headers_mut()
                    .insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            _ => {}
        }
        response
    }
}

impl<R, B> tower_service::Service<Request<B>> for Endpoint<R>
where
    R: Router,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    type Response = Response<EmptyBody>;
    type Error = std::convert::Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let endpoint = self.clone();
        Box::pin(async move { Ok(endpoint.handle(request).await) })
    }
}

/// Puts an [`Endpoint`] together.
#[must_use = "an endpoint is made by `build`"]
pub struct EndpointBuilder<R> {
    router: R,
    secrets: Vec<Secret>,
    tolerance: Duration,
    body_limit: usize,
    clock: Box<dyn Clock>,
}

impl<R> fmt::Debug for EndpointBuilder<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointBuilder")
            .field("secrets", &self.secrets.len())
            .field("tolerance", &self.tolerance)
            .field("body_limit", &self.body_limit)
            .finish_non_exhaustive()
    }
}

impl<R: Router> EndpointBuilder<R> {
    /// Adds a signing secret. With several, any may match: that is how a secret is rotated.
    pub fn secret(mut self, secret: impl Into<Secret>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// Adds several signing secrets.
    pub fn secrets<S: Into<Secret>>(mut self, secrets: impl IntoIterator<Item = S>) -> Self {
        self.secrets.extend(secrets.into_iter().map(Into::into));
        self
    }

    /// How far a delivery's time may be off, both ways, in whole seconds; otherwise the provider's own.
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The largest body, in bytes, that is accepted; otherwise 1 MiB.
    pub const fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Another clock than the machine's, for tests.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// The endpoint.
    ///
    /// # Errors
    /// If there is no secret, or one that cannot be right.
    pub fn build(self) -> Result<Endpoint<R>, BuildError> {
        let profile = R::Provider::PROFILE;
        let scheme = StandardWebhooks::with_bare(&self.secrets, profile.bare_secret)
            .map_err(|source| BuildError::Secret {
                provider: profile.name,
                source,
            })?
            .tolerance(self.tolerance);
        let events = <R::Provider as Provider>::Catalog::INFO.events().len();
        Ok(Endpoint {
            inner: Arc::new(Inner {
                router: self.router,
                scheme,
                profile,
                body_limit: self.body_limit,
                clock: self.clock,
                unhandled: Unhandled::new(events),
            }),
        })
    }
}

/// Why an endpoint could not be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A signing secret cannot be right.
    #[error("endpoint for {provider}: {source}")]
    Secret {
        /// The provider.
        provider: &'static str,
        /// What is wrong with it.
        source: SecretError,
    },
}
