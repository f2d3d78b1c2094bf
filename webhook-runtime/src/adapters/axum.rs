//! axum: extractors, for routes that are handlers themselves. (An endpoint with a router needs none of this: it is a
//! service, `.route_service("/webhooks/openai", endpoint)`.)
//!
//! The endpoint stands in the state, and does all that is done before a handler; [`Extract`] is its router.
//!
//! ```no_run
//! # #[cfg(feature = "openai")] mod program {
//! use axum::extract::{FromRef, State};
//! use axum::routing::post;
//! use webhook_runtime::adapters::axum::{Extract, Webhook};
//! use webhook_runtime::openai::{BatchCompleted, OpenAi};
//! use webhook_runtime::{BoxError, Endpoint, Secret};
//!
//! # #[derive(Clone)] struct Db;
//! # impl Db { async fn complete(&self, _: &str) {} }
//! #[derive(Clone)]
//! struct App {
//!     db: Db,
//!     openai: Endpoint<Extract<OpenAi>>,
//! }
//!
//! impl FromRef<App> for Endpoint<Extract<OpenAi>> {
//!     fn from_ref(app: &App) -> Self {
//!         app.openai.clone()
//!     }
//! }
//! # impl FromRef<App> for Db { fn from_ref(app: &App) -> Self { app.db.clone() } }
//!
//! async fn completed(State(db): State<Db>, Webhook(event): Webhook<BatchCompleted>) {
//!     db.complete(&event.data.id).await;
//! }
//!
//! # fn program() -> Result<(), BoxError> {
//! let openai = Endpoint::builder(Extract::new()).secret(Secret::from_env("OPENAI_WEBHOOK_SECRET")?).build()?;
//! let web = axum::Router::new().route("/webhooks/openai", post(completed)).with_state(App { db: Db, openai });
//! # let _: axum::Router = web;
//! # Ok(())
//! # }
//! # }
//! ```
//!
//! What comes after the extractor is the route's: axum drops it when the sender hangs up, the builder's limits of
//! handlers (concurrency, deadline, shutdown) do not hold for it, and its status is what the sender is told. Answer 200,
//! or a 5xx so that the delivery comes again; providers drop a delivery for good on a 4xx.

use std::fmt;
use std::marker::PhantomData;

use ::axum_core::body::Body;
use ::axum_core::extract::{FromRef, FromRequest, Request};
use ::axum_core::response::{IntoResponse, Response};

use crate::catalog::Catalog;
use crate::delivery::{EventId, Headers, RawBody, Timestamp};
use crate::endpoint::{DeliveryOutcome, Endpoint};
use crate::event::{DecodeError, Event};
use crate::handler::{Delivery, Handled, HandlerInfo};
use crate::outcome::Outcome;
use crate::payload::{Decode, Payload};
use crate::provider::Provider;
use crate::router::{Route, Router, Table};

/// The provider of a payload.
type ProviderOf<T> = <<T as Payload>::Catalog as Catalog>::Provider;

/// The router of an endpoint whose handlers are routes of axum: it has none of its own.
///
/// Mounted as a service all the same, such an endpoint verifies, and answers every event with 200.
pub struct Extract<P>(PhantomData<fn() -> P>);

impl<P: Provider> Extract<P> {
    /// A router without handlers.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<P: Provider> Default for Extract<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P> fmt::Debug for Extract<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extract").finish_non_exhaustive()
    }
}

impl<P: Provider> Router for Extract<P> {
    type Provider = P;
    const HANDLERS: &'static [HandlerInfo] = &[];
    const ROUTES: &'static [Route] = &[];

    fn table() -> Table<'static> {
        Table::EMPTY
    }

    async fn dispatch<'d>(&'d self, _: usize, _: &'d Delivery<'d>) -> Handled {
        Ok(Outcome::Done)
    }
}

/// An extractor: a verified event of one type, of a family, of a view of your own, or any of a provider's.
///
/// `Webhook(event): Webhook<BatchCompleted>`. The state has to have an `Endpoint<Extract<…>>` of the payload's provider.
/// Everything else is refused as an endpoint refuses it; a verified event of another type is acknowledged with 200, and
/// the route does not run.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "routes take it apart")]
pub struct Webhook<T>(pub Event<T>);

/// An extractor: the same event as [`Webhook`], with the facts of its delivery.
///
/// `WebhookDelivery { event, timestamp, .. }: WebhookDelivery<BatchCompleted>`. The delivery's id and the event's type and time are
/// in the event.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WebhookDelivery<T> {
    /// The event.
    pub event: Event<T>,
    /// The id that the body gives the event, or the delivery's.
    pub event_id: EventId,
    /// When the delivery was signed; when it was verified, if the scheme signs no time.
    pub timestamp: Timestamp,
    /// The headers as they came.
    pub headers: Headers,
    /// The body as it came.
    pub body: RawBody,
}

impl<S, T> FromRequest<S> for Webhook<T>
where
    S: Sync,
    T: for<'de> Decode<'de> + Send,
    ProviderOf<T>: Provider,
    Endpoint<Extract<ProviderOf<T>>>: FromRef<S>,
{
    type Rejection = WebhookRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebhookRejection> {
        open::<T, _, _>(request, state, |delivery| Ok(Self(delivery.decode()?))).await
    }
}

impl<S, T> FromRequest<S> for WebhookDelivery<T>
where
    S: Sync,
    T: for<'de> Decode<'de> + Send,
    ProviderOf<T>: Provider,
    Endpoint<Extract<ProviderOf<T>>>: FromRef<S>,
{
    type Rejection = WebhookRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebhookRejection> {
        open::<T, _, _>(request, state, |delivery| {
            Ok(Self {
                event: delivery.decode()?,
                event_id: delivery.event_id(),
                timestamp: delivery.timestamp(),
                headers: Headers(delivery.headers().clone()),
                body: RawBody(delivery.body().clone()),
            })
        })
        .await
    }
}

/// What is taken from a delivery of an event that the payload carries.
async fn open<T, E, S>(
    request: Request,
    state: &S,
    take: impl FnOnce(&Delivery<'_>) -> Result<E, Box<DecodeError>>,
) -> Result<E, WebhookRejection>
where
    T: Payload,
    ProviderOf<T>: Provider,
    Endpoint<Extract<ProviderOf<T>>>: FromRef<S>,
{
    let endpoint = Endpoint::<Extract<ProviderOf<T>>>::from_ref(state);
    endpoint
        .extract(request, T::CARRIES, |delivery| {
            take(delivery).map_err(|error| *error)
        })
        .await
        .map_err(WebhookRejection)
}

/// Why a route was not given an event. The sender is told by a status alone; the reason is for logs and layers.
///
/// [`ending`](Self::ending) is [`DeliveryOutcome::Unhandled`] if the delivery is authentic and its event another one, and
/// [`DeliveryOutcome::Handshake`] if the provider asked whether the endpoint is there.
#[derive(Debug)]
pub struct WebhookRejection(DeliveryOutcome);

impl WebhookRejection {
    /// What came of the delivery.
    #[must_use]
    pub const fn ending(&self) -> &DeliveryOutcome {
        &self.0
    }
}

impl fmt::Display for WebhookRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the webhook ended before its route: {}", self.0.as_str())
    }
}

impl std::error::Error for WebhookRejection {}

impl IntoResponse for WebhookRejection {
    fn into_response(self) -> Response {
        self.0.respond().map(Body::new)
    }
}
