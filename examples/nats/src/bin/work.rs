//! Handles the webhooks that NATS holds.
//!
//! `OPENAI_WEBHOOK_SECRET`, as the receiver has it; `NATS_URL` and `NATS_STREAM`, too; `ACK_WAIT_MS` (30000); `WORK_MS`
//! (0), how long a handler takes. Its first line is `ready`. Ctrl-C and SIGTERM let running handlers end.
#![allow(clippy::print_stdout, reason = "what a program says")]

use std::time::Duration;

use webhook_nats::{App, JetStream, Stop, Worker, endpoint, log, variable};
use webhook_runtime::BoxError;

/// How long handlers may still take; operators kill a process some 30 seconds after SIGTERM.
const PATIENCE: Duration = Duration::from_secs(25);

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    log();
    let milliseconds = |name: &str, otherwise: &str| {
        let number = variable(name, otherwise).parse();
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
    let left = Worker::new(endpoint, queue)
        .ack_wait(milliseconds("ACK_WAIT_MS", "30000")?)
        .run(stop.requested(), PATIENCE)
        .await?;
    match left {
        0 => Ok(()),
        left => Err(format!("{left} handlers were cut off; their messages come again").into()),
    }
}
