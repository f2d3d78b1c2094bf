//! What has come of it all: figures, and what must not be.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use webhook_runtime::inbox::{Row, State};

use crate::database::{Database, Found};
use crate::deliveries::{Deliveries, Kind};
use crate::killer::Killed;
use crate::sender::Sender;
use crate::settings::Settings;

/// How many problems of a kind are told.
const TOLD: usize = 5;

/// What a run leaves.
pub(crate) struct Run<'r> {
    pub(crate) database: &'r Database,
    pub(crate) settings: &'r Settings,
    pub(crate) deliveries: &'r Deliveries,
    pub(crate) sender: &'r Sender,
    pub(crate) killed: Killed,
    /// How often a process heard that its row was somebody else's by now.
    pub(crate) lost_leases: usize,
    pub(crate) sent: Duration,
    pub(crate) drained: Duration,
    pub(crate) found: Found,
}

pub(crate) struct Verdict {
    figures: Vec<(&'static str, String)>,
    title: String,
    problems: Vec<(&'static str, Vec<String>)>,
}

impl Verdict {
    pub(crate) fn of(run: &Run<'_>) -> Self {
        Self {
            title: format!(
                "crash test with {} {}, {} build, {} processors, CRASH_SEED={}",
                run.database.name(),
                run.found.version,
                if cfg!(debug_assertions) {
                    "debug"
                } else {
                    "release"
                },
                std::thread::available_parallelism().map_or(0, usize::from),
                run.settings.seed,
            ),
            figures: run.figures(),
            problems: run.problems(),
        }
    }

    pub(crate) fn is_good(&self) -> bool {
        self.problems.iter().all(|(_, of)| of.is_empty())
    }

    pub(crate) fn problems(&self) -> String {
        let mut text = String::new();
        for (what, of) in self.problems.iter().filter(|(_, of)| !of.is_empty()) {
            text += &format!("{what}: {}\n", of.len());
            for one in of.iter().take(TOLD) {
                text += &format!("  {one}\n");
            }
        }
        text
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{}", self.title)?;
        for (name, figure) in &self.figures {
            writeln!(f, "  {name:<58} {figure:>10}")?;
        }
        Ok(())
    }
}

impl Run<'_> {
    fn figures(&self) -> Vec<(&'static str, String)> {
        let Self { found, killed, .. } = self;
        let of = |counter: &AtomicU64| counter.load(Ordering::SeqCst).to_string();
        let figures = &self.sender.figures;
        let count = |kind| self.deliveries.count(kind).to_string();
        let keys: HashSet<_> = self
            .deliveries
            .all
            .iter()
            .filter_map(|one| one.key.as_ref())
            .collect();
        let in_state = |state| found.rows.iter().filter(|row| row.state == state).count();
        let attempts: i64 = found.rows.iter().map(|row| i64::from(row.attempts)).sum();
        let accepted = figures.accepted.load(Ordering::SeqCst);
        let loose: HashSet<_> = found.loose.iter().map(|(id, _)| id).collect();
        let seconds = self.sent + self.drained;
        vec![
            ("processes", self.database.workers().len().to_string()),
            ("senders", self.settings.senders.to_string()),
            ("deliveries", self.deliveries.all.len().to_string()),
            ("  with an effect in the transaction", count(Kind::Exact)),
            ("  the same, in order by a key", count(Kind::Ordered)),
            ("  with an effect elsewhere", count(Kind::Loose)),
            ("  poisoned", count(Kind::Poisoned)),
            (
                "  sent in two copies at the same time",
                self.deliveries.twins().to_string(),
            ),
            (
                "  sent again at another time",
                self.deliveries.again().to_string(),
            ),
            ("keys", keys.len().to_string()),
            ("processes killed", killed.kills.to_string()),
            (
                "  of these, the one that takes deliveries",
                killed.of_the_server.to_string(),
            ),
            (
                "processes frozen for longer than a lease",
                killed.freezes.to_string(),
            ),
            (self.database.strike_name(), killed.strikes.to_string()),
            ("requests", of(&figures.requests)),
            ("  answered with 200", of(&figures.ok)),
            ("  answered with 503", of(&figures.unavailable)),
            ("  answered with 408", of(&figures.timeout)),
            ("  connection refused or broken", of(&figures.broken)),
            ("  without an answer for 10 s", of(&figures.unanswered)),
            ("deliveries accepted", accepted.to_string()),
            ("rows", found.rows.len().to_string()),
            ("  done", in_state(State::Done).to_string()),
            ("  dead letters", in_state(State::Dead).to_string()),
            ("attempts", attempts.to_string()),
            ("  that failed", found.failures.to_string()),
            (
                "  whose process died or lost its row",
                self.taken_over().to_string(),
            ),
            (
                "times that a live process heard that it had lost a row",
                self.lost_leases.to_string(),
            ),
            ("effects in transactions", found.effects.len().to_string()),
            ("effects elsewhere", found.loose.len().to_string()),
            ("  of so many deliveries", loose.len().to_string()),
            (
                "seconds until all were accepted",
                format!("{:.1}", self.sent.as_secs_f64()),
            ),
            (
                "seconds from then until all were handled",
                format!("{:.1}", self.drained.as_secs_f64()),
            ),
            (
                "deliveries a second",
                format!("{:.0}", accepted as f64 / seconds.as_secs_f64()),
            ),
        ]
    }

    /// Attempts of which nobody has said how they ended.
    fn taken_over(&self) -> i64 {
        let rows = &self.found.rows;
        let attempts: i64 = rows.iter().map(|row| i64::from(row.attempts)).sum();
        let done = rows.iter().filter(|row| row.state == State::Done).count();
        attempts - self.found.failures - i64::try_from(done).unwrap()
    }

    fn problems(&self) -> Vec<(&'static str, Vec<String>)> {
        let rows = self.rows();
        let mut problems = vec![
            (
                "the test itself: it did not do what it was to do",
                self.was_not_tested(),
            ),
            (
                "deliveries that were never acknowledged",
                self.not_accepted(),
            ),
            ("acknowledged, and not in the inbox", self.lost(&rows)),
            (
                "in the inbox more than once, or never sent",
                self.strange_rows(),
            ),
            ("dead letters that are not poisoned", self.wrongly_dead()),
            ("neither done nor dead", self.unfinished()),
            ("in another order than they came", self.disordered_rows()),
        ];
        problems.extend(self.wrong_effects(&rows));
        problems
    }

    fn rows(&self) -> HashMap<&str, &Row> {
        let rows = self.found.rows.iter();
        rows.map(|row| (row.delivery_id.as_str(), row)).collect()
    }

    fn was_not_tested(&self) -> Vec<String> {
        let mut missing = Vec::new();
        let mut want = |is_there: bool, what: &str| {
            if !is_there {
                missing.push(what.to_owned());
            }
        };
        want(
            self.killed.kills >= self.settings.kills,
            "too few processes were killed",
        );
        want(
            self.killed.strikes == self.database.strikes(),
            "the database was not struck",
        );
        want(self.taken_over() > 0, "no attempt was cut off");
        want(self.found.failures > 0, "no attempt failed");
        let figures = &self.sender.figures;
        want(
            figures.broken.load(Ordering::SeqCst) > 0,
            "no request met a dead process",
        );
        missing
    }

    fn not_accepted(&self) -> Vec<String> {
        let all = self.deliveries.all.iter().zip(self.sender.known());
        all.filter(|(_, known)| known.times.load(Ordering::SeqCst) == 0)
            .map(|(delivery, _)| delivery.id.clone())
            .collect()
    }

    fn lost(&self, rows: &HashMap<&str, &Row>) -> Vec<String> {
        let all = self.deliveries.all.iter().zip(self.sender.known());
        all.filter(|(delivery, known)| {
            known.times.load(Ordering::SeqCst) > 0 && !rows.contains_key(delivery.id.as_str())
        })
        .map(|(delivery, _)| delivery.id.clone())
        .collect()
    }

    fn strange_rows(&self) -> Vec<String> {
        let mut unseen: HashSet<_> = self
            .deliveries
            .all
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        let rows = self.found.rows.iter();
        rows.filter(|row| !unseen.remove(row.delivery_id.as_str()))
            .map(said)
            .collect()
    }

    fn wrongly_dead(&self) -> Vec<String> {
        let rows = self.found.rows.iter();
        rows.filter(|row| row.state == State::Dead && row.event_type != Kind::Poisoned.event_type())
            .map(said)
            .collect()
    }

    fn unfinished(&self) -> Vec<String> {
        let rows = self.found.rows.iter();
        rows.filter(|row| !matches!(row.state, State::Done | State::Dead))
            .map(said)
            .collect()
    }

    /// Of two deliveries, one was acknowledged before the other was sent, and stands behind it.
    fn disordered_rows(&self) -> Vec<String> {
        let known: HashMap<_, _> = {
            let all = self.deliveries.all.iter().zip(self.sender.known());
            all.map(|(delivery, known)| (delivery.id.as_str(), known))
                .collect()
        };
        let mut disordered = Vec::new();
        // For each key: when the first of those was acknowledged that stand behind.
        let mut acknowledged: HashMap<&str, u64> = HashMap::new();
        for row in self.found.rows.iter().rev() {
            let (Some(key), Some(known)) = (&row.ordering_key, known.get(row.delivery_id.as_str()))
            else {
                continue;
            };
            let behind = acknowledged.entry(key).or_insert(u64::MAX);
            if *behind < known.first_sent.load(Ordering::SeqCst) {
                disordered.push(said(row));
            }
            *behind = (*behind).min(known.acknowledged.load(Ordering::SeqCst));
        }
        disordered
    }

    fn wrong_effects(&self, rows: &HashMap<&str, &Row>) -> [(&'static str, Vec<String>); 6] {
        let mut effects: HashMap<&str, Vec<_>> = HashMap::new();
        for effect in &self.found.effects {
            let of = effects.entry(&effect.delivery_id).or_default();
            of.push((effect.number, effect.place));
        }
        let mut loose: HashMap<&str, Vec<i64>> = HashMap::new();
        for (id, number) in &self.found.loose {
            loose.entry(id).or_default().push(*number);
        }
        let (mut none, mut twice, mut foreign) = (Vec::new(), Vec::new(), Vec::new());
        let (mut by_poison, mut not_dead) = (Vec::new(), Vec::new());
        let mut in_order: HashMap<&str, Vec<(i64, i64, &str)>> = HashMap::new();
        for (number, delivery) in self.deliveries.all.iter().enumerate() {
            let Some(row) = rows.get(delivery.id.as_str()) else {
                // It is lost, which is told elsewhere.
                continue;
            };
            let number = i64::try_from(number).unwrap();
            let id = delivery.id.as_str();
            let of = effects.remove(id).unwrap_or_default();
            let loose_of = loose.remove(id).unwrap_or_default();
            if of.iter().any(|(of, _)| *of != number) || loose_of.iter().any(|of| *of != number) {
                foreign.push(said(row));
            }
            match delivery.kind {
                Kind::Exact | Kind::Ordered => match of.as_slice() {
                    [] => none.push(said(row)),
                    [(_, place)] => {
                        if let (Some(key), Some(place)) = (&row.ordering_key, place) {
                            in_order.entry(key).or_default().push((row.id, *place, id));
                        }
                    }
                    _ => twice.push(format!("{} has {} effects", said(row), of.len())),
                },
                Kind::Loose if loose_of.is_empty() => none.push(said(row)),
                Kind::Loose => {}
                Kind::Poisoned => {
                    if !of.is_empty() {
                        by_poison.push(said(row));
                    }
                    if row.state != State::Dead {
                        not_dead.push(said(row));
                    }
                }
            }
        }
        foreign.extend(
            effects
                .into_keys()
                .chain(loose.into_keys())
                .map(ToOwned::to_owned),
        );
        [
            ("accepted, and without an effect", none),
            ("with more than one effect in the transaction", twice),
            (
                "effects of what was never sent, or of something else",
                foreign,
            ),
            ("effects of what is poisoned", by_poison),
            ("poisoned, and no dead letter", not_dead),
            (
                "handled in another order than they came",
                disordered(in_order),
            ),
        ]
    }
}

/// By key: rows, and how many effects each has seen of those before it.
fn disordered(in_order: HashMap<&str, Vec<(i64, i64, &str)>>) -> Vec<String> {
    let mut disordered = Vec::new();
    for (key, mut of) in in_order {
        of.sort_unstable();
        for (expected, (row, place, id)) in (0..).zip(of) {
            if place != expected {
                disordered.push(format!(
                    "{id} (row {row}), number {expected} of {key}, was handled as number {place}"
                ));
            }
        }
    }
    disordered
}

fn said(row: &Row) -> String {
    format!(
        "{} (row {}, {}, {}, {} attempts, {})",
        row.delivery_id,
        row.id,
        row.event_type,
        row.state.as_str(),
        row.attempts,
        row.last_error.as_deref().unwrap_or("no error"),
    )
}
