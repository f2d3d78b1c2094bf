//! The result of a run: figures and violations.

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

/// Number of problems of a kind that are printed.
const MAX_PRINTED: usize = 5;

/// Data of a run.
pub(crate) struct Run<'r> {
    pub(crate) database: &'r Database,
    pub(crate) settings: &'r Settings,
    pub(crate) deliveries: &'r Deliveries,
    pub(crate) sender: &'r Sender,
    pub(crate) killed: Killed,
    /// Number of leases that running processes have lost.
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
    pub(crate) fn new(run: &Run<'_>) -> Self {
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

    pub(crate) fn is_ok(&self) -> bool {
        self.problems
            .iter()
            .all(|(_, problems)| problems.is_empty())
    }

    pub(crate) fn problems(&self) -> String {
        let mut text = String::new();
        for (kind, problems) in self
            .problems
            .iter()
            .filter(|(_, problems)| !problems.is_empty())
        {
            text += &format!("{kind}: {}\n", problems.len());
            for problem in problems.iter().take(MAX_PRINTED) {
                text += &format!("  {problem}\n");
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
        let external: HashSet<_> = found.external_effects.iter().map(|(id, _)| id).collect();
        let seconds = self.sent + self.drained;
        vec![
            ("processes", self.database.workers().len().to_string()),
            ("senders", self.settings.senders.to_string()),
            ("deliveries", self.deliveries.all.len().to_string()),
            ("  with an effect in the transaction", count(Kind::Exact)),
            (
                "  with an ordered effect in the transaction",
                count(Kind::Ordered),
            ),
            ("  with an external effect", count(Kind::External)),
            ("  poisoned", count(Kind::Poisoned)),
            (
                "  sent twice at the same time",
                self.deliveries.sent_concurrently().to_string(),
            ),
            (
                "  sent again later",
                self.deliveries.sent_again().to_string(),
            ),
            ("keys", keys.len().to_string()),
            ("processes killed", killed.kills.to_string()),
            (
                "  of these, the receiving process",
                killed.receiver_kills.to_string(),
            ),
            (
                "processes frozen for longer than a lease",
                killed.freezes.to_string(),
            ),
            (
                self.database.fault_name(),
                killed.database_faults.to_string(),
            ),
            ("requests", of(&figures.requests)),
            ("  answered with 200", of(&figures.ok)),
            ("  answered with 503", of(&figures.unavailable)),
            ("  answered with 408", of(&figures.timeout)),
            ("  connection failed", of(&figures.broken)),
            ("  without an answer for 10 s", of(&figures.unanswered)),
            ("deliveries acknowledged", accepted.to_string()),
            ("rows", found.rows.len().to_string()),
            ("  done", in_state(State::Done).to_string()),
            ("  dead letters", in_state(State::Dead).to_string()),
            ("attempts", attempts.to_string()),
            ("  that failed", found.failures.to_string()),
            (
                "  whose process crashed or lost its lease",
                self.lost_attempts().to_string(),
            ),
            (
                "leases that a running process has lost",
                self.lost_leases.to_string(),
            ),
            ("effects in transactions", found.effects.len().to_string()),
            ("external effects", found.external_effects.len().to_string()),
            (
                "  deliveries with an external effect",
                external.len().to_string(),
            ),
            (
                "seconds until all were acknowledged",
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

    /// Number of attempts without a recorded outcome.
    fn lost_attempts(&self) -> i64 {
        let rows = &self.found.rows;
        let attempts: i64 = rows.iter().map(|row| i64::from(row.attempts)).sum();
        let done = rows.iter().filter(|row| row.state == State::Done).count();
        attempts - self.found.failures - i64::try_from(done).unwrap()
    }

    fn problems(&self) -> Vec<(&'static str, Vec<String>)> {
        let rows = self.rows();
        let mut problems = vec![
            (
                "the test did not exercise what it should",
                self.missing_coverage(),
            ),
            (
                "deliveries that were never acknowledged",
                self.unacknowledged(),
            ),
            (
                "acknowledged deliveries that are not in the inbox",
                self.lost(&rows),
            ),
            (
                "rows that were stored twice or never sent",
                self.unexpected_rows(),
            ),
            ("dead letters that are not poisoned", self.wrongly_dead()),
            ("rows that are neither done nor dead", self.unfinished()),
            ("rows in the wrong order", self.misordered_rows()),
        ];
        problems.extend(self.wrong_effects(&rows));
        problems
    }

    fn rows(&self) -> HashMap<&str, &Row> {
        let rows = self.found.rows.iter();
        rows.map(|row| (row.delivery_id.as_str(), row)).collect()
    }

    fn missing_coverage(&self) -> Vec<String> {
        let mut missing = Vec::new();
        let mut require = |is_met: bool, problem: &str| {
            if !is_met {
                missing.push(problem.to_owned());
            }
        };
        require(
            self.killed.kills >= self.settings.kills,
            "too few processes were killed",
        );
        require(
            self.killed.database_faults == self.database.faults(),
            "too few faults of the database",
        );
        require(self.lost_attempts() > 0, "no attempt was aborted");
        require(self.found.failures > 0, "no attempt failed");
        let figures = &self.sender.figures;
        require(
            figures.broken.load(Ordering::SeqCst) > 0,
            "no request failed because of a killed process",
        );
        missing
    }

    fn unacknowledged(&self) -> Vec<String> {
        let all = self.deliveries.all.iter().zip(self.sender.records());
        all.filter(|(_, record)| record.acknowledgements.load(Ordering::SeqCst) == 0)
            .map(|(delivery, _)| delivery.id.clone())
            .collect()
    }

    fn lost(&self, rows: &HashMap<&str, &Row>) -> Vec<String> {
        let all = self.deliveries.all.iter().zip(self.sender.records());
        all.filter(|(delivery, record)| {
            record.acknowledgements.load(Ordering::SeqCst) > 0
                && !rows.contains_key(delivery.id.as_str())
        })
        .map(|(delivery, _)| delivery.id.clone())
        .collect()
    }

    fn unexpected_rows(&self) -> Vec<String> {
        let mut unseen: HashSet<_> = self
            .deliveries
            .all
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        let rows = self.found.rows.iter();
        rows.filter(|row| !unseen.remove(row.delivery_id.as_str()))
            .map(describe)
            .collect()
    }

    fn wrongly_dead(&self) -> Vec<String> {
        let rows = self.found.rows.iter();
        rows.filter(|row| row.state == State::Dead && row.event_type != Kind::Poisoned.event_type())
            .map(describe)
            .collect()
    }

    fn unfinished(&self) -> Vec<String> {
        let rows = self.found.rows.iter();
        rows.filter(|row| !matches!(row.state, State::Done | State::Dead))
            .map(describe)
            .collect()
    }

    /// Rows that precede a row of the same key whose delivery was acknowledged before theirs was first sent.
    fn misordered_rows(&self) -> Vec<String> {
        let records: HashMap<_, _> = {
            let all = self.deliveries.all.iter().zip(self.sender.records());
            all.map(|(delivery, record)| (delivery.id.as_str(), record))
                .collect()
        };
        let mut misordered = Vec::new();
        // Earliest acknowledgement of the later rows of each key.
        let mut acknowledged: HashMap<&str, u64> = HashMap::new();
        for row in self.found.rows.iter().rev() {
            let (Some(key), Some(record)) =
                (&row.ordering_key, records.get(row.delivery_id.as_str()))
            else {
                continue;
            };
            let earliest = acknowledged.entry(key).or_insert(u64::MAX);
            if *earliest < record.first_sent.load(Ordering::SeqCst) {
                misordered.push(describe(row));
            }
            *earliest = (*earliest).min(record.acknowledged.load(Ordering::SeqCst));
        }
        misordered
    }

    fn wrong_effects(&self, rows: &HashMap<&str, &Row>) -> [(&'static str, Vec<String>); 6] {
        let mut effects: HashMap<&str, Vec<_>> = HashMap::new();
        for effect in &self.found.effects {
            let effects = effects.entry(&effect.delivery_id).or_default();
            effects.push((effect.number, effect.position));
        }
        let mut external: HashMap<&str, Vec<i64>> = HashMap::new();
        for (id, number) in &self.found.external_effects {
            external.entry(id).or_default().push(*number);
        }
        let (mut missing, mut repeated, mut foreign) = (Vec::new(), Vec::new(), Vec::new());
        let (mut of_poisoned, mut not_dead) = (Vec::new(), Vec::new());
        let mut in_order: HashMap<&str, Vec<(i64, i64, &str)>> = HashMap::new();
        for (number, delivery) in self.deliveries.all.iter().enumerate() {
            let Some(row) = rows.get(delivery.id.as_str()) else {
                // Reported as a lost delivery.
                continue;
            };
            let number = i64::try_from(number).unwrap();
            let id = delivery.id.as_str();
            let exact = effects.remove(id).unwrap_or_default();
            let external = external.remove(id).unwrap_or_default();
            if exact.iter().any(|(other, _)| *other != number)
                || external.iter().any(|other| *other != number)
            {
                foreign.push(describe(row));
            }
            match delivery.kind {
                Kind::Exact | Kind::Ordered => match exact.as_slice() {
                    [] => missing.push(describe(row)),
                    [(_, position)] => {
                        if let (Some(key), Some(position)) = (&row.ordering_key, position) {
                            in_order
                                .entry(key)
                                .or_default()
                                .push((row.id, *position, id));
                        }
                    }
                    _ => repeated.push(format!("{} has {} effects", describe(row), exact.len())),
                },
                Kind::External if external.is_empty() => missing.push(describe(row)),
                Kind::External => {}
                Kind::Poisoned => {
                    if !exact.is_empty() {
                        of_poisoned.push(describe(row));
                    }
                    if row.state != State::Dead {
                        not_dead.push(describe(row));
                    }
                }
            }
        }
        foreign.extend(
            effects
                .into_keys()
                .chain(external.into_keys())
                .map(ToOwned::to_owned),
        );
        [
            ("acknowledged deliveries without an effect", missing),
            (
                "deliveries with more than one effect in the transaction",
                repeated,
            ),
            ("effects of unknown or wrong deliveries", foreign),
            ("effects of poisoned deliveries", of_poisoned),
            ("poisoned deliveries that are no dead letters", not_dead),
            (
                "deliveries handled in the wrong order",
                misordered(in_order),
            ),
        ]
    }
}

/// Compares, for each key, the order of the rows with the order of their effects.
fn misordered(in_order: HashMap<&str, Vec<(i64, i64, &str)>>) -> Vec<String> {
    let mut misordered = Vec::new();
    for (key, mut rows) in in_order {
        rows.sort_unstable();
        for (expected, (row, position, id)) in (0..).zip(rows) {
            if position != expected {
                misordered.push(format!(
                    "{id} (row {row}), number {expected} of {key}, was handled as number {position}"
                ));
            }
        }
    }
    misordered
}

fn describe(row: &Row) -> String {
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
