//! The inbox mode: a delivery is laid down before it is answered, and handled afterwards.

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use super::ask::ask;
use super::mode::Terms;
use super::{DeliveryOutcome, Endpoint, Found};
use crate::inbox::{Enqueued, Inbox, LeaseToken};
use crate::retry::Retry;
use crate::router::Router;

mod attempt;
mod backlog;
mod settings;
mod workers;

use self::backlog::Bound;
pub(super) use self::settings::Settings;
pub use self::workers::RunSummary;

/// The inbox of an endpoint, and who works on it.
pub(super) struct Inboxed {
    inbox: Arc<dyn Inbox>,
    terms: Terms,
    /// What handlers leave open.
    retry: Retry,
    /// How many deliveries are handled at a time.
    workers: usize,
    are_workers_started: AtomicBool,
    bound: Bound,
    /// The rows that handlers are at work on here.
    tokens: Mutex<HashSet<LeaseToken>>,
}

impl<R: Router> Endpoint<R> {
    /// Stores a verified delivery.
    pub(super) async fn lay_down(&self, inboxed: &Inboxed, found: &Found<'_>) -> DeliveryOutcome {
        // Workers may have had no runtime when the endpoint was built.
        self.start_workers();
        if self.inner.running.is_closed() {
            return DeliveryOutcome::ShuttingDown;
        }
        let (inbox, terms) = (&*inboxed.inbox, &inboxed.terms);
        match inboxed.bound.is_reached(inbox, terms).await {
            Ok(true) => DeliveryOutcome::BacklogFull,
            Err(error) => DeliveryOutcome::StoreUnavailable(error),
            Ok(false) => {
                let delivery = terms.stored(found, self.inner.profile);
                match ask(inbox.enqueue(&delivery), terms.timeout).await {
                    Ok(Enqueued::Stored) => DeliveryOutcome::Stored,
                    Ok(Enqueued::Duplicate) => DeliveryOutcome::Duplicate,
                    Err(error) => DeliveryOutcome::StoreUnavailable(error),
                }
            }
        }
    }
}
