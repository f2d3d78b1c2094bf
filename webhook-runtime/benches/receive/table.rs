//! The table: each entry point with its comparison and its goal.

use std::fmt;

use crate::rounds::Samples;

/// Row of the table.
enum Row {
    /// Time of one candidate.
    Alone(&'static str),
    /// Time of the first candidate, divided by the time of the second.
    Ratio(&'static str, &'static str, Goal),
    /// Time of the first candidate, minus the time of the second, in nanoseconds.
    Difference(&'static str, &'static str, Goal),
}

#[derive(Clone, Copy)]
enum Goal {
    None,
    AtMost(f64),
    /// Goal for bodies up to 64 KB.
    AtLeast(f64),
}

const ROWS: &[Row] = {
    use self::Goal::{AtLeast, AtMost, None};
    use self::Row::{Alone, Difference, Ratio};
    &[
        Alone("limit"),
        Ratio("verify", "limit", None),
        Ratio("verify", "limit_steps", AtMost(1.05)),
        Ratio("unhandled", "verify", AtMost(1.10)),
        Ratio("unhandled", "by_hand_unhandled", None),
        Ratio("handle_bytes_borrowed", "by_hand_best", AtMost(1.05)),
        Ratio("handle_bytes", "by_hand_plain", AtMost(1.05)),
        Ratio("by_hand_usual", "handle_bytes", None),
        Ratio(
            "standardwebhooks_value",
            "handle_bytes_borrowed",
            AtLeast(4.5),
        ),
        Ratio("standardwebhooks_value", "by_hand_best", None),
        Ratio("standardwebhooks_value", "handle_bytes", AtLeast(3.5)),
        Ratio("standardwebhooks_value", "by_hand_plain", None),
        Ratio("handle_bytes_borrowed", "without_prefix_borrowed", None),
        Ratio("handle_bytes", "without_prefix", None),
        Ratio("handle_bytes_shipped", "handle_bytes", None),
        Difference("handle", "request_in_pieces", None),
        Difference("tower", "request_in_pieces", AtMost(120.0)),
        Difference("idempotent", "plain", AtMost(150.0)),
        Difference("events_150", "events_20", AtMost(30.0)),
        Difference("events_1000", "events_20", AtMost(30.0)),
    ]
};

/// Whether a candidate runs. With a filter, candidates run if they are in a row with a name that contains the filter.
/// Without one, all run.
pub(crate) fn is_needed(candidate: &str, filter: Option<&str>) -> bool {
    let Some(filter) = filter else {
        return true;
    };
    ROWS.iter()
        .map(Row::names)
        .any(|names| names.contains(&candidate) && names.iter().any(|name| name.contains(filter)))
}

/// Name and samples of each size of delivery.
pub(crate) struct Table(pub(crate) Vec<(&'static str, Samples)>);

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| what | goal |")?;
        for (size, _) in &self.0 {
            write!(f, " {size} |")?;
        }
        write!(f, "\n| --- | --- |")?;
        for _ in &self.0 {
            write!(f, " ---: |")?;
        }
        writeln!(f)?;
        for row in ROWS {
            let cells: Vec<_> = self
                .0
                .iter()
                .map(|(_, samples)| row.cell(samples))
                .collect();
            if cells.iter().all(Option::is_none) {
                continue;
            }
            write!(f, "| {row} |")?;
            for ((size, _), cell) in self.0.iter().zip(cells) {
                match cell {
                    Some(cell) => cell.write(f, row.goal(), size)?,
                    None => write!(f, " |")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Result of a row at one size, and the times of its candidates in nanoseconds.
struct Cell {
    measured: Option<Measured>,
    times: Vec<f64>,
}

enum Measured {
    Ratio(f64),
    Difference(f64),
}

impl Row {
    const fn goal(&self) -> Goal {
        match *self {
            Self::Alone(_) => Goal::None,
            Self::Ratio(_, _, goal) | Self::Difference(_, _, goal) => goal,
        }
    }

    fn names(&self) -> Vec<&'static str> {
        match *self {
            Self::Alone(name) => vec![name],
            Self::Ratio(one, other, _) | Self::Difference(one, other, _) => vec![one, other],
        }
    }

    fn cell(&self, samples: &Samples) -> Option<Cell> {
        let measured = match *self {
            Self::Alone(_) => None,
            Self::Ratio(over, under, _) => Some(Measured::Ratio(samples.ratio(over, under)?)),
            Self::Difference(slower, faster, _) => {
                Some(Measured::Difference(samples.difference(slower, faster)?))
            }
        };
        let times: Option<Vec<f64>> = self.names().iter().map(|name| samples.ns(name)).collect();
        Some(Cell {
            measured,
            times: times?,
        })
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alone(name) => write!(f, "`{name}`")?,
            Self::Ratio(over, under, _) => write!(f, "`{over}` / `{under}`")?,
            Self::Difference(slower, faster, _) => write!(f, "`{slower}` − `{faster}`")?,
        }
        match (self, self.goal()) {
            (_, Goal::None) => write!(f, " |"),
            (Self::Difference(..), Goal::AtMost(bound)) => write!(f, " | ≤ +{bound} ns"),
            (_, Goal::AtMost(bound)) => write!(f, " | ≤ {bound:.2}"),
            (_, Goal::AtLeast(bound)) => write!(f, " | ≥ {bound:.1} to 64 KB"),
        }
    }
}

impl Cell {
    fn write(&self, f: &mut fmt::Formatter<'_>, goal: Goal, size: &str) -> fmt::Result {
        let (text, value) = match self.measured {
            Some(Measured::Ratio(ratio)) => (format!("{ratio:.2}"), ratio),
            Some(Measured::Difference(ns)) => (format!("{ns:+.0} ns"), ns),
            None => (String::new(), f64::NAN),
        };
        let is_missed = match goal {
            Goal::None => false,
            Goal::AtMost(bound) => value > bound,
            Goal::AtLeast(bound) => value < bound && size != "1 MiB",
        };
        match is_missed {
            true => write!(f, " **{text}**")?,
            false => write!(f, " {text}")?,
        }
        let times: Vec<_> = self.times.iter().map(|ns| format_ns(*ns)).collect();
        match self.measured {
            Some(_) => write!(f, " ({}) |", times.join(" / ")),
            None => write!(f, "{} |", times.join(" / ")),
        }
    }
}

fn format_ns(ns: f64) -> String {
    if ns < 10_000.0 {
        format!("{ns:.0} ns")
    } else if ns < 100_000.0 {
        format!("{:.1} µs", ns / 1_000.0)
    } else {
        format!("{:.0} µs", ns / 1_000.0)
    }
}
