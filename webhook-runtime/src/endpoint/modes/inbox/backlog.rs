//! The limit of an inbox's backlog.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::endpoint::modes::call::call;
use crate::endpoint::modes::store_config::StoreConfig;
use crate::inbox::{Backlog, Inbox};
use crate::outcome::BoxError;

/// Time for which a backlog is cached. Rows that are stored meanwhile are added to it.
const CACHE_TIME: Duration = Duration::from_secs(1);
/// Time for which a full backlog is cached, so that free capacity is noticed soon.
const CACHE_TIME_WHEN_FULL: Duration = Duration::from_millis(100);

/// The limits that the builder sets.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::endpoint) struct BacklogLimit {
    /// Maximum number of rows.
    pub(in crate::endpoint) rows: Option<u64>,
    /// Maximum age of the oldest row.
    pub(in crate::endpoint) age: Option<Duration>,
}

/// Compares the backlog with its limit, with a call of the database once a second at most.
pub(super) struct BacklogCheck {
    limit: BacklogLimit,
    cached: Mutex<Option<CachedBacklog>>,
}

#[derive(Clone, Copy)]
struct CachedBacklog {
    read_at: Instant,
    /// Includes the rows that were stored since.
    backlog: Backlog,
}

impl BacklogCheck {
    pub(super) const fn new(limit: BacklogLimit) -> Self {
        Self {
            limit,
            cached: Mutex::new(None),
        }
    }

    /// Returns whether the backlog is full. If it is not, one more row is counted.
    pub(super) async fn is_full(
        &self,
        inbox: &dyn Inbox,
        config: &StoreConfig,
    ) -> Result<bool, BoxError> {
        if self.limit.rows.is_none() && self.limit.age.is_none() {
            return Ok(false);
        }
        if let Some(is_full) = self.count_one(None) {
            return Ok(is_full);
        }
        let backlog = call(inbox.backlog(&config.name), config.timeout).await?;
        let read = CachedBacklog {
            read_at: Instant::now(),
            backlog,
        };
        Ok(self.count_one(Some(read)).unwrap_or(true))
    }

    /// Compares the backlog that was just read, or the cached one, with the limit. `None`: the cached one is too old.
    fn count_one(&self, read: Option<CachedBacklog>) -> Option<bool> {
        let mut guard = self.cached();
        if read.is_some() {
            *guard = read;
        }
        let cached = guard.as_mut()?;
        let elapsed = cached.read_at.elapsed();
        let Backlog { rows, age } = cached.backlog;
        let is_full = self.limit.rows.is_some_and(|limit| rows >= limit)
            || self
                .limit
                .age
                .is_some_and(|limit| rows > 0 && age + elapsed > limit);
        let cache_time = match is_full {
            true => CACHE_TIME_WHEN_FULL,
            false => CACHE_TIME,
        };
        if read.is_none() && elapsed > cache_time {
            return None;
        }
        if !is_full {
            cached.backlog.rows += 1;
        }
        Some(is_full)
    }

    fn cached(&self) -> MutexGuard<'_, Option<CachedBacklog>> {
        // No code panics while it has the lock.
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
