//! The log without the feature `tracing`: nothing.

use crate::endpoint::Ending;
use crate::event::DecodeError;
use crate::handler::Received;
use crate::tenant::Tenant;

pub(crate) struct Span;

impl Span {
    pub(crate) fn new(_: &'static str, _: &Received<'_>, _: &'static str) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(crate) fn within<T>(&self, step: impl FnOnce() -> T) -> T {
        step()
    }

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(crate) fn overdue(&self) {}

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(crate) fn finish(self, _: &Ending, _: bool) {}
}

pub(crate) fn refused(_: &'static str, _: &Tenant, _: &Ending) {}

pub(crate) fn put_off(_: &'static str, _: &Received<'_>, _: &'static str, _: &Ending) {}

#[cfg_attr(
    not(feature = "tokio"),
    expect(dead_code, reason = "nothing is handed over")
)]
pub(crate) fn cut_off(_: &'static str) {}

pub(crate) fn undecodable(_: &'static str, _: &Tenant, _: &str, _: &DecodeError) {}

pub(crate) fn unhandled(_: &'static str, _: &str, _: &str) {}
