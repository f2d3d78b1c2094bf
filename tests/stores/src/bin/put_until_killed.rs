//! Puts deliveries into an inbox, many at a time, and says the id of each that is acknowledged: to be killed meanwhile.
//! It takes some of them, too, and finishes a few.

#![allow(clippy::print_stdout, reason = "it says what it has done")]

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
    let path = args.next().ok_or("the path of the inbox is missing")?;
    let run = args.next().ok_or("the name of the run is missing")?;
    let inbox = SqliteInbox::open(path)?;
    let next = Arc::new(AtomicU64::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..SENDERS {
        let (inbox, run, next) = (inbox.clone(), run.clone(), Arc::clone(&next));
        tasks.spawn(async move {
            loop {
                let id = format!("{run}-{}", next.fetch_add(1, Ordering::Relaxed));
                inbox.enqueue(&delivery(&id)).await?;
                println!("put {id}");
            }
        });
    }
    tasks.spawn(async move {
        loop {
            for taken in inbox.lease("app", 4, Duration::from_secs(600)).await? {
                if taken.token.row_id % 2 == 0 {
                    let keep = Duration::from_secs(600);
                    inbox
                        .complete(taken.token, &Disposition::Done { keep }, None)
                        .await?;
                    println!("done {}", taken.delivery.delivery_id);
                }
            }
        }
    });
    tasks.join_next().await.ok_or("no task")??
}
