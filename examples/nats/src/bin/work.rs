//! Handles the webhooks in NATS.
//!
//! Environment: `OPENAI_WEBHOOK_SECRET`, `NATS_URL` and `NATS_STREAM` as for the receiver; `ACK_WAIT_MS` (default 30000);
//! `WORK_MS` (default 0), the duration of a handler. Prints `ready`. Ctrl-C and SIGTERM shut it down after the running
//! handlers.
#![allow(clippy::print_stdout, reason = "output of the program")]

use std::time::Duration;

use webhook_nats::{App, JetStream, Stop, Worker, endpoint, log, variable};
use webhook_runtime::BoxError;

/// Time limit of running handlers at shutdown. Operators kill a process some 30 seconds after SIGTERM.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(25);

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    log();
    let milliseconds = |name: &str, default: &str| {
        let number = variable(name, default).parse();
        number.map(Duration::from_millis)
    };
    let mut app = App::default();
    app.work = milliseconds("WORK_MS", "0")?;
    let endpoint = endpoint(app)?.build()?;
    let queue = JetStream::connect(
        &variable("NATS_URL", "nats://127.0.0.1:4222"),
        &variable("NATS_STREAM", "webhooks"),
    )
    .await?;
    let stop = Stop::listen()?;
    println!("ready");
    let remaining = Worker::new(endpoint, queue)
        .ack_wait(milliseconds("ACK_WAIT_MS", "30000")?)
        .run(stop.requested(), SHUTDOWN_TIMEOUT)
        .await?;
    match remaining {
        0 => Ok(()),
        remaining => Err(format!(
            "{remaining} handlers were aborted; their messages will be redelivered"
        )
        .into()),
    }
}
