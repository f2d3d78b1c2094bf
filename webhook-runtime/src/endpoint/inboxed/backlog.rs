//! The bound on what waits in an inbox.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Terms;
use crate::endpoint::ask::ask;
use crate::inbox::{Backlog, Inbox};
use crate::outcome::BoxError;

/// How long an answer of the database counts, with what was let in since.
const FRESH: Duration = Duration::from_secs(1);
/// How soon it is asked again whether there is room.
const FRESH_WHEN_FULL: Duration = Duration::from_millis(100);

/// How many may wait, how long, and how many do.
pub(super) struct Bound {
    limit: Option<u64>,
    oldest: Option<Duration>,
    known: Mutex<Option<Known>>,
}

#[derive(Clone, Copy)]
struct Known {
    at: Instant,
    /// With what was let in since.
    backlog: Backlog,
}

impl Bound {
    pub(super) const fn new(limit: Option<u64>, oldest: Option<Duration>) -> Self {
        Self {
            limit,
            oldest,
            known: Mutex::new(None),
        }
    }

    /// Whether no more is to be let in. If not, one more is counted.
    pub(super) async fn is_reached(
        &self,
        inbox: &dyn Inbox,
        terms: &Terms,
    ) -> Result<bool, BoxError> {
        if self.limit.is_none() && self.oldest.is_none() {
            return Ok(false);
        }
        if let Some(is_reached) = self.count_one(None) {
            return Ok(is_reached);
        }
        let backlog = ask(inbox.backlog(&terms.name), terms.timeout).await?;
        let known = Known {
            at: Instant::now(),
            backlog,
        };
        Ok(self.count_one(Some(known)).unwrap_or(true))
    }

    /// None if what is known is too old to say.
    fn count_one(&self, news: Option<Known>) -> Option<bool> {
        let mut guard = self.known();
        if news.is_some() {
            *guard = news;
        }
        let known = guard.as_mut()?;
        let since = known.at.elapsed();
        let Backlog { rows, age } = known.backlog;
        let is_reached = self.limit.is_some_and(|limit| rows >= limit)
            || self
                .oldest
                .is_some_and(|oldest| rows > 0 && age + since > oldest);
        let fresh = if is_reached { FRESH_WHEN_FULL } else { FRESH };
        if news.is_none() && since > fresh {
            return None;
        }
        if !is_reached {
            known.backlog.rows += 1;
        }
        Some(is_reached)
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        // Nothing in here panics half-way.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
