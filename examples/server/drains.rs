//! The handlers that are waited for before the process ends.

use std::pin::Pin;
use std::time::{Duration, Instant};

use webhook_runtime::{Endpoint, Router, ShutdownReport};

/// How long handlers may still take; operators kill a process some 30 seconds after SIGTERM.
const PATIENCE: Duration = Duration::from_secs(25);

type Drain = Pin<Box<dyn Future<Output = ShutdownReport> + Send>>;

/// The endpoints whose handlers are waited for before the process ends.
#[derive(Default)]
pub(crate) struct Drains(Vec<Drain>);

impl Drains {
    pub(crate) fn add<R: Router>(&mut self, endpoint: Endpoint<R>) {
        let drain = async move { endpoint.shutdown_within(PATIENCE).await };
        self.0.push(Box::pin(drain));
    }

    /// Waits for all of them, and says how long it took.
    pub(crate) async fn finish(self) -> String {
        let started = Instant::now();
        let tasks: Vec<_> = self.0.into_iter().map(tokio::spawn).collect();
        let (mut waited_for, mut left) = (0, 0);
        for task in tasks {
            if let Ok(drained) = task.await {
                waited_for += drained.completed + drained.remaining;
                left += drained.remaining;
            }
        }
        let took = started.elapsed();
        format!("stopped: waited {took:?} for {waited_for} handlers; {left} are cut off")
    }
}
