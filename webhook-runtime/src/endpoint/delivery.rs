//! The delivery on its way through the pipeline.

use bytes::Bytes;
use http::HeaderMap;

use crate::delivery::Timestamp;
use crate::handler::{Delivery, HandlerInfo, Origin};
use crate::inbox::Effects;
use crate::observe::Facts;
use crate::tenant::Tenant;

/// A delivery whose body is complete, with everything that the stages need of it.
#[derive(Clone, Copy)]
pub(super) struct InboundDelivery<'d> {
    pub(super) headers: &'d HeaderMap,
    pub(super) body: &'d Bytes,
    pub(super) tenant: &'d Tenant,
    pub(super) received_at: Timestamp,
    pub(super) origin: Origin,
    /// The transaction of an inbox row, which the handler may write in.
    pub(super) effects: Option<&'d dyn Effects>,
}

impl<'d> InboundDelivery<'d> {
    /// The delivery of a request.
    #[inline]
    pub(super) const fn from_request(
        tenant: &'d Tenant,
        headers: &'d HeaderMap,
        body: &'d Bytes,
        received_at: Timestamp,
    ) -> Self {
        Self {
            headers,
            body,
            tenant,
            received_at,
            origin: Origin::Request,
            effects: None,
        }
    }
}

/// An authentic delivery and the handler that takes it.
pub(super) struct RoutedDelivery<'d> {
    pub(super) received_at: Timestamp,
    /// Index of the event in the catalog.
    pub(super) event_index: Option<usize>,
    /// Index of the handler in the router.
    pub(super) handler_index: usize,
    pub(super) handler: &'static HandlerInfo,
    pub(super) delivery: Delivery<'d>,
}

impl RoutedDelivery<'_> {
    /// Returns what the observer records of it.
    pub(super) fn facts(&self) -> Facts<'_> {
        Facts::of(self.received_at, &self.delivery, self.event_index)
            .with_handler(self.handler.name())
    }
}
