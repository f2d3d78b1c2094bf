//! Real processes that are killed while deliveries arrive. With PostgreSQL, which crashes once itself, one process receives
//! deliveries and several handle them; with SQLite, one process does both. The test expects that every acknowledged
//! delivery has its effect, that effects in the transaction of the row happen exactly once, and that only poisoned
//! deliveries become dead letters.
//!
//! `CRASH_DELIVERIES`, `CRASH_KILLS` and `CRASH_SENDERS` set the size of the test. `CRASH_SEED` reproduces the deliveries, the
//! kills, and the number of deliveries before each kill, but not the scheduling of the processes.

// Processes are suspended by signals.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

use std::fmt::Display;
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::database::{Database, Inspector};
use crate::deliveries::Deliveries;
use crate::killer::Killer;
use crate::nodes::Nodes;
use crate::sender::Sender;
use crate::settings::Settings;
use crate::verdict::{Run, Verdict};

mod cluster;
mod database;
mod deliveries;
mod killer;
mod nodes;
mod sender;
mod settings;
mod verdict;

/// Runs one test at a time, so that each has the machine to itself.
static EXCLUSIVE: Mutex<()> = Mutex::const_new(());

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_handles_every_acknowledged_delivery_exactly_once() {
    let _guard = EXCLUSIVE.lock().await;
    if let Some(database) = Database::postgres().await {
        run(database).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_handles_every_acknowledged_delivery_exactly_once() {
    let _guard = EXCLUSIVE.lock().await;
    run(Database::sqlite()).await;
}

async fn run(database: Database) {
    let settings = Settings::from_env();
    report(&format_args!(
        "crash test with {}: CRASH_SEED={}",
        database.name(),
        settings.seed
    ));
    let limit = settings.time_limit();
    let Ok(()) = tokio::time::timeout(limit, run_with(&settings, database)).await else {
        panic!("the test has not ended after {limit:?}");
    };
}

async fn run_with(settings: &Settings, database: Database) {
    let mut rng = fastrand::Rng::with_seed(settings.seed);
    let deliveries = Arc::new(Deliveries::plan(settings, &mut rng));
    let mut nodes = Nodes::start(&database, settings.seed).await;
    let begun = Instant::now();
    let sender = Arc::new(Sender::new(nodes.port(), Arc::clone(&deliveries)));
    let sending = tokio::spawn(Arc::clone(&sender).send_all(settings.senders));
    let killer = Killer::plan(settings, nodes.len(), &database, &mut rng);
    let killed = killer.run(&mut nodes, &database, &sender, &sending).await;
    if let Err(error) = sending.await {
        panic!("the sender failed: {error}\n{}", nodes.log_tails());
    }
    let sent = begun.elapsed();
    let inspector = database.inspector().await;
    wait_until_handled(&inspector, &mut nodes).await;
    let drained = begun.elapsed() - sent;
    let lost_leases = nodes.count_in_logs("lease lost");
    nodes.end().await;
    let verdict = Verdict::new(&Run {
        database: &database,
        settings,
        deliveries: &deliveries,
        sender: &sender,
        killed,
        lost_leases,
        sent,
        drained,
        found: inspector.collect().await,
    });
    report(&verdict);
    assert!(
        verdict.is_ok(),
        "\n{}\nlast log lines of the processes:\n{}",
        verdict.problems(),
        nodes.log_tails()
    );
}

/// Waits until no row is pending or running.
async fn wait_until_handled(inspector: &Inspector, nodes: &mut Nodes) {
    let mut reported = Instant::now();
    loop {
        nodes.assert_alive();
        let unfinished = inspector.count_unfinished().await;
        if unfinished == 0 {
            return;
        }
        if reported.elapsed() > Duration::from_secs(5) {
            reported = Instant::now();
            report(&format_args!("{unfinished} deliveries are not handled yet"));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Prints a message directly, because the test harness captures `eprintln!`.
fn report(message: &dyn Display) {
    let _ = std::io::stderr().write_all(format!("{message}\n").as_bytes());
}
