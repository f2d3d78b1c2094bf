//! The inbox mode: a delivery is stored before it is answered, and handled afterwards by the workers.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::call::call;
use super::store_config::StoreConfig;
use crate::endpoint::delivery::RoutedDelivery;
use crate::endpoint::running::runtime::{self, Handle};
use crate::inbox::{Enqueued, Inbox, LeaseToken, Leased};
use crate::observe::DeliveryOutcome;
use crate::outcome::BoxError;
use crate::retry::Retry;

mod backlog;

use self::backlog::BacklogCheck;
pub(in crate::endpoint) use self::backlog::BacklogLimit;

/// Starts the workers of an endpoint on a runtime.
type StartWorkers = Box<dyn Fn(&Handle) + Send + Sync>;

/// The inbox of an endpoint.
pub(in crate::endpoint) struct InboxMode {
    pub(in crate::endpoint) inbox: Arc<dyn Inbox>,
    pub(in crate::endpoint) config: StoreConfig,
    /// Defaults for the parts of a retry policy that a handler does not set.
    pub(in crate::endpoint) retry: Retry,
    /// Number of deliveries that are handled concurrently.
    pub(in crate::endpoint) workers: usize,
    backlog: BacklogCheck,
    /// The rows whose handlers run in this process.
    active: Mutex<HashSet<LeaseToken>>,
    are_workers_started: AtomicBool,
    start_workers: OnceLock<StartWorkers>,
}

impl InboxMode {
    pub(in crate::endpoint) fn new(
        inbox: Arc<dyn Inbox>,
        config: StoreConfig,
        retry: Retry,
        workers: usize,
        limit: BacklogLimit,
    ) -> Self {
        Self {
            inbox,
            config,
            retry,
            workers,
            backlog: BacklogCheck::new(limit),
            active: Mutex::default(),
            are_workers_started: AtomicBool::new(false),
            start_workers: OnceLock::new(),
        }
    }

    /// Stores a delivery.
    pub(in crate::endpoint) async fn enqueue(
        &self,
        routed: &RoutedDelivery<'_>,
    ) -> DeliveryOutcome {
        let (inbox, config) = (&*self.inbox, &self.config);
        match self.backlog.is_full(inbox, config).await {
            Ok(true) => DeliveryOutcome::BacklogFull,
            Err(error) => DeliveryOutcome::StoreUnavailable(error),
            Ok(false) => {
                let delivery = config.to_stored(routed);
                match call(inbox.enqueue(&delivery), config.timeout).await {
                    Ok(Enqueued::Stored) => DeliveryOutcome::Stored,
                    Ok(Enqueued::Duplicate) => DeliveryOutcome::Duplicate,
                    Err(error) => DeliveryOutcome::StoreUnavailable(error),
                }
            }
        }
    }

    /// Leases rows that are due.
    pub(in crate::endpoint) async fn lease(&self, limit: usize) -> Result<Vec<Leased>, BoxError> {
        let config = &self.config;
        let leasing = self.inbox.lease(&config.name, limit, config.lease);
        call(leasing, config.timeout).await
    }

    /// Returns the interval at which leases are renewed.
    pub(in crate::endpoint) fn renewal_interval(&self) -> Duration {
        self.config.lease / 3
    }

    pub(in crate::endpoint) fn active(&self) -> MutexGuard<'_, HashSet<LeaseToken>> {
        // No code panics while it has the lock.
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the function that starts the workers. Their module imports this one, so this one cannot call it.
    pub(in crate::endpoint) fn on_start_workers(
        &self,
        start: impl Fn(&Handle) + Send + Sync + 'static,
    ) {
        // The builder sets it once.
        let _ = self.start_workers.set(Box::new(start));
    }

    /// Starts the workers once, if there is a runtime.
    pub(in crate::endpoint) fn start_workers(&self) {
        if self.workers == 0 || self.are_workers_started.load(Ordering::Relaxed) {
            return;
        }
        let (Some(start), Some(runtime)) = (self.start_workers.get(), runtime::current()) else {
            return;
        };
        if !self.are_workers_started.swap(true, Ordering::AcqRel) {
            start(&runtime);
        }
    }
}
