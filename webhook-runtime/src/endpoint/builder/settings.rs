//! The settings of a builder. An option that is not set is `None`, so that the rules can distinguish it from a default.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::endpoint::ingress::TenantLocation;
use crate::endpoint::modes::inbox::BacklogLimit;
use crate::inbox::Inbox;
use crate::queue::DeliveryQueue;
use crate::retry::Retry;
use crate::secret::SecretSource;
use crate::store::Store;

/// The options of secret sources and tenants.
#[derive(Default)]
pub(super) struct KeySettings {
    pub(super) source: Option<Box<dyn SecretSource>>,
    pub(super) tenant: Option<TenantLocation>,
    pub(super) cache: Option<Duration>,
    /// The outer `None`: not set, so the default.
    pub(super) timeout: Option<Option<Duration>>,
}

impl KeySettings {
    /// Returns an option that has no effect without a source.
    pub(super) const fn option(&self) -> Option<&'static str> {
        match (&self.tenant, self.cache, self.timeout) {
            (Some(TenantLocation::Path(_)), ..) => Some("tenant_in_path"),
            (Some(TenantLocation::Header(_)), ..) => Some("tenant_in_header"),
            (Some(TenantLocation::Query(_)), ..) => Some("tenant_in_query"),
            (None, Some(_), _) => Some("cache_secrets"),
            (None, None, Some(_)) => Some("secret_source_timeout"),
            (None, None, None) => None,
        }
    }
}

impl fmt::Debug for KeySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySettings")
            .field("tenant", &self.tenant)
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}

/// The options of stores, inboxes and queues.
#[derive(Default)]
pub(super) struct ModeSettings {
    pub(super) name: Option<String>,
    pub(super) lease: Option<Duration>,
    /// The outer `None`: not set, so the default.
    pub(super) timeout: Option<Option<Duration>>,
    pub(super) store: Option<Box<dyn Store>>,
    pub(super) inbox: Option<Arc<dyn Inbox>>,
    pub(super) queue: Option<Box<dyn DeliveryQueue>>,
    pub(super) workers: Option<usize>,
    pub(super) retry: Option<Retry>,
    pub(super) backlog: BacklogLimit,
}

impl ModeSettings {
    /// Returns the option that set the mode.
    pub(super) const fn mode_option(&self) -> Option<&'static str> {
        match self {
            Self { store: Some(_), .. } => Some("idempotent"),
            Self { inbox: Some(_), .. } => Some("inbox"),
            Self { queue: Some(_), .. } => Some("forward_to"),
            _ => None,
        }
    }

    /// Returns an option that has no effect without an inbox.
    pub(super) const fn inbox_option(&self) -> Option<&'static str> {
        match self {
            Self {
                workers: Some(_), ..
            } => Some("workers"),
            Self { retry: Some(_), .. } => Some("retry"),
            Self {
                backlog: BacklogLimit { rows: Some(_), .. },
                ..
            } => Some("max_backlog"),
            Self {
                backlog: BacklogLimit { age: Some(_), .. },
                ..
            } => Some("max_backlog_age"),
            _ => None,
        }
    }
}
