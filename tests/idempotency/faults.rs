//! A store whose failures a test controls.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;
use webhook_runtime::{
    BoxError, EndpointBuilder, MemoryStore,
    store::{ClaimResult, DeliveryKey, FencingToken, LeaseStatus, Store},
};

use crate::app::App;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Claim,
    Renew,
    Complete,
    Release,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Fails,
    Panics,
    /// Executes the call, and does not answer until the test lets it.
    HangsAfter,
    /// Executes the call, and reports a failure.
    FailsAfter,
}

/// A [`MemoryStore`] with faults. Clones share both.
#[derive(Clone)]
pub(crate) struct FaultyStore {
    pub(crate) memory: MemoryStore,
    inner: Arc<Inner>,
}

struct Inner {
    fault: Mutex<Vec<(Call, Fault)>>,
    calls: Mutex<Vec<Call>>,
    answers: Semaphore,
}

impl Default for FaultyStore {
    fn default() -> Self {
        Self {
            memory: MemoryStore::default(),
            inner: Arc::new(Inner {
                fault: Mutex::default(),
                calls: Mutex::default(),
                answers: Semaphore::new(0),
            }),
        }
    }
}

impl FaultyStore {
    /// Adds a fault for the next call of this kind. Faults of several calls of `next` occur one after another.
    pub(crate) fn next(&self, call: Call, fault: Fault) {
        self.inner.fault.lock().unwrap().push((call, fault));
    }

    /// Lets one hanging call answer.
    pub(crate) fn answer(&self) {
        self.inner.answers.add_permits(1);
    }

    pub(crate) fn count(&self, call: Call) -> usize {
        let calls = self.inner.calls.lock().unwrap();
        calls.iter().filter(|other| **other == call).count()
    }

    async fn call<T>(
        &self,
        call: Call,
        done: impl Future<Output = Result<T, BoxError>>,
    ) -> Result<T, BoxError> {
        self.inner.calls.lock().unwrap().push(call);
        let fault = {
            let mut faults = self.inner.fault.lock().unwrap();
            let found = faults.iter().position(|(of, _)| *of == call);
            found.map(|at| faults.remove(at).1)
        };
        match fault {
            None => done.await,
            Some(Fault::Fails) => Err("the store is unavailable".into()),
            Some(Fault::Panics) => panic!("the store panics"),
            Some(Fault::FailsAfter) => {
                done.await?;
                Err("the answer is lost".into())
            }
            Some(Fault::HangsAfter) => {
                let answer = done.await;
                self.inner.answers.acquire().await?.forget();
                answer
            }
        }
    }
}

#[async_trait]
impl Store for FaultyStore {
    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> Result<ClaimResult, BoxError> {
        self.call(Call::Claim, self.memory.claim(key, lease)).await
    }

    async fn renew(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        lease: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        let done = self.memory.renew(key, fence, lease);
        self.call(Call::Renew, done).await
    }

    async fn complete(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        keep: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        let done = self.memory.complete(key, fence, keep);
        self.call(Call::Complete, done).await
    }

    async fn release(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
    ) -> Result<LeaseStatus, BoxError> {
        let done = self.memory.release(key, fence);
        self.call(Call::Release, done).await
    }
}

/// Sets a store timeout that a test can wait for.
pub(crate) fn impatient(builder: EndpointBuilder<App>) -> EndpointBuilder<App> {
    builder.store_timeout(Duration::from_millis(50))
}
