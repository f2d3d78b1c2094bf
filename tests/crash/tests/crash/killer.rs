//! The faults of a run: kills, freezes and faults of the database.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::database::Database;
use crate::nodes::Nodes;
use crate::report;
use crate::sender::Sender;
use crate::settings::Settings;

/// Longer than a lease: other workers take over the rows of a frozen process, which then continues to handle them.
pub(crate) const FREEZE_DURATION: Duration = Duration::from_secs(3);

enum Fault {
    Kill { node: usize, downtime: Duration },
    Freeze { node: usize },
    Database,
}

pub(crate) struct Killer {
    /// Faults, each with the number of acknowledged deliveries after which it happens.
    faults: Vec<(usize, Fault)>,
    /// Average number of deliveries between two faults.
    interval: usize,
}

/// Number of faults that have happened.
#[derive(Default)]
pub(crate) struct Killed {
    pub(crate) kills: usize,
    /// Kills of the process that receives deliveries.
    pub(crate) receiver_kills: usize,
    pub(crate) freezes: usize,
    pub(crate) database_faults: usize,
}

impl Killer {
    pub(crate) fn plan(
        settings: &Settings,
        nodes: usize,
        database: &Database,
        rng: &mut fastrand::Rng,
    ) -> Self {
        let mut faults: Vec<_> = (0..settings.kills)
            .map(|number| Fault::Kill {
                // Every third kill hits the process that receives deliveries.
                node: match number % 3 {
                    0 => 0,
                    _ => rng.usize(1.min(nodes - 1)..nodes),
                },
                downtime: Duration::from_millis(rng.u64(..400)),
            })
            .collect();
        let freezes = (settings.kills / 5).max(3);
        faults.extend((0..freezes).map(|_| Fault::Freeze {
            node: rng.usize(..nodes),
        }));
        rng.shuffle(&mut faults);
        let database_faults = database.faults();
        for number in 1..=database_faults {
            let index = faults.len() * number / (database_faults + 1);
            faults.insert(index, Fault::Database);
        }
        // Distributes the faults over the whole run, except for its end.
        let interval = (settings.deliveries * 97 / 100 / faults.len()).max(1);
        let faults = faults.into_iter().enumerate();
        let faults =
            faults.map(|(number, fault)| (number * interval + rng.usize(..interval), fault));
        Self {
            faults: faults.collect(),
            interval,
        }
    }

    pub(crate) async fn run(
        self,
        nodes: &mut Nodes,
        database: &Database,
        sender: &Sender,
        sending: &JoinHandle<()>,
    ) -> Killed {
        let accepted = &sender.figures.accepted;
        let mut killed = Killed::default();
        let mut reported = Instant::now();
        for (at, fault) in self.faults {
            // Lets some deliveries, but not all of them, arrive during the fault.
            sender.set_limit(at + self.interval);
            while accepted.load(Ordering::SeqCst) < at {
                if sending.is_finished() {
                    // The sender has failed; the caller reports its error.
                    return killed;
                }
                nodes.assert_alive();
                if reported.elapsed() > Duration::from_secs(5) {
                    reported = Instant::now();
                    let accepted = accepted.load(Ordering::SeqCst);
                    report(&format_args!(
                        "{accepted} deliveries acknowledged, {} processes killed",
                        killed.kills
                    ));
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            match fault {
                Fault::Kill { node, downtime } => {
                    nodes.kill(node, downtime).await;
                    killed.kills += 1;
                    killed.receiver_kills += usize::from(node == 0);
                }
                Fault::Freeze { node } => {
                    nodes.freeze(node, FREEZE_DURATION).await;
                    killed.freezes += 1;
                }
                Fault::Database => {
                    database.cause_fault().await;
                    killed.database_faults += 1;
                }
            }
        }
        sender.set_limit(usize::MAX);
        killed
    }
}
