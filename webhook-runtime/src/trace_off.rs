//! The log without the feature `tracing`: nothing.

use crate::endpoint::Ending;
use crate::event::DecodeError;
use crate::handler::Received;
#[cfg(feature = "tokio")]
use crate::inbox::End;
use crate::outcome::BoxError;
use crate::store::DeliveryKey;

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

pub(crate) fn refused(_: &'static str, _: &Ending) {}

pub(crate) fn put_off(_: &'static str, _: &Received<'_>, _: &'static str, _: &Ending) {}

pub(crate) fn not_handled_now(_: &'static str, _: &Received<'_>, _: &'static str, _: &Ending) {}

pub(crate) fn store_failed(_: &'static str, _: &DeliveryKey, _: &'static str, _: &BoxError) {}

pub(crate) fn claim_lost(_: &'static str, _: &DeliveryKey) {}

#[cfg(feature = "tokio")]
pub(crate) fn put_down(_: &'static str, _: &str, _: u32, _: &End) {}

#[cfg(feature = "tokio")]
pub(crate) fn inbox_failed(_: &'static str, _: &'static str, _: &BoxError) {}

#[cfg(feature = "tokio")]
pub(crate) fn ticket_lost(_: &'static str, _: &str) {}

#[cfg(feature = "tokio")]
pub(crate) fn lease_lost(_: &'static str, _: i64) {}

#[cfg_attr(
    not(feature = "tokio"),
    expect(dead_code, reason = "nothing is handed over")
)]
pub(crate) fn cut_off(_: &'static str) {}

pub(crate) fn undecodable(_: &'static str, _: &str, _: &DecodeError) {}

pub(crate) fn unhandled(_: &'static str, _: &str, _: &str) {}
