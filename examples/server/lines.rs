//! The server's output: whole lines on standard output, one write each.

use std::io::{self, Write as _};
use std::time::Duration;

use serde::Serialize;
use webhook_runtime::Event;

/// Writes lines to standard output.
#[derive(Clone, Copy)]
pub(crate) struct Lines {
    /// Simulated work of each handler before it prints.
    pub(crate) work: Duration,
}

/// A handled delivery.
#[derive(Serialize)]
struct Line<'a, T> {
    provider: &'static str,
    event_type: &'a str,
    delivery_id: &'a str,
    handler: &'static str,
    data: &'a T,
}

impl Lines {
    /// Prints a delivery. An error fails the delivery, so the sender redelivers it.
    pub(crate) async fn event<T: Serialize + Sync>(
        self,
        provider: &'static str,
        handler: &'static str,
        event: &Event<T>,
    ) -> io::Result<()> {
        tracing::info!(handler, "at work");
        if !self.work.is_zero() {
            tokio::time::sleep(self.work).await;
        }
        let line = serde_json::to_string(&Line {
            provider,
            event_type: event.event_type.as_str(),
            delivery_id: event.id.as_str(),
            handler,
            data: &event.data,
        })?;
        self.print(line)
    }

    /// Prints a line. The lock keeps lines whole; the flush makes each visible at once.
    pub(crate) fn print(self, mut line: String) -> io::Result<()> {
        line.push('\n');
        let mut stdout = io::stdout().lock();
        stdout.write_all(line.as_bytes())?;
        stdout.flush()
    }
}
