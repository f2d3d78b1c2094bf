//! Metrics without the feature `metrics`: none.

use crate::catalog::CatalogInfo;
use crate::endpoint::{DeliveryOutcome, Facts};

pub(crate) struct Metrics;

impl Metrics {
    pub(crate) const fn new(_: &'static str, _: &'static CatalogInfo) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(crate) const fn delivery(&self, _: Option<&Facts<'_>>, _: &DeliveryOutcome) {}

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(crate) const fn begin(&self) -> Work {
        Work
    }

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(crate) const fn handled(&self, _: &Work, _: &Facts<'_>, _: &DeliveryOutcome) {}
}

pub(crate) struct Work;
