//! Real processes, which are killed while deliveries come: one that takes them and several that handle them with
//! PostgreSQL, which is crashed once itself, and one that does both with SQLite. What was acknowledged has its effect;
//! what is written in the transaction of the row, has it once; and only what is poisoned is a dead letter.
//!
//! `CRASH_DELIVERIES`, `CRASH_KILLS` and `CRASH_SENDERS` make it longer, `CRASH_SEED` makes it draw the same again: which
//! deliveries there are, who is killed, and after how many of them. What runs when, it does not decide.

// Processes are frozen by signals.
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

use crate::database::{Database, Look};
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

/// One at a time: they are to have the machine for themselves.
static ALONE: Mutex<()> = Mutex::const_new(());

#[tokio::test(flavor = "multi_thread")]
async fn with_postgresql_what_was_accepted_has_its_effect_once_whoever_dies() {
    let _alone = ALONE.lock().await;
    if let Some(database) = Database::postgres().await {
        run(database).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_sqlite_what_was_accepted_has_its_effect_once_whoever_dies() {
    let _alone = ALONE.lock().await;
    run(Database::sqlite()).await;
}

async fn run(database: Database) {
    let settings = Settings::from_env();
    tell(&format_args!(
        "crash test with {}: CRASH_SEED={}",
        database.name(),
        settings.seed
    ));
    let limit = settings.longest();
    let Ok(()) = tokio::time::timeout(limit, run_with(&settings, database)).await else {
        panic!("it has not ended after {limit:?}");
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
        panic!("the sender: {error}\n{}", nodes.last_words());
    }
    let sent = begun.elapsed();
    let look = database.look().await;
    until_handled(&look, &mut nodes).await;
    let drained = begun.elapsed() - sent;
    let lost_leases = nodes.said("lease lost");
    nodes.end().await;
    let verdict = Verdict::of(&Run {
        database: &database,
        settings,
        deliveries: &deliveries,
        sender: &sender,
        killed,
        lost_leases,
        sent,
        drained,
        found: look.find().await,
    });
    tell(&verdict);
    assert!(
        verdict.is_good(),
        "\n{}\nwhat the processes said last:\n{}",
        verdict.problems(),
        nodes.last_words()
    );
}

/// Waits until nothing waits and nothing runs.
async fn until_handled(look: &Look, nodes: &mut Nodes) {
    let mut told = Instant::now();
    loop {
        nodes.assert_alive();
        let open = look.open().await;
        if open == 0 {
            return;
        }
        if told.elapsed() > Duration::from_secs(5) {
            told = Instant::now();
            tell(&format_args!("{open} deliveries are still to be handled"));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Says something to whoever waits for the test, past the capture of the test harness.
fn tell(what: &dyn Display) {
    let _ = std::io::stderr().write_all(format!("{what}\n").as_bytes());
}
