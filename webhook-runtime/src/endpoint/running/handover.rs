//! State shared by a request and the future of its delivery.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::endpoint::delivery::RoutedDelivery;
use crate::observe::{DeliveryGuard, RequestState, SenderState};

/// Guard of a routed delivery.
pub(in crate::endpoint) type RoutedGuard<'g, 'd> = DeliveryGuard<'g, RoutedDelivery<'d>, Handover>;

/// The handler has not started.
const NOT_STARTED: u8 = 0;
/// The handler has started, and the request waits for it.
const STARTED: u8 = 1;
/// The handler has started, its timeout has elapsed, and the request is answered without it.
const TIMED_OUT: u8 = 2;
/// The handler has started, and the request was dropped.
const DISCONNECTED: u8 = 3;

/// Progress of a delivery, and whether its request still waits for it.
#[derive(Debug, Default)]
pub(in crate::endpoint) struct Handover(AtomicU8);

impl Handover {
    /// Records the start of the handler: from now on the delivery runs to its end.
    pub(in crate::endpoint) fn start(&self) {
        // Not a plain store: the request may have been dropped since.
        let _ = self.exchange(NOT_STARTED, STARTED);
    }

    /// Releases the request from its handler: it is answered with 503. Returns false if no request waits.
    pub(in crate::endpoint) fn release(&self) -> bool {
        self.exchange(STARTED, TIMED_OUT).is_ok()
    }

    pub(super) fn is_timed_out(&self) -> bool {
        self.0.load(Ordering::Acquire) == TIMED_OUT
    }

    /// Records that the request is dropped. Returns whether its handler has started.
    pub(super) fn disconnect(&self) -> bool {
        self.exchange(STARTED, DISCONNECTED) != Err(NOT_STARTED)
    }

    pub(super) fn is_started(&self) -> bool {
        self.0.load(Ordering::Acquire) != NOT_STARTED
    }

    fn exchange(&self, from: u8, to: u8) -> Result<u8, u8> {
        self.0
            .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
    }
}

impl RequestState for Handover {
    fn sender(&self) -> SenderState {
        match self.0.load(Ordering::Acquire) {
            TIMED_OUT => SenderState::Answered,
            DISCONNECTED => SenderState::Disconnected,
            _ => SenderState::Waiting,
        }
    }

    fn answer_now(&self) -> bool {
        self.release()
    }
}
