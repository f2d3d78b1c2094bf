//! [`Delivery`]: the delivery that a handler's arguments are taken from.

use std::any::Any;
use std::fmt;

use bytes::Bytes;
use http::HeaderMap;

use crate::delivery::{DeliveryId, EventId, EventType, Timestamp};
use crate::event::{self, DecodeError, Event, Peeked};
use crate::inbox::Effects;
use crate::payload::Decode;
use crate::tenant::Tenant;
use crate::verify::Verified;

/// Verified delivery, on its way to a handler. Arguments are taken from it, see [`FromDelivery`](crate::FromDelivery).
pub struct Delivery<'d> {
    pub(crate) verified: Verified<'d>,
    pub(crate) tenant: &'d Tenant,
    pub(crate) headers: &'d HeaderMap,
    pub(crate) body: &'d Bytes,
    pub(crate) peeked: Peeked<'d>,
    /// Event type as a string of the catalog, which needs no allocation; `None` for an event that the catalog does not
    /// list.
    pub(crate) known_type: Option<&'static str>,
    pub(crate) effects: Option<&'d dyn Effects>,
    pub(crate) origin: Origin,
}

/// Origin of a verified delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A request, whose sender waits for the outcome.
    Request,
    /// An inbox or a queue; the sender was answered before.
    Stored,
}

impl<'d> Delivery<'d> {
    /// Returns the proof that the signature is valid.
    #[must_use]
    pub const fn verified(&self) -> &Verified<'d> {
        &self.verified
    }

    /// Returns the id of the delivery, the same for every redelivery.
    #[must_use]
    pub fn id(&self) -> DeliveryId {
        self.verified.id()
    }

    /// Returns the id of the event in the body; the [delivery's id](Self::id) if the provider's bodies have none.
    #[must_use]
    pub fn event_id(&self) -> EventId {
        let path = self.peeked.profile.event_id;
        let in_body = if path.is_empty() {
            None
        } else {
            event::text_in_body(self.verified.body(), path)
        };
        match in_body {
            Some(id) => EventId(DeliveryId::new(&id)),
            None => EventId(self.verified.id()),
        }
    }

    /// Returns the type of the event.
    #[must_use]
    #[inline]
    pub fn event_type(&self) -> EventType {
        match self.known_type {
            Some(known) => EventType::known(known),
            None => EventType::unknown(&self.peeked.event_type),
        }
    }

    /// Returns the time of signing; the time of verification if the scheme signs no time.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.verified.timestamp()
    }

    /// Returns the tenant whose secret verified the delivery; the empty tenant for an endpoint without tenants.
    #[must_use]
    pub const fn tenant(&self) -> &'d Tenant {
        self.tenant
    }

    /// Returns the headers of the request, as received. A stored delivery has no credentials and signatures among them.
    #[must_use]
    pub const fn headers(&self) -> &'d HeaderMap {
        self.headers
    }

    /// Returns the body, byte for byte as received. A clone shares the bytes.
    #[must_use]
    pub const fn body(&self) -> &'d Bytes {
        self.body
    }

    /// Returns the effects that the inbox created for this attempt; `None` without an inbox, or if the inbox has no
    /// transactions for handlers.
    #[must_use]
    pub const fn effects(&self) -> Option<&'d dyn Effects> {
        self.effects
    }

    /// Returns the [effects](Self::effects) of the inbox, if they are of type `E`.
    #[must_use]
    pub fn effects_as<E: Effects>(&self) -> Option<&'d E> {
        let effects: &'d dyn Any = self.effects?;
        effects.downcast_ref()
    }

    /// Decodes the event.
    ///
    /// `convert` is a parameter, so that the result is created with its final type: another `map_err` would move the
    /// event once more.
    #[inline]
    pub(crate) fn decode<T: Decode<'d>, E>(
        &self,
        convert: impl FnOnce(Box<DecodeError>) -> E,
    ) -> Result<Event<T>, E> {
        // Initialized at their final address, before the payload is read: see `ShortText::set`.
        let (mut id, mut created_at) = (DeliveryId::NONE, None);
        id.0.set(self.verified.id_str());
        match self.peeked.decode(self.verified.body(), &mut created_at) {
            Ok(data) => Ok(Event {
                id,
                event_type: self.event_type(),
                created_at,
                data,
            }),
            Err(error) => Err(convert(error)),
        }
    }
}

impl fmt::Debug for Delivery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("verified", &self.verified)
            .field("tenant", &self.tenant.as_str())
            .field("event_type", &self.peeked.event_type)
            .finish_non_exhaustive()
    }
}
