//! Graceful shutdown: waits for the running handlers of all endpoints.

use std::pin::Pin;
use std::time::{Duration, Instant};

use webhook_runtime::{Endpoint, Router, ShutdownReport};

/// Maximum time for running handlers. Orchestrators kill a process some 30 seconds after SIGTERM.
const TIMEOUT: Duration = Duration::from_secs(25);

type Drain = Pin<Box<dyn Future<Output = ShutdownReport> + Send>>;

/// The endpoints to shut down before the process ends.
#[derive(Default)]
pub(crate) struct Drains(Vec<Drain>);

impl Drains {
    pub(crate) fn add<R: Router>(&mut self, endpoint: Endpoint<R>) {
        let drain = async move { endpoint.shutdown_within(TIMEOUT).await };
        self.0.push(Box::pin(drain));
    }

    /// Waits for all of them, and returns a message with the time that it took.
    pub(crate) async fn finish(self) -> String {
        let started = Instant::now();
        let tasks: Vec<_> = self.0.into_iter().map(tokio::spawn).collect();
        let (mut handlers, mut remaining) = (0, 0);
        for task in tasks {
            if let Ok(report) = task.await {
                handlers += report.completed + report.remaining;
                remaining += report.remaining;
            }
        }
        let elapsed = started.elapsed();
        format!("stopped: waited {elapsed:?} for {handlers} handlers; {remaining} are cut off")
    }
}
