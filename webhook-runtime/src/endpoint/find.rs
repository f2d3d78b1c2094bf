//! From a whole body to the handler that takes it: MAC, event type, handler.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderMap;

use super::keys::Keys;
use super::{DeliveryOutcome, Endpoint, Facts, Report};
use crate::catalog::Catalog;
use crate::delivery::Timestamp;
use crate::event::{self, DecodeError};
use crate::handler::{Delivery, HandlerInfo, Origin};
use crate::observe::Observed;
use crate::payload::Carries;
use crate::provider::Provider;
use crate::router::{self, Router};
use crate::scheme::FieldLocation;
use crate::tenant::Tenant;
use crate::verify::{Match, Signed, Verified};

/// A verified delivery and the handler that takes it.
pub(super) struct Found<'d> {
    pub(super) received_at: Timestamp,
    /// The event's place in the catalog.
    pub(super) index: Option<usize>,
    pub(super) handler: usize,
    pub(super) info: &'static HandlerInfo,
    pub(super) received: Delivery<'d>,
}

impl<R: Router> Endpoint<R> {
    /// MAC, event type, handler.
    pub(super) fn find<'d>(
        &self,
        keys: &'d Keys,
        headers: &'d HeaderMap,
        signed: &mut Signed<'_, 'd>,
        body: &'d Bytes,
        now: Timestamp,
    ) -> Result<Found<'d>, Report> {
        let matched = self.verify(keys, headers, signed, body)?;
        let verified = signed.verified(matched, body);
        let from = (now, Origin::Request);
        self.find_handler(keys.tenant(), headers, verified, body, from)
    }

    /// The proof, unless the delivery asks for a handshake.
    pub(super) fn verify<'d>(
        &self,
        keys: &Keys,
        headers: &'d HeaderMap,
        signed: &mut Signed<'_, 'd>,
        body: &'d Bytes,
    ) -> Result<Match, Report> {
        let tenant = keys.tenant();
        let matched = keys
            .check_signature(&self.inner.scheme, headers, signed, body)
            .map_err(|refusal| self.refuse_for(tenant, refusal))?;
        let handshake = self.inner.handshake.as_ref();
        match handshake.and_then(|handshake| handshake.answer_verified(&matched, body)) {
            Some(ending) => Err(self.refuse_for(tenant, ending)),
            None => Ok(matched),
        }
    }

    /// The delivery with its event type, and the place of that in the catalog.
    #[inline]
    pub(super) fn peek<'d>(
        &self,
        tenant: &'d Tenant,
        headers: &'d HeaderMap,
        verified: Verified<'d>,
        body: &'d Bytes,
        (received_at, origin): (Timestamp, Origin),
    ) -> Result<(Delivery<'d>, Option<usize>), Report> {
        let profile = self.inner.profile;
        let peeked = match event::peek(headers, body, profile) {
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
        let received = Delivery {
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
    pub(super) fn subtype<'d>(
        &self,
        received: &Delivery<'d>,
        path: &'static [&'static str],
    ) -> Result<Option<Cow<'d, str>>, DecodeError> {
        let Delivery { headers, body, .. } = *received;
        match self.inner.profile.subtype {
            Some(FieldLocation::Header(name)) => {
                Ok(event::text_of_header(headers, name).map(Cow::Borrowed))
            }
            Some(FieldLocation::Body(path)) => event::subtype_in_body(body, &[], path),
            _ => received.peeked.subtype_in_payload(body, path),
        }
    }

    pub(super) fn find_handler<'d>(
        &self,
        tenant: &'d Tenant,
        headers: &'d HeaderMap,
        verified: Verified<'d>,
        body: &'d Bytes,
        from: (Timestamp, Origin),
    ) -> Result<Found<'d>, Report> {
        let (received, index) = self.peek(tenant, headers, verified, body, from)?;
        let (received_at, _) = from;
        let peeked = &received.peeked;
        let subtype = |path| self.subtype(&received, path);
        let found = router::find::<R, _>(index, &peeked.event_type, subtype)
            .map_err(DeliveryOutcome::Undecodable)
            .and_then(|handler| {
                handler
                    .and_then(|handler| Some((handler, R::HANDLERS.get(handler)?)))
                    .ok_or(DeliveryOutcome::Unhandled)
            })
            .and_then(|found| match found.1.carries() {
                // No argument of this handler would read the body.
                None => peeked
                    .check(body)
                    .map(|()| found)
                    .map_err(|error| DeliveryOutcome::Undecodable(*error)),
                Some(_) => Ok(found),
            });
        let (handler, info) = match found {
            Ok(found) => found,
            Err(ending) => return Err(self.end(ending, &Facts::of(received_at, &received, index))),
        };
        Ok(Found {
            received_at,
            index,
            handler,
            info,
            received,
        })
    }

    /// What is taken from a delivery whose event is wanted.
    pub(super) fn take<T>(
        &self,
        received: &Delivery<'_>,
        index: Option<usize>,
        received_at: Timestamp,
        carries: Carries,
        take: impl FnOnce(&Delivery<'_>) -> Result<T, DecodeError>,
    ) -> Result<T, Report> {
        let catalog = <R::Provider as Provider>::Catalog::INFO;
        let facts = Facts::of(received_at, received, index);
        let subtype = |path| self.subtype(received, path);
        let taken = match carries.takes(catalog, index, &received.peeked.event_type, subtype) {
            Ok(true) => take(received).map_err(DeliveryOutcome::Undecodable),
            Ok(false) => Err(DeliveryOutcome::Unhandled),
            Err(error) => Err(DeliveryOutcome::Undecodable(error)),
        };
        match taken {
            Ok(taken) => {
                self.end(DeliveryOutcome::Forwarded, &facts);
                Ok(taken)
            }
            Err(ending) => Err(self.end(ending, &facts)),
        }
    }
}

impl Observed for Found<'_> {
    fn facts(&self) -> Facts<'_> {
        Facts::of(self.received_at, &self.received, self.index).with_handler(self.info.name())
    }
}
