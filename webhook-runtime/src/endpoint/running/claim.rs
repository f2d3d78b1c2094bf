//! What a request and its delivery tell each other.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::observe::{RequestState, SenderState};

/// The handler has not begun.
const NOT_BEGUN: u8 = 0;
/// The handler has begun, and the request waits for it.
const BEGUN: u8 = 1;
/// The handler has begun, its deadline has passed, and the request is answered without it.
const OVERDUE: u8 = 2;
/// The handler has begun, and the request has left it.
const LEFT: u8 = 3;

/// How far a delivery is, and whether its request still waits for it.
#[derive(Debug, Default)]
pub(in super::super) struct Claim(AtomicU8);

impl Claim {
    /// The handler begins: from now on it runs to its end.
    pub(in super::super) fn begin(&self) {
        // Not again: the request may have gone since.
        let _ = self
            .0
            .compare_exchange(NOT_BEGUN, BEGUN, Ordering::AcqRel, Ordering::Acquire);
    }

    /// The request is to be answered without the handler. False if there is none that waits.
    pub(in super::super) fn release(&self) -> bool {
        self.0
            .compare_exchange(BEGUN, OVERDUE, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }

    pub(super) fn is_overdue(&self) -> bool {
        self.0.load(Ordering::Acquire) == OVERDUE
    }

    /// The request goes. Whether it leaves a handler behind that has begun.
    pub(super) fn leave(&self) -> bool {
        let left = self
            .0
            .compare_exchange(BEGUN, LEFT, Ordering::AcqRel, Ordering::Acquire);
        left != Err(NOT_BEGUN)
    }

    pub(super) fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire) != NOT_BEGUN
    }
}

impl RequestState for Claim {
    fn sender(&self) -> SenderState {
        match self.0.load(Ordering::Acquire) {
            OVERDUE => SenderState::Answered,
            LEFT => SenderState::Disconnected,
            _ => SenderState::Waiting,
        }
    }

    fn answer_now(&self) -> bool {
        self.release()
    }
}
