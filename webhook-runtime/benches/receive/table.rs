//! The table: each of our ways beside what it is compared with, and what the project wants of it.

use std::fmt;

use crate::rounds::Medians;

/// What is compared.
enum Row {
    /// One contestant alone.
    Alone(&'static str),
    /// How many times as long the first takes as the second.
    Ratio(&'static str, &'static str, Goal),
    /// How much longer the first takes than the second, in nanoseconds.
    More(&'static str, &'static str, Goal),
}

#[derive(Clone, Copy)]
enum Goal {
    None,
    AtMost(f64),
    /// For bodies of up to 64 KB.
    AtLeast(f64),
}

const ROWS: &[Row] = {
    use self::Goal::{AtLeast, AtMost, None};
    use self::Row::{Alone, More, Ratio};
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
        More("handle", "request_in_pieces", None),
        More("tower", "request_in_pieces", AtMost(120.0)),
        More("idempotent", "plain", AtMost(150.0)),
        More("events_150", "events_20", AtMost(30.0)),
        More("events_1000", "events_20", AtMost(30.0)),
    ]
};

/// Whether a contestant runs: all do unless a word is given, and then those of the rows that have the word in a name.
pub(crate) fn is_needed(contestant: &str, word: Option<&str>) -> bool {
    let Some(word) = word else {
        return true;
    };
    ROWS.iter()
        .map(Row::names)
        .any(|names| names.contains(&contestant) && names.iter().any(|name| name.contains(word)))
}

/// The medians of each size of delivery, with its name.
pub(crate) struct Table(pub(crate) Vec<(&'static str, Medians)>);

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
                .map(|(_, medians)| row.cell(medians))
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

/// What was measured, and the times that it comes from.
struct Cell {
    measured: Option<Measured>,
    times: Vec<f64>,
}

enum Measured {
    Ratio(f64),
    More(f64),
}

impl Row {
    const fn goal(&self) -> Goal {
        match *self {
            Self::Alone(_) => Goal::None,
            Self::Ratio(_, _, goal) | Self::More(_, _, goal) => goal,
        }
    }

    fn names(&self) -> Vec<&'static str> {
        match *self {
            Self::Alone(name) => vec![name],
            Self::Ratio(one, other, _) | Self::More(one, other, _) => vec![one, other],
        }
    }

    fn cell(&self, medians: &Medians) -> Option<Cell> {
        let measured = match *self {
            Self::Alone(_) => None,
            Self::Ratio(over, under, _) => Some(Measured::Ratio(medians.ratio(over, under)?)),
            Self::More(more, less, _) => Some(Measured::More(medians.more(more, less)?)),
        };
        let times: Option<Vec<f64>> = self.names().iter().map(|name| medians.ns(name)).collect();
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
            Self::More(more, less, _) => write!(f, "`{more}` − `{less}`")?,
        }
        match (self, self.goal()) {
            (_, Goal::None) => write!(f, " |"),
            (Self::More(..), Goal::AtMost(most)) => write!(f, " | ≤ +{most} ns"),
            (_, Goal::AtMost(most)) => write!(f, " | ≤ {most:.2}"),
            (_, Goal::AtLeast(least)) => write!(f, " | ≥ {least:.1} to 64 KB"),
        }
    }
}

impl Cell {
    fn write(&self, f: &mut fmt::Formatter<'_>, goal: Goal, size: &str) -> fmt::Result {
        let (text, value) = match self.measured {
            Some(Measured::Ratio(ratio)) => (format!("{ratio:.2}"), ratio),
            Some(Measured::More(more)) => (format!("{more:+.0} ns"), more),
            None => (String::new(), f64::NAN),
        };
        let is_missed = match goal {
            Goal::None => false,
            Goal::AtMost(most) => value > most,
            Goal::AtLeast(least) => value < least && size != "1 MiB",
        };
        match is_missed {
            true => write!(f, " **{text}**")?,
            false => write!(f, " {text}")?,
        }
        let times: Vec<_> = self.times.iter().map(|ns| in_unit(*ns)).collect();
        match self.measured {
            Some(_) => write!(f, " ({}) |", times.join(" / ")),
            None => write!(f, "{} |", times.join(" / ")),
        }
    }
}

fn in_unit(ns: f64) -> String {
    if ns < 10_000.0 {
        format!("{ns:.0} ns")
    } else if ns < 100_000.0 {
        format!("{:.1} µs", ns / 1_000.0)
    } else {
        format!("{:.0} µs", ns / 1_000.0)
    }
}
