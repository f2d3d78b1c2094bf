//! Extractors for axum, for routes that are the handlers themselves.
//!
//! An endpoint with a router needs none of this: it is a service, `.route_service("/webhooks/openai", endpoint)`.
//!
//! The endpoint is part of the state. It verifies the request and decodes the event; [`Extract`] is its router, which has
//! no handlers. Requests pass the same stages as with handlers, so an extractor rejects what an endpoint rejects. A catalog
//! knows its provider, so the type of the payload determines which endpoint of the state is used.
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
//! The route after the extractor belongs to axum. axum drops it when the sender disconnects, the endpoint's limits of
//! handlers (concurrency, timeout, shutdown) do not apply to it, and its status is the sender's answer. Answer 200, or a 5xx
//! for a redelivery; providers drop a delivery for good on a 4xx.

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

/// Provider of a payload.
type ProviderOf<T> = <<T as Payload>::Catalog as Catalog>::Provider;

/// Router without handlers, for an endpoint whose handlers are routes of axum.
///
/// Mounted as a service, such an endpoint verifies each request and answers every event with 200.
pub struct Extract<P>(PhantomData<fn() -> P>);

impl<P: Provider> Extract<P> {
    /// Creates the router. Equal to [`Default`].
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

/// Extractor of a verified event: of one type, of a family, of a view of your own, or of any type of a provider.
///
/// `Webhook(event): Webhook<BatchCompleted>`. The state needs an `Endpoint<Extract<…>>` of the payload's provider.
/// The endpoint rejects invalid requests as it does without axum. It acknowledges a verified event of another type with
/// 200, and the route does not run.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "routes destructure it")]
pub struct Webhook<T>(pub Event<T>);

/// Extractor of the same event as [`Webhook`], with the facts of its delivery.
///
/// `WebhookDelivery { event, timestamp, .. }: WebhookDelivery<BatchCompleted>`. The event contains the delivery's id and
/// the event's type and time.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WebhookDelivery<T> {
    /// The event.
    pub event: Event<T>,
    /// Id of the event in the body; the delivery's id if the body has none.
    pub event_id: EventId,
    /// Time of the signature; time of the verification if the scheme signs no time.
    pub timestamp: Timestamp,
    /// Headers, as received.
    pub headers: Headers,
    /// Body, byte for byte as received.
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
        open::<T, _, _>(request, state, |delivery| {
            delivery.decode(|error| *error).map(Self)
        })
        .await
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
                event: delivery.decode(|error| *error)?,
                event_id: delivery.event_id(),
                timestamp: delivery.timestamp(),
                headers: Headers(delivery.headers().clone()),
                body: RawBody(delivery.body().clone()),
            })
        })
        .await
    }
}

/// Verifies a request and takes the extractor's value from its delivery, if the payload type is for the event.
async fn open<T, E, S>(
    request: Request,
    state: &S,
    take: impl FnOnce(&Delivery<'_>) -> Result<E, DecodeError>,
) -> Result<E, WebhookRejection>
where
    T: Payload,
    ProviderOf<T>: Provider,
    Endpoint<Extract<ProviderOf<T>>>: FromRef<S>,
{
    let endpoint = Endpoint::<Extract<ProviderOf<T>>>::from_ref(state);
    endpoint
        .extract(request, T::CARRIES, take)
        .await
        .map_err(WebhookRejection)
}

/// Rejection of an extractor. The sender receives a status only; the outcome is for logs and middleware.
///
/// [`outcome`](Self::outcome) is [`DeliveryOutcome::Unhandled`] if the delivery is authentic and its event is of another
/// type, and [`DeliveryOutcome::Handshake`] for the provider's handshake.
#[derive(Debug)]
pub struct WebhookRejection(DeliveryOutcome);

impl WebhookRejection {
    /// Outcome of the delivery.
    #[must_use]
    pub const fn outcome(&self) -> &DeliveryOutcome {
        &self.0
    }
}

impl fmt::Display for WebhookRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "webhook rejected before its route: {}", self.0.as_str())
    }
}

impl std::error::Error for WebhookRejection {}

impl IntoResponse for WebhookRejection {
    fn into_response(self) -> Response {
        self.0.respond().map(Body::new)
    }
}

#[cfg(all(test, feature = "openai"))]
mod tests {
    use super::*;
    use crate::endpoint::BuildError;
    use crate::openai::OpenAi;
    use crate::store::MemoryStore;

    #[test]
    fn store_of_an_extractor_is_rejected() {
        let builder = || Endpoint::builder(Extract::<OpenAi>::new()).secret("a-secret-of-openai");
        let error = builder()
            .idempotent(MemoryStore::default())
            .build()
            .unwrap_err();
        assert!(matches!(error, BuildError::NoHandlers { .. }), "{error}");
        builder().build().unwrap();
    }
}
