//! The log without the feature `tracing`: nothing.

use crate::delivery::Timestamp;
use crate::endpoint::{DeliveryOutcome, Facts};
#[cfg(feature = "tokio")]
use crate::inbox::Disposition;
use crate::outcome::BoxError;
use crate::store::DeliveryKey;
use crate::tenant::Tenant;

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
    pub(crate) fn finish(&self, _: &DeliveryOutcome) {}
}

pub(crate) fn ended(_: &'static str, _: &Facts<'_>, _: &DeliveryOutcome, _: bool) {}

pub(crate) fn attempted(_: &'static str, _: &Facts<'_>, _: &DeliveryOutcome) {}

pub(crate) fn store_failed(_: &'static str, _: &DeliveryKey, _: &'static str, _: &BoxError) {}

pub(crate) fn claim_lost(_: &'static str, _: &DeliveryKey) {}

#[cfg(feature = "tokio")]
pub(crate) fn put_down(_: &'static str, _: &str, _: u32, _: &Disposition) {}

#[cfg(feature = "tokio")]
pub(crate) fn inbox_failed(_: &'static str, _: &'static str, _: &BoxError) {}

#[cfg(feature = "tokio")]
pub(crate) fn ticket_lost(_: &'static str, _: &str) {}

#[cfg(feature = "tokio")]
pub(crate) fn lease_lost(_: &'static str, _: i64) {}

pub(crate) fn unhandled(_: &'static str, _: &Facts<'_>, _: Option<&str>) {}

pub(crate) fn cut_off_before_it_was_read(_: &'static str) {}

#[derive(Default)]
pub(crate) struct Refusals;

impl Refusals {
    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(crate) fn tell(&self, _: &'static str, _: &Tenant, _: &DeliveryOutcome, _: Timestamp) {}
}
