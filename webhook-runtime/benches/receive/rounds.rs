//! Measurement in turns: on a shared machine, only candidates that ran at nearly the same time can be compared.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Minimum time of a turn; the cost of reading the clock is negligible then.
const TURN: Duration = Duration::from_micros(100);

/// One implementation of the job.
pub(crate) struct Candidate {
    name: &'static str,
    turn: Box<dyn FnMut(u32) -> Duration>,
}

impl Candidate {
    pub(crate) fn new<T>(name: &'static str, mut job: impl FnMut() -> T + 'static) -> Self {
        let turn = move |times| {
            let start = Instant::now();
            for _ in 0..times {
                black_box(job());
            }
            start.elapsed()
        };
        Self {
            name,
            turn: Box::new(turn),
        }
    }

    /// Creates a candidate that consumes its input. The inputs are made before the clock starts.
    pub(crate) fn consuming<I, T>(
        name: &'static str,
        mut make: impl FnMut() -> I + 'static,
        mut job: impl FnMut(I) -> T + 'static,
    ) -> Self {
        let turn = move |times| {
            let inputs: Vec<I> = (0..times).map(|_| make()).collect();
            let start = Instant::now();
            for input in inputs {
                black_box(job(input));
            }
            start.elapsed()
        };
        Self {
            name,
            turn: Box::new(turn),
        }
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the time for this number of repetitions.
    pub(crate) fn turn(&mut self, times: u32) -> Duration {
        (self.turn)(times)
    }

    /// Number of repetitions in a turn. The shortest of several turns counts, because interruptions and initialization
    /// make a turn longer.
    fn repetitions(&mut self) -> u32 {
        let mut times = 1;
        while times < 1 << 16 && (0..5).any(|_| self.turn(times) < TURN) {
            times *= 2;
        }
        times
    }
}

/// Nanoseconds of the job, for each candidate and round.
pub(crate) struct Samples(Vec<(&'static str, Vec<f64>)>);

/// Runs each candidate once in each round, in reverse order in every second round.
pub(crate) fn run(mut candidates: Vec<Candidate>, rounds: usize) -> Samples {
    let mut samples = Samples(candidates.iter().map(|c| (c.name, Vec::new())).collect());
    let times: Vec<u32> = candidates.iter_mut().map(Candidate::repetitions).collect();
    for round in 0..rounds {
        let mut turns: Vec<_> = candidates
            .iter_mut()
            .zip(&times)
            .zip(&mut samples.0)
            .collect();
        if round % 2 == 1 {
            turns.reverse();
        }
        for ((candidate, times), (_, took)) in turns {
            took.push(candidate.turn(*times).as_secs_f64() * 1e9 / f64::from(*times));
        }
    }
    samples
}

impl Samples {
    /// Median time in nanoseconds.
    pub(crate) fn ns(&self, name: &str) -> Option<f64> {
        Some(median(self.of(name)?.iter().copied()))
    }

    /// Median of the ratios of all rounds, which does not depend on slow changes of the machine's speed.
    pub(crate) fn ratio(&self, over: &str, under: &str) -> Option<f64> {
        let rounds = self.of(over)?.iter().zip(self.of(under)?);
        Some(median(rounds.map(|(over, under)| over / under)))
    }

    /// Median of the differences of all rounds, in nanoseconds.
    pub(crate) fn difference(&self, slower: &str, faster: &str) -> Option<f64> {
        let rounds = self.of(slower)?.iter().zip(self.of(faster)?);
        Some(median(rounds.map(|(slower, faster)| slower - faster)))
    }

    fn of(&self, name: &str) -> Option<&[f64]> {
        let (_, took) = self.0.iter().find(|(other, _)| *other == name)?;
        Some(took)
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
