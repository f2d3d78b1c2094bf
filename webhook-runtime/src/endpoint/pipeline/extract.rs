//! The stages for an extractor: authenticate, then take a value from the delivery instead of calling a handler.
//!
//! An extractor uses an endpoint whose router has no handlers. It runs the same stages, so it is as strict as any endpoint.

use http::Request;
use http_body::Body;

use crate::catalog::Catalog;
use crate::endpoint::delivery::InboundDelivery;
use crate::endpoint::ingress::{self, body};
use crate::endpoint::state::EndpointState;
use crate::event::DecodeError;
use crate::handler::Delivery;
use crate::observe::{DeliveryOutcome, Facts, Report};
use crate::outcome::BoxError;
use crate::payload::Carries;
use crate::provider::Provider;
use crate::router::Router;
use crate::verify::Verified;

impl<R: Router> EndpointState<R> {
    /// Processes a request for an extractor: takes its value from the delivery instead of calling a handler.
    pub(in crate::endpoint) async fn extract<B, T>(
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
        let handshake = self.handshake.as_ref();
        if let Some(handshake) = ingress::get_handshake(&parts.method, handshake) {
            let outcome = handshake.answer_get(parts.uri.query());
            return Err(self.reject(outcome).outcome);
        }
        let (method, headers) = (&parts.method, &parts.headers);
        if let Err(outcome) =
            ingress::check_head(method, headers, &body, self.body_limit, handshake)
        {
            let report = self.reject(outcome);
            body::drain(headers, body, &self.running).await;
            return Err(report.outcome);
        }
        let now = self.clock.now();
        let mut keys = self.look_up_keys(Some(&parts.uri), headers);
        let extracted = match self.read(headers, &mut keys, body, now).await {
            Ok((mut signed, body)) => self
                .check_signature(&keys, headers, &mut signed, &body)
                .and_then(|matched| {
                    let verified = signed.verified(matched, &body);
                    let inbound = InboundDelivery::from_request(keys.tenant(), headers, &body, now);
                    self.extract_from(inbound, verified, carries, take)
                }),
            Err(report) => Err(report),
        };
        extracted.map_err(|report| report.outcome)
    }

    /// Routes to an extractor: takes its value from the delivery if the extractor's payload type is for the event.
    fn extract_from<T>(
        &self,
        inbound: InboundDelivery<'_>,
        verified: Verified<'_>,
        carries: Carries,
        take: impl FnOnce(&Delivery<'_>) -> Result<T, DecodeError>,
    ) -> Result<T, Report> {
        let (delivery, event_index) = self.read_event_type(inbound, verified)?;
        let catalog = <R::Provider as Provider>::Catalog::INFO;
        let facts = Facts::of(inbound.received_at, &delivery, event_index);
        let subtype = |path| self.read_subtype(&delivery, path);
        let event_type = &delivery.peeked.event_type;
        let taken = match carries.includes(catalog, event_index, event_type, subtype) {
            Ok(true) => take(&delivery).map_err(DeliveryOutcome::Undecodable),
            Ok(false) => Err(DeliveryOutcome::Unhandled),
            Err(error) => Err(DeliveryOutcome::Undecodable(error)),
        };
        match taken {
            Ok(taken) => {
                self.end(DeliveryOutcome::Forwarded, &facts);
                Ok(taken)
            }
            Err(outcome) => Err(self.end(outcome, &facts)),
        }
    }
}
