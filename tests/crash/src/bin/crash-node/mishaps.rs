//! What goes wrong in handlers by itself, without anybody who kills.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use webhook_runtime::BoxError;

use crate::LEASE;

/// Handlers ask it whether they are slow, fail or panic this time.
#[derive(Clone)]
pub(crate) struct Mishaps(Arc<Mutex<fastrand::Rng>>);

impl Mishaps {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))))
    }

    /// Before a handler has done anything: some are slow, few far slower than their lease, and some fail.
    pub(crate) async fn before(&self) -> Result<(), BoxError> {
        let pause = match self.draw(1_000) {
            0..5 => LEASE * 2,
            5..300 => Duration::from_millis(1 + self.draw(8)),
            300..330 => return Err("a mishap before anything was done".into()),
            _ => return Ok(()),
        };
        tokio::time::sleep(pause).await;
        Ok(())
    }

    /// When it has done everything: some fail, and some panic.
    pub(crate) fn after(&self) -> Result<(), BoxError> {
        match self.draw(1_000) {
            0..20 => Err("a mishap after everything was done".into()),
            20..30 => panic!("a mishap after everything was done"),
            _ => Ok(()),
        }
    }

    fn draw(&self, below: u64) -> u64 {
        // Nothing in here panics half-way.
        let mut rng = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rng.u64(..below)
    }
}
