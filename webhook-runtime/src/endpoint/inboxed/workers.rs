//! Who takes deliveries from an inbox: a dispatcher, a task for each delivery, and one that keeps their leases.

use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

use super::Inboxed;
use crate::endpoint::ask::ask;
use crate::endpoint::mode::Mode;
use crate::endpoint::running::pause;
use crate::endpoint::{Endpoint, Inner};
use crate::inbox::{LeaseToken, Leased};
use crate::outcome::BoxError;
use crate::router::Router;
use crate::trace;

/// How long a dispatcher sleeps at most: so long may news take that an inbox does not hear of.
const LONGEST_SLEEP: Duration = Duration::from_secs(2);
/// How long it leaves an inbox alone that has failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(500);
/// How often what is done long ago is thrown away, and how much of it at a time.
const PRUNE_EVERY: Duration = Duration::from_secs(60);
const PRUNE_AT_A_TIME: usize = 1_000;

/// What a run over an inbox has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunSummary {
    /// How many deliveries are done.
    pub done: u64,
    /// How many attempts failed, or lost their row.
    pub failed: u64,
}

impl<R: Router> Endpoint<R> {
    /// Starts the workers of the inbox, if there is a runtime, once.
    pub(in super::super) fn start_workers(&self) {
        let Some(Mode::Inbox(inboxed)) = &self.inner.mode else {
            return;
        };
        if inboxed.workers == 0 || inboxed.are_workers_started.load(Ordering::Relaxed) {
            return;
        }
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        if inboxed.are_workers_started.swap(true, Ordering::AcqRel) {
            return;
        }
        let weak = Arc::downgrade(&self.inner);
        let closing = self.inner.running.closing();
        // They end with the endpoint; nobody waits for them but `shutdown`, by the handlers that it counts.
        drop(runtime.spawn(dispatch(weak.clone(), closing, inboxed.workers)));
        drop(runtime.spawn(keep_leases(weak.clone(), inboxed.terms.lease / 3)));
        drop(runtime.spawn(prune(weak)));
    }

    /// Handles what is due in the inbox, this many deliveries at a time, until nothing is: for a process that is started
    /// for that alone, by a timer say, while the one that is called by the provider has no [workers of its
    /// own](crate::EndpointBuilder::workers).
    ///
    /// What fails is tried again when it is due, by a later run. With the feature `tokio`, within its runtime.
    ///
    /// # Errors
    /// If there is no inbox, or it fails.
    pub async fn run_until_idle(&self, at_a_time: usize) -> Result<RunSummary, BoxError> {
        let Some(Mode::Inbox(inboxed)) = &self.inner.mode else {
            return Err("this endpoint has no inbox: build it with `.inbox(…)`".into());
        };
        let at_a_time = at_a_time.max(1);
        let mut worked = RunSummary::default();
        let mut tasks = JoinSet::new();
        let leases = tokio::spawn(keep_leases(
            Arc::downgrade(&self.inner),
            inboxed.terms.lease / 3,
        ));
        let mut is_empty = false;
        let result = loop {
            if self.inner.running.is_closed() {
                break Ok(());
            }
            if !is_empty && tasks.len() < at_a_time {
                match inboxed.lease(at_a_time - tasks.len()).await {
                    Ok(taken) if taken.is_empty() => is_empty = true,
                    Ok(taken) => {
                        for one in taken {
                            tasks.spawn(InFlight::new(self).work(one));
                        }
                        continue;
                    }
                    Err(error) => break Err(error),
                }
            }
            match tasks.join_next().await {
                Some(is_done) => {
                    worked.count(is_done.unwrap_or(false));
                    // What was behind it in order may be due now.
                    is_empty = false;
                }
                None if is_empty => break Ok(()),
                None => {}
            }
        };
        while let Some(is_done) = tasks.join_next().await {
            worked.count(is_done.unwrap_or(false));
        }
        leases.abort();
        result.map(|()| worked)
    }
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

impl Inboxed {
    async fn lease(&self, limit: usize) -> Result<Vec<Leased>, BoxError> {
        let asked = self.inbox.lease(&self.terms.name, limit, self.terms.lease);
        ask(asked, self.terms.timeout).await
    }

    pub(super) fn tokens(&self) -> MutexGuard<'_, HashSet<LeaseToken>> {
        // Nothing in here panics half-way.
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handler that is counted as one at work, from before its delivery is taken.
struct InFlight<R: Router>(Endpoint<R>);

impl<R: Router> InFlight<R> {
    fn new(endpoint: &Endpoint<R>) -> Self {
        endpoint.inner.running.add_one();
        Self(endpoint.clone())
    }

    async fn work(self, taken: Leased) -> bool {
        let Some(Mode::Inbox(inboxed)) = &self.0.inner.mode else {
            return false;
        };
        self.0.attempt(inboxed, taken).await
    }
}

impl<R: Router> Drop for InFlight<R> {
    fn drop(&mut self) {
        self.0.inner.running.take_one();
    }
}

/// The endpoint of a worker, as long as it is there and takes deliveries.
fn alive<R: Router>(weak: &Weak<Inner<R>>) -> Option<Endpoint<R>> {
    let endpoint = Endpoint {
        inner: weak.upgrade()?,
    };
    (!endpoint.inner.running.is_closed()).then_some(endpoint)
}

/// Takes deliveries that are due, as many as there are places for.
async fn dispatch<R: Router>(weak: Weak<Inner<R>>, closing: Arc<Notify>, workers: usize) {
    let places = Arc::new(Semaphore::new(workers.min(Semaphore::MAX_PERMITS)));
    loop {
        let Ok(permit) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        // From here on the closing is not missed.
        let mut closed = pin!(closing.notified());
        closed.as_mut().enable();
        let Some(endpoint) = alive(&weak) else {
            return;
        };
        let Some(Mode::Inbox(inboxed)) = &endpoint.inner.mode else {
            return;
        };
        let inbox = Arc::clone(&inboxed.inbox);
        let name = inboxed.terms.name.clone();
        // Counted as one at work, so that a shutdown waits for what is being taken.
        let taking = InFlight::new(&endpoint);
        let limit = 1 + places.available_permits();
        let mut news = match inboxed.lease(limit).await {
            Ok(taken) => {
                let are_all = taken.len() < limit;
                let mut permit = Some(permit);
                for one in taken {
                    let permit = permit
                        .take()
                        .or_else(|| Arc::clone(&places).try_acquire_owned().ok());
                    let place = InFlight::new(&endpoint);
                    drop(tokio::spawn(async move {
                        place.work(one).await;
                        drop(permit);
                    }));
                }
                are_all.then(|| inbox.wait(&name, LONGEST_SLEEP))
            }
            Err(error) => {
                trace::inbox_failed(inboxed.terms.provider, "take", &error);
                Some(Box::pin(async {
                    pause(PAUSE_AFTER_FAILURE).await;
                }) as _)
            }
        };
        drop(taking);
        // Asleep, it does not keep the endpoint.
        drop(endpoint);
        if let Some(news) = &mut news {
            poll_fn(|cx| match closed.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => news.as_mut().poll(cx),
            })
            .await;
        }
    }
}

/// Renews the leases of all handlers at work.
async fn keep_leases<R: Router>(weak: Weak<Inner<R>>, every: Duration) {
    while pause(every).await {
        // Also while it is closing: what runs is to end.
        let Some(inner) = weak.upgrade() else {
            return;
        };
        let Some(Mode::Inbox(inboxed)) = &inner.mode else {
            return;
        };
        let tokens: Vec<LeaseToken> = inboxed.tokens().iter().copied().collect();
        if tokens.is_empty() {
            continue;
        }
        let terms = &inboxed.terms;
        match ask(inboxed.inbox.renew(&tokens, terms.lease), terms.timeout).await {
            Ok(lost) => {
                for token in lost {
                    // Not again, the next time. Its handler runs on; what it says does not count.
                    if inboxed.tokens().remove(&token) {
                        trace::lease_lost(terms.provider, token.row_id);
                    }
                }
            }
            Err(error) => trace::inbox_failed(terms.provider, "renew", &error),
        }
    }
}

/// Throws away what is done long ago.
async fn prune<R: Router>(weak: Weak<Inner<R>>) {
    while pause(PRUNE_EVERY).await {
        let Some(endpoint) = alive(&weak) else {
            return;
        };
        let Some(Mode::Inbox(inboxed)) = &endpoint.inner.mode else {
            return;
        };
        loop {
            match inboxed.inbox.prune(PRUNE_AT_A_TIME).await {
                Ok(PRUNE_AT_A_TIME..) => {}
                Ok(_) => break,
                Err(error) => {
                    trace::inbox_failed(inboxed.terms.provider, "prune", &error);
                    break;
                }
            }
        }
    }
}
