//! The inbox mode without the feature `tokio`: there is none, since nothing runs in the background.

use super::mode::Terms;
use super::{DeliveryOutcome, Endpoint, Found};
use crate::router::Router;

pub(super) enum Inboxed {}

#[derive(Default)]
pub(super) struct Settings;

impl Settings {
    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) const fn is_there(&self) -> bool {
        false
    }

    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) fn with(self, _: Terms) -> Option<Inboxed> {
        None
    }
}

impl<R: Router> Endpoint<R> {
    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) const fn start_workers(&self) {}

    #[expect(clippy::unused_async, reason = "the same shape as with the feature")]
    pub(super) async fn lay_down(&self, inbox: &Inboxed, _: &Found<'_>) -> DeliveryOutcome {
        match *inbox {}
    }
}
