//! A secret source whose contents and failures a test controls, and which counts its calls.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::Semaphore;
use webhook_runtime::{BoxError, Secret, SecretSource, Tenant, async_trait};

#[derive(Clone, Default)]
pub(crate) struct Table(Arc<Inner>);

#[derive(Default)]
struct Inner {
    secrets: Mutex<HashMap<String, Vec<Secret>>>,
    calls: Mutex<Vec<String>>,
    /// Number of calls in progress.
    calls_in_progress: AtomicUsize,
    behavior: Mutex<Behavior>,
}

#[derive(Clone, Default)]
pub(crate) enum Behavior {
    #[default]
    Answers,
    Fails,
    Panics,
    Hangs,
    /// Answers one call for each permit.
    Waits(Arc<Semaphore>),
}

impl Table {
    /// Tenants with one secret each.
    pub(crate) fn of(tenants: &[(&str, &str)]) -> Self {
        let table = Self::default();
        for (tenant, secret) in tenants {
            table.set(tenant, &[secret]);
        }
        table
    }

    pub(crate) fn set(&self, tenant: &str, secrets: &[&str]) {
        let secrets = secrets.iter().map(|secret| Secret::new(*secret)).collect();
        let mut all = self.0.secrets.lock().unwrap();
        all.insert(tenant.to_owned(), secrets);
    }

    pub(crate) fn remove(&self, tenant: &str) {
        self.0.secrets.lock().unwrap().remove(tenant);
    }

    pub(crate) fn set_behavior(&self, behavior: Behavior) {
        *self.0.behavior.lock().unwrap() = behavior;
    }

    /// From now on, answers one call for each permit.
    pub(crate) fn waits(&self) -> Arc<Semaphore> {
        let permits = Arc::new(Semaphore::new(0));
        self.set_behavior(Behavior::Waits(Arc::clone(&permits)));
        permits
    }

    /// Returns the tenants of the calls since the last call of this function.
    pub(crate) fn take_calls(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.calls.lock().unwrap())
    }

    pub(crate) fn calls_in_progress(&self) -> usize {
        self.0.calls_in_progress.load(Ordering::SeqCst)
    }
}

struct CallGuard<'t>(&'t AtomicUsize);

impl Drop for CallGuard<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl SecretSource for Table {
    async fn secrets(&self, tenant: &Tenant) -> Result<Vec<Secret>, BoxError> {
        self.0.calls_in_progress.fetch_add(1, Ordering::SeqCst);
        let _guard = CallGuard(&self.0.calls_in_progress);
        let name = tenant.as_str();
        self.0.calls.lock().unwrap().push(name.to_owned());
        let found = self.0.secrets.lock().unwrap().get(name).cloned();
        let behavior = self.0.behavior.lock().unwrap().clone();
        match behavior {
            Behavior::Answers => {}
            Behavior::Fails => return Err("the table is locked".into()),
            Behavior::Panics => panic!("on purpose"),
            Behavior::Hangs => std::future::pending().await,
            Behavior::Waits(permits) => permits.acquire().await?.forget(),
        }
        Ok(found.unwrap_or_default())
    }
}
