//! The delivery as the stages of the pipeline pass it on: inbound before `route`, routed after it.

use bytes::Bytes;
use http::HeaderMap;

use crate::delivery::Timestamp;
use crate::handler::{Delivery, HandlerInfo, Origin};
use crate::inbox::Effects;
use crate::observe::{Facts, Observed};
use crate::tenant::Tenant;

/// A delivery whose body is complete.
#[derive(Clone, Copy)]
pub(super) struct InboundDelivery<'d> {
    pub(super) headers: &'d HeaderMap,
    pub(super) body: &'d Bytes,
    pub(super) tenant: &'d Tenant,
    pub(super) received_at: Timestamp,
    pub(super) origin: Origin,
    /// Transaction of an inbox row, in which the handler may write.
    pub(super) effects: Option<&'d dyn Effects>,
}

impl<'d> InboundDelivery<'d> {
    /// Returns the delivery of a request.
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

/// An authentic delivery and its handler.
pub(super) struct RoutedDelivery<'d> {
    pub(super) received_at: Timestamp,
    /// Index of the event in the catalog.
    pub(super) event_index: Option<usize>,
    /// Index of the handler in the router.
    pub(super) handler_index: usize,
    pub(super) handler: &'static HandlerInfo,
    pub(super) delivery: Delivery<'d>,
}

impl Observed for RoutedDelivery<'_> {
    fn facts(&self) -> Facts<'_> {
        Facts::of(self.received_at, &self.delivery, self.event_index)
            .with_handler(self.handler.name())
    }
}
