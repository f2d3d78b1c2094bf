//! Enqueues deliveries concurrently and prints the id of each acknowledged one, until it is killed. Also leases rows and
//! completes some of them.
//!
//! Usage: `enqueue_until_killed PATH RUN`. Prints `enqueued ID` and `done ID`.

#![allow(clippy::print_stdout, reason = "output of the program")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use webhook_runtime::inbox::{Disposition, Inbox as _};
use webhook_runtime::{BoxError, sqlite::SqliteInbox};
use webhook_stores::delivery;

const SENDERS: usize = 32;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("missing argument: path of the inbox")?;
    let run = args.next().ok_or("missing argument: name of the run")?;
    let inbox = SqliteInbox::open(path)?;
    let next = Arc::new(AtomicU64::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..SENDERS {
        let (inbox, run, next) = (inbox.clone(), run.clone(), Arc::clone(&next));
        tasks.spawn(async move {
            loop {
                let id = format!("{run}-{}", next.fetch_add(1, Ordering::Relaxed));
                inbox.enqueue(&delivery(&id)).await?;
                println!("enqueued {id}");
            }
        });
    }
    tasks.spawn(async move {
        loop {
            for leased in inbox.lease("app", 4, Duration::from_secs(600)).await? {
                if leased.token.row_id % 2 == 0 {
                    let keep = Duration::from_secs(600);
                    inbox
                        .complete(leased.token, &Disposition::Done { keep }, None)
                        .await?;
                    println!("done {}", leased.delivery.delivery_id);
                }
            }
        }
    });
    tasks.join_next().await.ok_or("no task")??
}
