//! [`MemoryInbox`]: an inbox that is not durable, for tests.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use tokio::sync::Notify;

use crate::inbox::{
    Backlog, Completion, Disposition, Effects, Enqueued, Failure, Filter, Inbox, LeaseToken,
    Leased, Row, RowDetails, State, StateSummary, StoredDelivery,
};
use crate::outcome::BoxError;
use crate::store::{EndpointNames, FencingToken};

/// Inbox in memory, for tests of handlers and of programs with an inbox. **It is not durable**: its rows are lost when
/// the process ends.
///
/// Clones share their rows. Apart from durability it satisfies the contract of [`Inbox`]. It has no transactions for
/// handlers.
///
/// ```
/// use std::time::Duration;
/// use webhook_runtime::inbox::{Completion, Disposition, Enqueued, Inbox, StoredDelivery};
/// use webhook_runtime::store::DeliveryKey;
/// use webhook_runtime::testing::MemoryInbox;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let inbox = MemoryInbox::default();
/// let mut delivery = StoredDelivery::new(DeliveryKey::new("app/openai//msg_1"));
/// delivery.endpoint = "app".to_owned();
/// assert_eq!(inbox.enqueue(&delivery).await?, Enqueued::Stored);
/// assert_eq!(inbox.enqueue(&delivery).await?, Enqueued::Duplicate);
///
/// let minute = Duration::from_secs(60);
/// for leased in inbox.lease("app", 10, minute).await? {
///     let completion = inbox.complete(leased.token, &Disposition::Done { keep: minute }, None).await?;
///     assert!(matches!(completion, Completion::Recorded));
/// }
/// # Ok::<(), webhook_runtime::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct MemoryInbox {
    shared: Arc<Shared>,
    endpoint_names: EndpointNames,
}

impl MemoryInbox {
    /// Returns another handle on the same rows, for an endpoint of another (simulated) process. Endpoints of one handle
    /// and its clones need different names; endpoints of different handles may have the same name.
    #[must_use]
    pub fn new_handle(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            endpoint_names: EndpointNames::default(),
        }
    }
}

#[derive(Default)]
struct Shared {
    rows: Mutex<Rows>,
    /// Notified after each change.
    changed: Notify,
}

#[derive(Default)]
struct Rows {
    rows: BTreeMap<i64, MemoryRow>,
    last_id: i64,
    last_fencing_token: u64,
}

struct MemoryRow {
    delivery: StoredDelivery,
    state: State,
    fencing_token: FencingToken,
    attempts: u32,
    enqueued_at: SystemTime,
    /// The same time, on a monotonic clock.
    enqueued: Instant,
    /// Time at which a pending row is due, the lease of a running row expires, or the retention of a done row ends.
    due: Instant,
    ended_at: Option<SystemTime>,
    failures: Vec<Failure>,
}

impl MemoryInbox {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        // No code panics between two changes while it has the lock.
        self.shared
            .rows
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryInbox")
            .field("rows", &self.rows().rows.len())
            .finish()
    }
}

/// Adds a duration to now, capped so that the addition cannot overflow.
fn after(duration: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    let now = Instant::now();
    now.checked_add(duration.min(CENTURY)).unwrap_or(now)
}

#[async_trait]
impl Inbox for MemoryInbox {
    fn endpoint_names(&self) -> Option<&EndpointNames> {
        Some(&self.endpoint_names)
    }

    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<Enqueued, BoxError> {
        {
            let mut rows = self.rows();
            if rows
                .rows
                .values()
                .any(|row| row.delivery.key == delivery.key)
            {
                return Ok(Enqueued::Duplicate);
            }
            rows.last_id += 1;
            let id = rows.last_id;
            let now = Instant::now();
            rows.rows.insert(
                id,
                MemoryRow {
                    delivery: delivery.clone(),
                    state: State::Pending,
                    fencing_token: FencingToken::new(0),
                    attempts: 0,
                    enqueued_at: SystemTime::now(),
                    enqueued: now,
                    due: now,
                    ended_at: None,
                    failures: Vec::new(),
                },
            );
        }
        self.shared.changed.notify_waiters();
        Ok(Enqueued::Stored)
    }

    async fn backlog(&self, endpoint: &str) -> Result<Backlog, BoxError> {
        let rows = self.rows();
        let open = || rows.rows.values().filter(|row| row.is_open(endpoint));
        Ok(Backlog {
            rows: open().count() as u64,
            age: open()
                .map(|row| row.enqueued.elapsed())
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
        let mut leased = Vec::new();
        while leased.len() < limit {
            let Some(row_id) = rows.next_due(endpoint) else {
                break;
            };
            rows.last_fencing_token += 1;
            let fencing_token = FencingToken::new(rows.last_fencing_token);
            if let Some(row) = rows.rows.get_mut(&row_id) {
                row.state = State::Running;
                row.fencing_token = fencing_token;
                row.due = after(lease);
                leased.push(Leased {
                    token: LeaseToken {
                        row_id,
                        fencing_token,
                    },
                    attempts: row.attempts,
                    delivery: row.delivery.clone(),
                });
                row.attempts = row.attempts.saturating_add(1);
            }
        }
        Ok(leased)
    }

    async fn wait(&self, endpoint: &str, timeout: Duration) {
        let next = {
            let rows = self.rows();
            let open = rows.rows.values().filter(|row| row.is_open(endpoint));
            open.map(|row| row.due).min()
        };
        let until_due = next.map(|next| {
            next.saturating_duration_since(Instant::now())
                .max(Duration::from_millis(1))
        });
        let wait = until_due.map_or(timeout, |until_due| until_due.min(timeout));
        // After a timeout the caller tries to lease as well.
        let _ = tokio::time::timeout(wait, self.shared.changed.notified()).await;
    }

    async fn renew(
        &self,
        tokens: &[LeaseToken],
        lease: Duration,
    ) -> Result<Vec<LeaseToken>, BoxError> {
        let mut rows = self.rows();
        let mut lost = Vec::new();
        for token in tokens {
            match rows.leased(*token) {
                Some(row) => row.due = after(lease),
                None => lost.push(*token),
            }
        }
        Ok(lost)
    }

    async fn complete(
        &self,
        token: LeaseToken,
        disposition: &Disposition,
        _: Option<Box<dyn Effects>>,
    ) -> Result<Completion, BoxError> {
        {
            let mut rows = self.rows();
            let Some(row) = rows.leased(token) else {
                return Ok(Completion::Lost);
            };
            match disposition {
                Disposition::Done { keep } => row.end(State::Done, after(*keep)),
                Disposition::Retry {
                    after: delay,
                    error,
                } => {
                    row.record_failure(error);
                    row.state = State::Pending;
                    row.due = after(*delay);
                }
                Disposition::Dead { error } => {
                    row.record_failure(error);
                    row.end(State::Dead, after(Duration::MAX));
                }
            }
        }
        self.shared.changed.notify_waiters();
        Ok(Completion::Recorded)
    }

    async fn prune(&self, limit: usize) -> Result<usize, BoxError> {
        let mut rows = self.rows();
        let now = Instant::now();
        let expired: Vec<i64> = rows
            .rows
            .iter()
            .filter(|(_, row)| row.state == State::Done && row.due <= now)
            .map(|(id, _)| *id)
            .take(limit)
            .collect();
        for id in &expired {
            rows.rows.remove(id);
        }
        Ok(expired.len())
    }

    async fn list(
        &self,
        filter: &Filter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Row>, BoxError> {
        let rows = self.rows();
        Ok(rows
            .matching(filter)
            .filter(|(id, _)| after.is_none_or(|after| *id > after))
            .take(limit)
            .map(|(id, row)| row.to_row(id))
            .collect())
    }

    async fn count(&self, filter: &Filter) -> Result<u64, BoxError> {
        Ok(self.rows().matching(filter).count() as u64)
    }

    async fn summary(&self) -> Result<Vec<StateSummary>, BoxError> {
        let rows = self.rows();
        let mut summaries = BTreeMap::<(&str, State), StateSummary>::new();
        for row in rows.rows.values() {
            let endpoint = row.delivery.endpoint.as_str();
            let summary = summaries
                .entry((endpoint, row.state))
                .or_insert_with(|| StateSummary {
                    endpoint: endpoint.to_owned(),
                    state: row.state,
                    rows: 0,
                    oldest: row.enqueued_at,
                });
            summary.rows += 1;
            summary.oldest = summary.oldest.min(row.enqueued_at);
        }
        Ok(summaries.into_values().collect())
    }

    async fn inspect(&self, row_id: i64) -> Result<Option<RowDetails>, BoxError> {
        let rows = self.rows();
        Ok(rows.rows.get(&row_id).map(|row| RowDetails {
            row: row.to_row(row_id),
            delivery: row.delivery.clone(),
            failures: row.failures.clone(),
        }))
    }

    async fn replay(&self, filter: &Filter, limit: usize) -> Result<usize, BoxError> {
        let count = {
            let mut rows = self.rows();
            let ended: Vec<i64> = rows
                .matching(filter)
                .filter(|(_, row)| matches!(row.state, State::Done | State::Dead))
                .map(|(id, _)| id)
                .take(limit)
                .collect();
            for id in &ended {
                if let Some(row) = rows.rows.get_mut(id) {
                    row.state = State::Pending;
                    row.attempts = 0;
                    row.ended_at = None;
                    row.due = Instant::now();
                }
            }
            ended.len()
        };
        self.shared.changed.notify_waiters();
        Ok(count)
    }
}

impl MemoryRow {
    /// Returns whether the row belongs to the endpoint and is pending or running.
    fn is_open(&self, endpoint: &str) -> bool {
        self.delivery.endpoint == endpoint && matches!(self.state, State::Pending | State::Running)
    }

    fn record_failure(&mut self, error: &str) {
        self.failures.push(Failure {
            attempt: self.attempts,
            at: SystemTime::now(),
            error: error.to_owned(),
        });
    }

    fn end(&mut self, state: State, due: Instant) {
        self.state = state;
        self.due = due;
        self.ended_at = Some(SystemTime::now());
    }

    fn to_row(&self, id: i64) -> Row {
        let delivery = &self.delivery;
        let due_in = self.due.saturating_duration_since(Instant::now());
        Row {
            id,
            state: self.state,
            endpoint: delivery.endpoint.clone(),
            provider: delivery.provider.clone(),
            tenant: delivery.tenant.to_string(),
            delivery_id: delivery.delivery_id.clone(),
            event_type: delivery.event_type.clone(),
            ordering_key: delivery.ordering_key.clone(),
            attempts: self.attempts,
            enqueued_at: self.enqueued_at,
            due_at: (self.state == State::Pending).then(|| SystemTime::now() + due_in),
            ended_at: self.ended_at,
            last_error: self.failures.last().map(|failure| failure.error.clone()),
        }
    }
}

impl Rows {
    /// Returns the id of the row of an endpoint that has been due the longest and is not blocked.
    fn next_due(&self, endpoint: &str) -> Option<i64> {
        let now = Instant::now();
        let due = self
            .rows
            .iter()
            .filter(|(_, row)| row.is_open(endpoint) && row.due <= now);
        due.filter(|(id, row)| !self.is_blocked(**id, row, now))
            .min_by_key(|(id, row)| (row.due, **id))
            .map(|(id, _)| *id)
    }

    /// Returns whether an earlier row of the lane is open, or another one is running.
    fn is_blocked(&self, id: i64, row: &MemoryRow, now: Instant) -> bool {
        let Some(ordering_key) = &row.delivery.ordering_key else {
            return false;
        };
        let mut lane = self.rows.iter().filter(|(other_id, other)| {
            **other_id != id
                && other.is_open(&row.delivery.endpoint)
                && other.delivery.ordering_key.as_ref() == Some(ordering_key)
        });
        lane.any(|(other_id, other)| {
            *other_id < id || (other.state == State::Running && other.due > now)
        })
    }

    /// Returns the row of a token, if the token is valid.
    fn leased(&mut self, token: LeaseToken) -> Option<&mut MemoryRow> {
        self.rows
            .get_mut(&token.row_id)
            .filter(|row| row.fencing_token == token.fencing_token && row.state == State::Running)
    }

    fn matching(&self, filter: &Filter) -> impl Iterator<Item = (i64, &MemoryRow)> {
        self.rows
            .iter()
            .map(|(id, row)| (*id, row))
            .filter(|(id, row)| matches(filter, *id, row))
    }
}

/// Returns whether a row matches a filter.
fn matches(filter: &Filter, id: i64, row: &MemoryRow) -> bool {
    fn equals<T: PartialEq + ?Sized>(wanted: Option<&T>, actual: &T) -> bool {
        wanted.is_none_or(|wanted| wanted == actual)
    }
    let delivery = &row.delivery;
    let is_event_type =
        filter
            .event_type
            .as_deref()
            .is_none_or(|wanted| match wanted.strip_suffix('*') {
                Some(family) if family.is_empty() || family.ends_with('.') => {
                    delivery.event_type.starts_with(family)
                }
                _ => delivery.event_type == wanted,
            });
    is_event_type
        && filter.rows.as_ref().is_none_or(|ids| ids.contains(&id))
        && equals(filter.state.as_ref(), &row.state)
        && equals(filter.endpoint.as_deref(), &*delivery.endpoint)
        && equals(filter.tenant.as_deref(), delivery.tenant.as_str())
        && equals(filter.delivery_id.as_deref(), &*delivery.delivery_id)
        && filter.since.is_none_or(|since| row.enqueued_at >= since)
        && filter.before.is_none_or(|before| row.enqueued_at < before)
}
