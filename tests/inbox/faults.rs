//! An inbox whose failures a test controls.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use webhook_runtime::BoxError;
use webhook_runtime::inbox::{
    Backlog, Completion, Disposition, Effects, Enqueued, Filter, Inbox, LeaseToken, Leased, Row,
    RowDetails, StateSummary, StoredDelivery,
};
use webhook_runtime::testing::MemoryInbox;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Enqueue,
    Backlog,
    Lease,
    Renew,
    Complete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Fails,
    Panics,
    /// Executes the call, and reports a failure.
    FailsAfter,
    /// Executes the call, and never answers.
    HangsAfter,
}

/// A [`MemoryInbox`] with faults. Clones share both.
#[derive(Clone, Default)]
pub(crate) struct FaultyInbox {
    pub(crate) memory: MemoryInbox,
    fault: Arc<Mutex<Vec<(Call, Fault)>>>,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl FaultyInbox {
    /// The next calls of this kind have this fault.
    pub(crate) fn next(&self, call: Call, fault: Fault, count: usize) {
        let all = std::iter::repeat_n((call, fault), count);
        self.fault.lock().unwrap().extend(all);
    }

    pub(crate) fn count(&self, call: Call) -> usize {
        let calls = self.calls.lock().unwrap();
        calls.iter().filter(|other| **other == call).count()
    }

    async fn call<T>(
        &self,
        call: Call,
        done: impl Future<Output = Result<T, BoxError>>,
    ) -> Result<T, BoxError> {
        self.calls.lock().unwrap().push(call);
        let fault = {
            let mut faults = self.fault.lock().unwrap();
            let found = faults.iter().position(|(of, _)| *of == call);
            found.map(|at| faults.remove(at).1)
        };
        match fault {
            None => done.await,
            Some(Fault::Fails) => Err("the database is unavailable".into()),
            Some(Fault::Panics) => panic!("the inbox panics"),
            Some(Fault::FailsAfter) => {
                done.await?;
                Err("the answer is lost".into())
            }
            Some(Fault::HangsAfter) => {
                done.await?;
                std::future::pending().await
            }
        }
    }
}

#[async_trait]
impl Inbox for FaultyInbox {
    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<Enqueued, BoxError> {
        self.call(Call::Enqueue, self.memory.enqueue(delivery))
            .await
    }

    async fn backlog(&self, endpoint: &str) -> Result<Backlog, BoxError> {
        self.call(Call::Backlog, self.memory.backlog(endpoint))
            .await
    }

    async fn lease(
        &self,
        endpoint: &str,
        limit: usize,
        lease: Duration,
    ) -> Result<Vec<Leased>, BoxError> {
        let done = self.memory.lease(endpoint, limit, lease);
        self.call(Call::Lease, done).await
    }

    async fn wait(&self, endpoint: &str, timeout: Duration) {
        self.memory.wait(endpoint, timeout).await;
    }

    async fn renew(
        &self,
        tokens: &[LeaseToken],
        lease: Duration,
    ) -> Result<Vec<LeaseToken>, BoxError> {
        let done = self.memory.renew(tokens, lease);
        self.call(Call::Renew, done).await
    }

    async fn complete(
        &self,
        token: LeaseToken,
        end: &Disposition,
        effects: Option<Box<dyn Effects>>,
    ) -> Result<Completion, BoxError> {
        let done = self.memory.complete(token, end, effects);
        self.call(Call::Complete, done).await
    }

    async fn prune(&self, limit: usize) -> Result<usize, BoxError> {
        self.memory.prune(limit).await
    }

    async fn list(
        &self,
        filter: &Filter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Row>, BoxError> {
        self.memory.list(filter, after, limit).await
    }

    async fn count(&self, filter: &Filter) -> Result<u64, BoxError> {
        self.memory.count(filter).await
    }

    async fn summary(&self) -> Result<Vec<StateSummary>, BoxError> {
        self.memory.summary().await
    }

    async fn inspect(&self, row: i64) -> Result<Option<RowDetails>, BoxError> {
        self.memory.inspect(row).await
    }

    async fn replay(&self, filter: &Filter, limit: usize) -> Result<usize, BoxError> {
        self.memory.replay(filter, limit).await
    }
}
