//! An inbox that keeps nothing: for tests of what stands around it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use tokio::sync::Notify;

use crate::inbox::{
    Backlog, Completion, Disposition, Effects, Enqueued, Failure, Filter, Inbox, RowDetails,
    LeaseToken, Leased, Row, State, StoredDelivery, StateSummary,
};
use crate::outcome::BoxError;
use crate::store::FencingToken;

/// An inbox in memory, for tests of handlers and of what is built around an inbox. **It is not durable**: what it has
/// acknowledged is gone with the process.
///
/// Clones share their rows. It keeps every rule of [`Inbox`] but the one that it is there for, so a test that passes with
/// it passes with a database.
#[derive(Clone, Default)]
pub struct MemoryInbox(Arc<Shared>);

#[derive(Default)]
struct Shared {
    rows: Mutex<Rows>,
    news: Notify,
}

#[derive(Default)]
struct Rows {
    rows: BTreeMap<i64, Kept>,
    last_row: i64,
    last_fence: u64,
}

struct Kept {
    delivery: StoredDelivery,
    state: State,
    fence: FencingToken,
    attempts: u32,
    put_at: SystemTime,
    put: Instant,
    /// Of a waiting row: when it is due; of a running one: when its lease runs out; of a done one: until when it is kept.
    until: Instant,
    ended_at: Option<SystemTime>,
    failures: Vec<Failure>,
}

impl MemoryInbox {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        // Nothing in here panics half-way.
        self.0.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryInbox")
            .field("rows", &self.rows().rows.len())
            .finish()
    }
}

/// For ever, if it is longer than time can be counted.
fn after(time: Duration) -> Instant {
    /// A century.
    const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    let now = Instant::now();
    now.checked_add(time.min(FOR_EVER)).unwrap_or(now)
}

#[async_trait]
impl Inbox for MemoryInbox {
    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<Enqueued, BoxError> {
        {
            let mut rows = self.rows();
            if rows
                .rows
                .values()
                .any(|kept| kept.delivery.key == delivery.key)
            {
                return Ok(Enqueued::Duplicate);
            }
            rows.last_row += 1;
            let row = rows.last_row;
            let now = Instant::now();
            rows.rows.insert(
                row,
                Kept {
                    delivery: delivery.clone(),
                    state: State::Pending,
                    fence: FencingToken::new(0),
                    attempts: 0,
                    put_at: SystemTime::now(),
                    put: now,
                    until: now,
                    ended_at: None,
                    failures: Vec::new(),
                },
            );
        }
        self.0.news.notify_waiters();
        Ok(Enqueued::Stored)
    }

    async fn backlog(&self, endpoint: &str) -> Result<Backlog, BoxError> {
        let rows = self.rows();
        let open = || rows.rows.values().filter(|kept| kept.is_open(endpoint));
        Ok(Backlog {
            rows: open().count() as u64,
            age: open()
                .map(|kept| kept.put.elapsed())
                .max()
                .unwrap_or_default(),
        })
    }

    async fn lease(
        &self,
        endpoint: &str,
        limit: usize,
        lease: Duration,
    ) -> Result<Vec<Leased>, BoxError> {
        let mut rows = self.rows();
        let mut taken = Vec::new();
        while taken.len() < limit {
            let Some(row) = rows.next_due(endpoint) else {
                break;
            };
            rows.last_fence += 1;
            let fence = FencingToken::new(rows.last_fence);
            if let Some(kept) = rows.rows.get_mut(&row) {
                kept.state = State::Running;
                kept.fence = fence;
                kept.until = after(lease);
                taken.push(Leased {
                    token: LeaseToken { row_id: row, fencing_token: fence },
                    attempts: kept.attempts,
                    delivery: kept.delivery.clone(),
                });
                kept.attempts = kept.attempts.saturating_add(1);
            }
        }
        Ok(taken)
    }

    async fn wait(&self, endpoint: &str, timeout: Duration) {
        let next = {
            let rows = self.rows();
            let open = rows.rows.values().filter(|kept| kept.is_open(endpoint));
            open.map(|kept| kept.until).min()
        };
        let until_due = next.map(|next| {
            next.saturating_duration_since(Instant::now())
                .max(Duration::from_millis(1))
        });
        let wait = until_due.map_or(timeout, |until_due| until_due.min(timeout));
        // Either way: the caller looks.
        let _ = tokio::time::timeout(wait, self.0.news.notified()).await;
    }

    async fn renew(
        &self,
        tokens: &[LeaseToken],
        lease: Duration,
    ) -> Result<Vec<LeaseToken>, BoxError> {
        let mut rows = self.rows();
        let mut lost = Vec::new();
        for token in tokens {
            match rows.held(*token) {
                Some(kept) => kept.until = after(lease),
                None => lost.push(*token),
            }
        }
        Ok(lost)
    }

    async fn complete(
        &self,
        token: LeaseToken,
        end: &Disposition,
        _: Option<Box<dyn Effects>>,
    ) -> Result<Completion, BoxError> {
        {
            let mut rows = self.rows();
            let Some(kept) = rows.held(token) else {
                return Ok(Completion::Lost);
            };
            match end {
                Disposition::Done { keep } => kept.end(State::Done, after(*keep)),
                Disposition::Retry {
                    after: pause,
                    error,
                } => {
                    kept.fail(error);
                    kept.state = State::Pending;
                    kept.until = after(*pause);
                }
                Disposition::Dead { error } => {
                    kept.fail(error);
                    kept.end(State::Dead, after(Duration::MAX));
                }
            }
        }
        self.0.news.notify_waiters();
        Ok(Completion::Recorded)
    }

    async fn prune(&self, limit: usize) -> Result<usize, BoxError> {
        let mut rows = self.rows();
        let now = Instant::now();
        let old: Vec<i64> = rows
            .rows
            .iter()
            .filter(|(_, kept)| kept.state == State::Done && kept.until <= now)
            .map(|(row, _)| *row)
            .take(limit)
            .collect();
        for row in &old {
            rows.rows.remove(row);
        }
        Ok(old.len())
    }

    async fn list(
        &self,
        filter: &Filter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Row>, BoxError> {
        let rows = self.rows();
        Ok(rows
            .picked(filter)
            .filter(|(row, _)| after.is_none_or(|after| *row > after))
            .take(limit)
            .map(|(row, kept)| kept.row(row))
            .collect())
    }

    async fn count(&self, filter: &Filter) -> Result<u64, BoxError> {
        Ok(self.rows().picked(filter).count() as u64)
    }

    async fn summary(&self) -> Result<Vec<StateSummary>, BoxError> {
        let rows = self.rows();
        let mut all = BTreeMap::<(&str, State), StateSummary>::new();
        for kept in rows.rows.values() {
            let endpoint = kept.delivery.endpoint.as_str();
            let summary = all
                .entry((endpoint, kept.state))
                .or_insert_with(|| StateSummary {
                    endpoint: endpoint.to_owned(),
                    state: kept.state,
                    rows: 0,
                    oldest: kept.put_at,
                });
            summary.rows += 1;
            summary.oldest = summary.oldest.min(kept.put_at);
        }
        Ok(all.into_values().collect())
    }

    async fn inspect(&self, row: i64) -> Result<Option<RowDetails>, BoxError> {
        let rows = self.rows();
        Ok(rows.rows.get(&row).map(|kept| RowDetails {
            row: kept.row(row),
            delivery: kept.delivery.clone(),
            failures: kept.failures.clone(),
        }))
    }

    async fn replay(&self, filter: &Filter, limit: usize) -> Result<usize, BoxError> {
        let count = {
            let mut rows = self.rows();
            let picked: Vec<i64> = rows
                .picked(filter)
                .filter(|(_, kept)| matches!(kept.state, State::Done | State::Dead))
                .map(|(row, _)| row)
                .take(limit)
                .collect();
            for row in &picked {
                if let Some(kept) = rows.rows.get_mut(row) {
                    kept.state = State::Pending;
                    kept.attempts = 0;
                    kept.ended_at = None;
                    kept.until = Instant::now();
                }
            }
            picked.len()
        };
        self.0.news.notify_waiters();
        Ok(count)
    }
}

impl Kept {
    fn is_open(&self, endpoint: &str) -> bool {
        self.delivery.endpoint == endpoint && matches!(self.state, State::Pending | State::Running)
    }

    fn fail(&mut self, error: &str) {
        self.failures.push(Failure {
            attempt: self.attempts,
            at: SystemTime::now(),
            error: error.to_owned(),
        });
    }

    fn end(&mut self, state: State, until: Instant) {
        self.state = state;
        self.until = until;
        self.ended_at = Some(SystemTime::now());
    }

    fn row(&self, row: i64) -> Row {
        let delivery = &self.delivery;
        let due_in = self.until.saturating_duration_since(Instant::now());
        Row {
            id: row,
            state: self.state,
            endpoint: delivery.endpoint.clone(),
            provider: delivery.provider.clone(),
            tenant: delivery.tenant.to_string(),
            delivery_id: delivery.delivery_id.clone(),
            event_type: delivery.event_type.clone(),
            ordering_key: delivery.ordering_key.clone(),
            attempts: self.attempts,
            enqueued_at: self.put_at,
            due_at: (self.state == State::Pending).then(|| SystemTime::now() + due_in),
            ended_at: self.ended_at,
            last_error: self.failures.last().map(|failure| failure.error.clone()),
        }
    }
}

impl Rows {
    /// The row that has been due the longest, and that no other one of its order is in the way of.
    fn next_due(&self, endpoint: &str) -> Option<i64> {
        let now = Instant::now();
        let due = self
            .rows
            .iter()
            .filter(|(_, kept)| kept.is_open(endpoint) && kept.until <= now);
        due.filter(|(row, kept)| !self.is_held_up(**row, kept, now))
            .min_by_key(|(row, kept)| (kept.until, **row))
            .map(|(row, _)| *row)
    }

    fn is_held_up(&self, row: i64, kept: &Kept, now: Instant) -> bool {
        let Some(serial) = &kept.delivery.ordering_key else {
            return false;
        };
        let mut others = self.rows.iter().filter(|(other, kept_other)| {
            **other != row
                && kept_other.is_open(&kept.delivery.endpoint)
                && kept_other.delivery.ordering_key.as_ref() == Some(serial)
        });
        others
            .any(|(other, kept)| *other < row || (kept.state == State::Running && kept.until > now))
    }

    fn held(&mut self, token: LeaseToken) -> Option<&mut Kept> {
        self.rows
            .get_mut(&token.row_id)
            .filter(|kept| kept.fence == token.fencing_token && kept.state == State::Running)
    }

    fn picked(&self, filter: &Filter) -> impl Iterator<Item = (i64, &Kept)> {
        self.rows
            .iter()
            .map(|(row, kept)| (*row, kept))
            .filter(|(row, kept)| picks(filter, *row, kept))
    }
}

fn picks(filter: &Filter, row: i64, kept: &Kept) -> bool {
    fn is<T: PartialEq + ?Sized>(wanted: Option<&T>, there: &T) -> bool {
        wanted.is_none_or(|wanted| wanted == there)
    }
    let delivery = &kept.delivery;
    let is_of_type =
        filter
            .event_type
            .as_deref()
            .is_none_or(|wanted| match wanted.strip_suffix('*') {
                Some(family) if family.is_empty() || family.ends_with('.') => {
                    delivery.event_type.starts_with(family)
                }
                _ => delivery.event_type == wanted,
            });
    is_of_type
        && filter.rows.as_ref().is_none_or(|rows| rows.contains(&row))
        && is(filter.state.as_ref(), &kept.state)
        && is(filter.endpoint.as_deref(), &*delivery.endpoint)
        && is(filter.tenant.as_deref(), delivery.tenant.as_str())
        && is(filter.delivery_id.as_deref(), &*delivery.delivery_id)
        && filter.since.is_none_or(|since| kept.put_at >= since)
        && filter.before.is_none_or(|before| kept.put_at < before)
}
