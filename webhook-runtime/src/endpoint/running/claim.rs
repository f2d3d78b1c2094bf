//! What a request and its delivery tell each other.

use std::sync::atomic::{AtomicU8, Ordering};

/// The handler has not begun.
const NOT_BEGUN: u8 = 0;
/// The handler has begun, and the request waits for it.
const BEGUN: u8 = 1;
/// The handler has begun, and its deadline has passed: the request is to be answered without it.
const OVERDUE: u8 = 2;
/// The handler has begun, and the request has left it.
const LEFT: u8 = 3;

/// How far a delivery is, and whether its request still waits for it.
#[derive(Debug, Default)]
pub(in super::super) struct Claim(AtomicU8);

impl Claim {
    /// The handler begins: from now on it runs to its end.
    pub(in super::super) fn begin(&self) {
        self.0.store(BEGUN, Ordering::Release);
    }

    /// The request is to be answered without the handler.
    pub(in super::super) fn release(&self) {
        self.0.store(OVERDUE, Ordering::Release);
    }

    pub(in super::super) fn is_waited_for(&self) -> bool {
        self.0.load(Ordering::Acquire) == BEGUN
    }

    pub(super) fn is_overdue(&self) -> bool {
        self.0.load(Ordering::Acquire) == OVERDUE
    }

    /// The request goes. Whether it leaves a handler behind that has begun.
    pub(super) fn leave(&self) -> bool {
        self.0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |state| {
                (state != NOT_BEGUN).then_some(LEFT)
            })
            .is_ok()
    }

    pub(super) fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire) != NOT_BEGUN
    }
}
