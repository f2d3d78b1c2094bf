//! The log without the feature `tracing`: nothing.

use crate::delivery::Timestamp;
use crate::endpoint::{Ending, Facts};

pub(crate) struct Span;

impl Span {
    pub(crate) const fn none() -> Self {
        Self
    }

    pub(crate) fn new(_: &'static str, _: &Facts<'_>, _: usize) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(crate) fn within<T>(&self, step: impl FnOnce() -> T) -> T {
        step()
    }

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(crate) fn finish(&self, _: &Ending) {}
}

pub(crate) fn ended(_: &'static str, _: &Facts<'_>, _: &Ending, _: bool) {}

pub(crate) fn unhandled(_: &'static str, _: &Facts<'_>, _: Option<&str>) {}

pub(crate) fn cut_off_before_it_was_read(_: &'static str) {}

#[derive(Default)]
pub(crate) struct Refusals;

impl Refusals {
    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(crate) fn tell(&self, _: &'static str, _: &Ending, _: Timestamp) {}
}
