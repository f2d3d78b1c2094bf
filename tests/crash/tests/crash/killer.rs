//! Who is killed, and when.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::database::Database;
use crate::nodes::Nodes;
use crate::sender::Sender;
use crate::settings::Settings;
use crate::tell;

/// Longer than a lease lasts: what the process has is taken over, and it goes on with it.
pub(crate) const FROZEN: Duration = Duration::from_secs(3);

enum Blow {
    Kill { node: usize, pause: Duration },
    Freeze { node: usize },
    StrikeDatabase,
}

pub(crate) struct Killer {
    /// What is to happen, each after so many deliveries were accepted.
    blows: Vec<(usize, Blow)>,
    /// How many deliveries lie between two of them, on average.
    each: usize,
}

/// What has happened.
#[derive(Default)]
pub(crate) struct Killed {
    pub(crate) kills: usize,
    /// Of these, those of the process that takes deliveries.
    pub(crate) of_the_server: usize,
    pub(crate) freezes: usize,
    pub(crate) strikes: usize,
}

impl Killer {
    pub(crate) fn plan(
        settings: &Settings,
        nodes: usize,
        database: &Database,
        rng: &mut fastrand::Rng,
    ) -> Self {
        let mut blows: Vec<_> = (0..settings.kills)
            .map(|number| Blow::Kill {
                // The one that takes deliveries is every third.
                node: match number % 3 {
                    0 => 0,
                    _ => rng.usize(1.min(nodes - 1)..nodes),
                },
                pause: Duration::from_millis(rng.u64(..400)),
            })
            .collect();
        let freezes = (settings.kills / 5).max(3);
        blows.extend((0..freezes).map(|_| Blow::Freeze {
            node: rng.usize(..nodes),
        }));
        rng.shuffle(&mut blows);
        let strikes = database.strikes();
        for number in 1..=strikes {
            let place = blows.len() * number / (strikes + 1);
            blows.insert(place, Blow::StrikeDatabase);
        }
        // Over the whole run, but for its very end.
        let each = (settings.deliveries * 97 / 100 / blows.len()).max(1);
        let blows = blows.into_iter().enumerate();
        let blows = blows.map(|(number, blow)| (number * each + rng.usize(..each), blow));
        Self {
            blows: blows.collect(),
            each,
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
        let mut told = Instant::now();
        for (at, blow) in self.blows {
            // Some come while it happens, but not all that there are.
            sender.go_on_until(at + self.each);
            while accepted.load(Ordering::SeqCst) < at {
                if sending.is_finished() {
                    // It has failed, which is told by whoever waits for it.
                    return killed;
                }
                nodes.assert_alive();
                if told.elapsed() > Duration::from_secs(5) {
                    told = Instant::now();
                    let accepted = accepted.load(Ordering::SeqCst);
                    tell(&format_args!(
                        "{accepted} deliveries are accepted, {} processes were killed",
                        killed.kills
                    ));
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            match blow {
                Blow::Kill { node, pause } => {
                    nodes.kill(node, pause).await;
                    killed.kills += 1;
                    killed.of_the_server += usize::from(node == 0);
                }
                Blow::Freeze { node } => {
                    nodes.freeze(node, FROZEN).await;
                    killed.freezes += 1;
                }
                Blow::StrikeDatabase => {
                    database.strike().await;
                    killed.strikes += 1;
                }
            }
        }
        sender.go_on_until(usize::MAX);
        killed
    }
}
