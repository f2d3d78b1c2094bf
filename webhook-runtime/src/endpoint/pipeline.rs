//! The stages of a delivery, in their order. Every entry point, the extractor and the inbox workers call these functions.
//!
//! | stage | what it does | file |
//! | --- | --- | --- |
//! | authenticate | handshake, method, length, headers, keys, body, signature | `ingress`, `keys`, `pipeline/authenticate` |
//! | route | event type, sub-type, handler | `pipeline/route` |
//! | run | mode, slot, handler | `pipeline/run`, `modes`, `running` |
//! | outcome | log, metrics, health, response | `pipeline/outcome`; the guard of a routed delivery |
//!
//! | entry | authenticate | route | run |
//! | --- | --- | --- | --- |
//! | `process_complete`: `handle_bytes` | yes, the body is complete | yes | yes |
//! | `process_request`: `handle`, `Service` | yes, the body streams | yes | yes |
//! | `pipeline/extract`: the axum extractor | yes, the body streams | to the extractor | no |
//! | `process_stored`: `handle_stored` | no, it was authenticated before it was stored | yes | slot, handler |
//! | `route_stored`, `run_stored`: inbox workers | no, the same | yes | handler |
//!
//! - **The request polls its delivery.** If the request is dropped, a delivery whose handler has started continues on the
//!   runtime; any other one is dropped, and the sender redelivers. A task for each delivery would cost more than everything
//!   around the MAC, and nearly all senders wait. See [`ResponseFuture`].
//! - **A stage that awaits nothing is a plain function**, so that its values are not part of a future, which moves them.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::Body;

use super::delivery::{InboundDelivery, RoutedDelivery};
use super::ingress::{self, body};
use super::keys::Keys;
use super::running::{Handover, ResponseFuture};
use super::state::EndpointState;
use crate::delivery::Timestamp;
use crate::handler::Origin;
use crate::inbox::{Effects, StoredDelivery};
use crate::observe::{DeliveryOutcome, Report, ResponseBody};
use crate::outcome::BoxError;
use crate::router::Router;
use crate::verify::{SignatureHeaders, Verified};

mod authenticate;
#[cfg(feature = "axum")]
mod extract;
mod outcome;
mod route;
mod run;

impl<R: Router> EndpointState<R> {
    /// Processes headers and a complete body.
    pub(super) async fn process_complete(
        &self,
        mut keys: Keys,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Report {
        let now = self.clock.now();
        if let Keys::Pending(pending) = &mut keys {
            // The source is not called for a request that is rejected anyway.
            if let Err(report) = self.check_complete(headers, body, now) {
                return report;
            }
            keys = pending.await;
        }
        match self.authenticate_and_route(&keys, headers, body, now) {
            Ok(ref routed) => self.run(routed, None).await,
            Err(report) => report,
        }
    }

    /// Processes a request. The rejections before the body and the main path have futures of their own, so that the
    /// future of the main path stays small.
    pub(super) fn process_request<B>(self: &Arc<Self>, request: Request<B>) -> ResponseFuture
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let provider = self.profile.name;
        let state = Arc::clone(self);
        let handshake = self.handshake.as_ref();
        if let Some(handshake) = ingress::get_handshake(&parts.method, handshake) {
            let outcome = handshake.answer_get(parts.uri.query());
            return ResponseFuture::new(
                provider,
                |_| async move { state.reject(outcome).respond() },
            );
        }
        let (method, headers) = (&parts.method, &parts.headers);
        if let Err(outcome) =
            ingress::check_head(method, headers, &body, self.body_limit, handshake)
        {
            let headers = parts.headers;
            return ResponseFuture::new(provider, |_| async move {
                let report = state.reject(outcome);
                body::drain(&headers, body, &state.running).await;
                report.respond()
            });
        }
        let keys = self.look_up_keys(Some(&parts.uri), headers);
        let headers = parts.headers;
        ResponseFuture::new(provider, |request| {
            state.process_streamed(headers, keys, body, request)
        })
    }

    /// Processes a request that passed the checks of its head. Not an `async fn`, whose future would contain its
    /// arguments twice.
    #[expect(clippy::manual_async_fn, reason = "the future would be larger")]
    fn process_streamed<B>(
        self: Arc<Self>,
        headers: HeaderMap,
        mut keys: Keys,
        body: B,
        request: Arc<Handover>,
    ) -> impl Future<Output = Response<ResponseBody>> + Send + 'static
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        async move {
            let now = self.clock.now();
            let complete;
            // In a block, so that the future does not keep the checked headers while the handler runs.
            let routed = {
                let read = self.read(&headers, &mut keys, body, now).await;
                let (mut signed, body) = match read {
                    Ok(read) => read,
                    Err(report) => return report.respond(),
                };
                complete = body;
                self.verify_and_route(&keys, &headers, &mut signed, &complete, now)
            };
            match routed {
                Ok(ref routed) => self.run(routed, Some(&request)).await.respond(),
                Err(report) => report.respond(),
            }
        }
    }

    /// Processes a delivery that a queue delivers.
    pub(super) async fn process_stored(&self, delivery: &StoredDelivery) -> DeliveryOutcome {
        let routed = match self.route_stored(delivery, None) {
            Ok(routed) => routed,
            Err(outcome) => return outcome,
        };
        match self.running.acquire().await {
            Ok(_slot) => self.run_stored(&routed).await,
            Err(outcome) => outcome,
        }
    }

    /// Routes a stored delivery. It was authenticated before it was stored.
    pub(super) fn route_stored<'d>(
        &self,
        delivery: &'d StoredDelivery,
        effects: Option<&'d dyn Effects>,
    ) -> Result<RoutedDelivery<'d>, DeliveryOutcome> {
        let verified = Verified::from_stored(
            &delivery.delivery_id,
            delivery.timestamp,
            delivery.is_timestamp_signed,
            &delivery.body,
        );
        let inbound = InboundDelivery {
            headers: &delivery.headers,
            body: &delivery.body,
            tenant: &delivery.tenant,
            received_at: self.clock.now(),
            origin: Origin::Stored,
            effects,
        };
        self.route(inbound, verified)
            .map_err(|report| report.outcome)
    }

    /// Calls the handler of a stored delivery.
    pub(super) async fn run_stored(&self, routed: &RoutedDelivery<'_>) -> DeliveryOutcome {
        let mut guard = self.watch(routed, None);
        let outcome = self.call(routed, None, &mut guard).await;
        guard.finish(&outcome);
        outcome
    }

    fn authenticate_and_route<'d>(
        &self,
        keys: &'d Keys,
        headers: &'d HeaderMap,
        body: &'d Bytes,
        now: Timestamp,
    ) -> Result<RoutedDelivery<'d>, Report> {
        match self.check_complete(headers, body, now) {
            Ok(ref mut signed) => self.verify_and_route(keys, headers, signed, body, now),
            Err(report) => Err(report),
        }
    }

    fn verify_and_route<'d>(
        &self,
        keys: &'d Keys,
        headers: &'d HeaderMap,
        signed: &mut SignatureHeaders<'_, 'd>,
        body: &'d Bytes,
        now: Timestamp,
    ) -> Result<RoutedDelivery<'d>, Report> {
        let matched = self.check_signature(keys, headers, signed, body)?;
        let verified = signed.verified(matched, body);
        let inbound = InboundDelivery::from_request(keys.tenant(), headers, body, now);
        self.route(inbound, verified)
    }
}
