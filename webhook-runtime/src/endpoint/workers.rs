//! The workers of an inbox: a dispatcher, a task for each leased delivery, a task that renews their leases, and one that
//! prunes.
//!
//! They call the stages `route` and `run` of the pipeline for rows that the inbox mode has stored. An attempt counts when
//! its row is leased, so a delivery that crashes its process each time becomes a dead letter in the end, instead of
//! crashing the process for ever.

use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

use super::modes::{InboxMode, Mode, call};
use super::running::runtime::{self, Handle};
use super::running::timer::sleep;
use super::state::EndpointState;
use crate::inbox::{LeaseToken, Leased};
use crate::observe::log;
use crate::outcome::BoxError;
use crate::router::Router;

mod attempt;

/// Maximum poll interval; bounds the latency when a notification is missed.
const MAX_POLL_INTERVAL: Duration = Duration::from_secs(2);
/// Delay before the next call of an inbox that failed.
const DELAY_AFTER_FAILURE: Duration = Duration::from_millis(500);
/// Interval at which completed rows are deleted after their retention, and the number of rows of one call.
const PRUNE_INTERVAL: Duration = Duration::from_secs(60);
const PRUNE_BATCH: usize = 1_000;

/// The result of [`Endpoint::run_until_idle`](crate::Endpoint::run_until_idle).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunSummary {
    /// Number of completed deliveries.
    pub done: u64,
    /// Number of attempts that failed or lost their lease.
    pub failed: u64,
}

impl RunSummary {
    const fn count(&mut self, is_done: bool) {
        if is_done {
            self.done += 1;
        } else {
            self.failed += 1;
        }
    }
}

/// Lets the inbox of an endpoint start its workers: at once if there is a runtime, otherwise with its first delivery.
pub(super) fn start<R: Router>(state: &Arc<EndpointState<R>>) {
    let Some(Mode::Inbox(inbox)) = &state.mode else {
        return;
    };
    let (weak, closing) = (Arc::downgrade(state), state.running.closing());
    let (workers, interval) = (inbox.workers, inbox.renewal_interval());
    inbox.on_start_workers(move |runtime| {
        // The tasks end with the endpoint. `shutdown` waits for the handlers in flight, not for the tasks.
        drop(runtime.spawn(dispatch(weak.clone(), Arc::clone(&closing), workers)));
        drop(runtime.spawn(renew_leases(weak.clone(), interval)));
        drop(runtime.spawn(prune(weak.clone())));
    });
    inbox.start_workers();
}

/// Handles the rows that are due, at most `concurrency` at a time, until no row is due.
pub(super) async fn run_until_idle<R: Router>(
    state: &Arc<EndpointState<R>>,
    concurrency: usize,
) -> Result<RunSummary, BoxError> {
    let Some(Mode::Inbox(inbox)) = &state.mode else {
        return Err("the endpoint has no inbox: build it with `.inbox(…)`".into());
    };
    let Some(runtime) = runtime::current() else {
        return Err("no tokio runtime: call `run_until_idle` within one".into());
    };
    let concurrency = concurrency.max(1);
    let mut summary = RunSummary::default();
    let mut tasks = JoinSet::new();
    let renewal = runtime.spawn(renew_leases(
        Arc::downgrade(state),
        inbox.renewal_interval(),
    ));
    let mut is_empty = false;
    let result = loop {
        if state.running.is_closed() {
            break Ok(());
        }
        if !is_empty && tasks.len() < concurrency {
            match inbox.lease(concurrency - tasks.len()).await {
                Ok(rows) if rows.is_empty() => is_empty = true,
                Ok(rows) => {
                    for row in rows {
                        tasks.spawn_on(Worker::new(state).handle(row), &runtime);
                    }
                    continue;
                }
                Err(error) => break Err(error),
            }
        }
        match tasks.join_next().await {
            Some(is_done) => {
                summary.count(is_done.unwrap_or(false));
                // The next row of its ordering key may be due now.
                is_empty = false;
            }
            None if is_empty => break Ok(()),
            None => {}
        }
    };
    while let Some(is_done) = tasks.join_next().await {
        summary.count(is_done.unwrap_or(false));
    }
    renewal.abort();
    result.map(|()| summary)
}

/// A task that handles one row. It counts as one handler in flight.
struct Worker<R>(Arc<EndpointState<R>>);

impl<R: Router> Worker<R> {
    fn new(state: &Arc<EndpointState<R>>) -> Self {
        state.running.increment();
        Self(Arc::clone(state))
    }

    async fn handle(self, row: Leased) -> bool {
        match &self.0.mode {
            Some(Mode::Inbox(inbox)) => attempt::run(&self.0, inbox, row).await,
            _ => false,
        }
    }
}

impl<R> Drop for Worker<R> {
    fn drop(&mut self) {
        self.0.running.decrement();
    }
}

/// Returns the endpoint if it still exists and is not shut down.
fn upgrade<R>(weak: &Weak<EndpointState<R>>) -> Option<Arc<EndpointState<R>>> {
    weak.upgrade().filter(|state| !state.running.is_closed())
}

const fn inbox_of<R>(state: &EndpointState<R>) -> Option<&InboxMode> {
    match &state.mode {
        Some(Mode::Inbox(inbox)) => Some(inbox),
        _ => None,
    }
}

/// Leases rows that are due, as many as there are free workers.
async fn dispatch<R: Router>(weak: Weak<EndpointState<R>>, closing: Arc<Notify>, workers: usize) {
    let free = Arc::new(Semaphore::new(workers.min(Semaphore::MAX_PERMITS)));
    loop {
        let Ok(permit) = Arc::clone(&free).acquire_owned().await else {
            return;
        };
        // From here on the notification of the shutdown is not missed.
        let mut closed = pin!(closing.notified());
        closed.as_mut().enable();
        let Some(state) = upgrade(&weak) else {
            return;
        };
        let (Some(mode), Some(runtime)) = (inbox_of(&state), runtime::current()) else {
            return;
        };
        let inbox = Arc::clone(&mode.inbox);
        let name = mode.config.name.clone();
        // Counts as in flight, so that a shutdown waits for the rows that are being leased.
        let leasing = Worker::new(&state);
        let limit = 1 + free.available_permits();
        let mut wait = match mode.lease(limit).await {
            Ok(rows) => {
                let is_drained = rows.len() < limit;
                let mut permit = Some(permit);
                for row in rows {
                    let permit = permit
                        .take()
                        .or_else(|| Arc::clone(&free).try_acquire_owned().ok());
                    spawn_worker(&runtime, Worker::new(&state), row, permit);
                }
                is_drained.then(|| inbox.wait(&name, MAX_POLL_INTERVAL))
            }
            Err(error) => {
                log::inbox_failed(mode.config.provider(), "lease", &error);
                Some(Box::pin(async {
                    sleep(DELAY_AFTER_FAILURE).await;
                }) as _)
            }
        };
        drop(leasing);
        // While it waits, the dispatcher does not keep the endpoint alive.
        drop(state);
        if let Some(wait) = &mut wait {
            poll_fn(|cx| match closed.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => wait.as_mut().poll(cx),
            })
            .await;
        }
    }
}

/// Spawns the task of a row. `permit` is released when its handler has ended.
fn spawn_worker<R: Router>(
    runtime: &Handle,
    worker: Worker<R>,
    row: Leased,
    permit: impl Send + 'static,
) {
    drop(runtime.spawn(async move {
        worker.handle(row).await;
        drop(permit);
    }));
}

/// Renews the leases of all rows whose handlers run in this process.
async fn renew_leases<R: Router>(weak: Weak<EndpointState<R>>, interval: Duration) {
    while sleep(interval).await {
        // Also during a shutdown, because the handlers in flight run to their end.
        let Some(state) = weak.upgrade() else {
            return;
        };
        let Some(inbox) = inbox_of(&state) else {
            return;
        };
        let tokens: Vec<LeaseToken> = active_tokens(&inbox.active());
        if tokens.is_empty() {
            continue;
        }
        let config = &inbox.config;
        match call(inbox.inbox.renew(&tokens, config.lease), config.timeout).await {
            Ok(lost) => {
                for token in lost {
                    // Not renewed again. The handler runs on, and its result is ignored.
                    if inbox.active().remove(&token) {
                        log::lease_lost(config.provider(), token.row_id);
                    }
                }
            }
            Err(error) => log::inbox_failed(config.provider(), "renew", &error),
        }
    }
}

fn active_tokens(active: &HashSet<LeaseToken>) -> Vec<LeaseToken> {
    active.iter().copied().collect()
}

/// Deletes completed rows after their retention.
async fn prune<R: Router>(weak: Weak<EndpointState<R>>) {
    while sleep(PRUNE_INTERVAL).await {
        let Some(state) = upgrade(&weak) else {
            return;
        };
        let Some(mode) = inbox_of(&state) else {
            return;
        };
        loop {
            match mode.inbox.prune(PRUNE_BATCH).await {
                Ok(PRUNE_BATCH..) => {}
                Ok(_) => break,
                Err(error) => {
                    log::inbox_failed(mode.config.provider(), "prune", &error);
                    break;
                }
            }
        }
    }
}
