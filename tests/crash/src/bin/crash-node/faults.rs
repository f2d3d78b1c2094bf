//! Faults in handlers, in addition to kills.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use webhook_runtime::BoxError;

use crate::LEASE;

/// Random delays, errors and panics of handlers.
#[derive(Clone)]
pub(crate) struct Faults(Arc<Mutex<fastrand::Rng>>);

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))))
    }

    /// Called before an effect. Delays some handlers, a few for longer than their lease, and fails some.
    pub(crate) async fn before(&self) -> Result<(), BoxError> {
        let delay = match self.draw(1_000) {
            0..5 => LEASE * 2,
            5..300 => Duration::from_millis(1 + self.draw(8)),
            300..330 => return Err("injected error before the effect".into()),
            _ => return Ok(()),
        };
        tokio::time::sleep(delay).await;
        Ok(())
    }

    /// Called after an effect. Fails or panics in some handlers.
    pub(crate) fn after(&self) -> Result<(), BoxError> {
        match self.draw(1_000) {
            0..20 => Err("injected error after the effect".into()),
            20..30 => panic!("injected panic after the effect"),
            _ => Ok(()),
        }
    }

    fn draw(&self, below: u64) -> u64 {
        // No code panics while it holds the lock, so the state is consistent.
        let mut rng = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rng.u64(..below)
    }
}
