//! Stage 2: route. Finds the handler by the event type and sub-type. The payload is decoded later, by the handler's
//! arguments.

use std::borrow::Cow;

use crate::catalog::Catalog;
use crate::endpoint::delivery::{InboundDelivery, RoutedDelivery};
use crate::endpoint::state::EndpointState;
use crate::event::{self, DecodeError};
use crate::handler::Delivery;
use crate::observe::{DeliveryOutcome, Facts, Report};
use crate::provider::Provider;
use crate::router::{self, Router};
use crate::scheme::FieldLocation;
use crate::verify::Verified;

impl<R: Router> EndpointState<R> {
    /// Finds the handler of an authentic delivery.
    pub(super) fn route<'d>(
        &self,
        inbound: InboundDelivery<'d>,
        verified: Verified<'d>,
    ) -> Result<RoutedDelivery<'d>, Report> {
        let received_at = inbound.received_at;
        let (delivery, event_index) = self.read_event_type(inbound, verified)?;
        let peeked = &delivery.peeked;
        let subtype = |path| self.read_subtype(&delivery, path);
        let found = router::find::<R, _>(event_index, &peeked.event_type, subtype)
            .map_err(DeliveryOutcome::Undecodable)
            .and_then(|index| {
                index
                    .and_then(|index| Some((index, R::HANDLERS.get(index)?)))
                    .ok_or(DeliveryOutcome::Unhandled)
            })
            .and_then(|found| match found.1.carries() {
                // No argument of this handler reads the body, so it is checked here.
                None => peeked
                    .check(inbound.body)
                    .map(|()| found)
                    .map_err(|error| DeliveryOutcome::Undecodable(*error)),
                Some(_) => Ok(found),
            });
        let (handler_index, handler) = match found {
            Ok(found) => found,
            Err(outcome) => {
                return Err(self.end(outcome, &Facts::of(received_at, &delivery, event_index)));
            }
        };
        Ok(RoutedDelivery {
            received_at,
            event_index,
            handler_index,
            handler,
            delivery,
        })
    }

    /// Reads the event type, and looks it up in the catalog. Inlined, because the delivery would be copied otherwise.
    #[inline(always)]
    pub(super) fn read_event_type<'d>(
        &self,
        inbound: InboundDelivery<'d>,
        verified: Verified<'d>,
    ) -> Result<(Delivery<'d>, Option<usize>), Report> {
        let InboundDelivery {
            headers,
            body,
            tenant,
            received_at,
            origin,
            effects,
        } = inbound;
        let peeked = match event::peek(headers, body, self.profile) {
            Ok(peeked) => peeked,
            Err(error) => {
                let facts = Facts::new(received_at, origin, tenant, &verified);
                return Err(self.end(DeliveryOutcome::Undecodable(error), &facts));
            }
        };
        let index = <R::Provider as Provider>::Catalog::index_of(&peeked.event_type);
        let events = <R::Provider as Provider>::Catalog::INFO.events();
        let known_type = index
            .and_then(|index| events.get(index))
            .map(|event| event.name());
        let delivery = Delivery {
            verified,
            tenant,
            headers,
            body,
            peeked,
            known_type,
            effects,
            origin,
        };
        Ok((delivery, index))
    }

    /// Reads the sub-type. `path`: its location in the payload, unless the profile has another one.
    pub(super) fn read_subtype<'d>(
        &self,
        delivery: &Delivery<'d>,
        path: &'static [&'static str],
    ) -> Result<Option<Cow<'d, str>>, DecodeError> {
        let Delivery { headers, body, .. } = *delivery;
        match self.profile.subtype {
            Some(FieldLocation::Header(name)) => {
                Ok(event::text_of_header(headers, name).map(Cow::Borrowed))
            }
            Some(FieldLocation::Body(path)) => event::subtype_in_body(body, &[], path),
            _ => delivery.peeked.subtype_in_payload(body, path),
        }
    }
}
