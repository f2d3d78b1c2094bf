//! A source of secrets that a test changes, counts, holds back and breaks.

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
    asked: Mutex<Vec<String>>,
    /// How many are asking now.
    asking: AtomicUsize,
    mood: Mutex<Mood>,
}

#[derive(Clone, Default)]
pub(crate) enum Mood {
    #[default]
    Well,
    Fails,
    Panics,
    Hangs,
    /// Answers one question for each permit.
    Waits(Arc<Semaphore>),
}

impl Table {
    /// Each tenant with one secret.
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

    pub(crate) fn feels(&self, mood: Mood) {
        *self.0.mood.lock().unwrap() = mood;
    }

    /// From now on, answers one question for each permit.
    pub(crate) fn waits(&self) -> Arc<Semaphore> {
        let permits = Arc::new(Semaphore::new(0));
        self.feels(Mood::Waits(Arc::clone(&permits)));
        permits
    }

    /// Whom it has been asked for since this was asked last.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.asked.lock().unwrap())
    }

    pub(crate) fn asking(&self) -> usize {
        self.0.asking.load(Ordering::SeqCst)
    }
}

struct Asking<'t>(&'t AtomicUsize);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl SecretSource for Table {
    async fn secrets(&self, tenant: &Tenant) -> Result<Vec<Secret>, BoxError> {
        self.0.asking.fetch_add(1, Ordering::SeqCst);
        let _asking = Asking(&self.0.asking);
        let name = tenant.as_str();
        self.0.asked.lock().unwrap().push(name.to_owned());
        let found = self.0.secrets.lock().unwrap().get(name).cloned();
        let mood = self.0.mood.lock().unwrap().clone();
        match mood {
            Mood::Well => {}
            Mood::Fails => return Err("the table is locked".into()),
            Mood::Panics => panic!("on purpose"),
            Mood::Hangs => std::future::pending().await,
            Mood::Waits(permits) => permits.acquire().await?.forget(),
        }
        Ok(found.unwrap_or_default())
    }
}
