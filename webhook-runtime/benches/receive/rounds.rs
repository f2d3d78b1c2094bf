//! Timing in turns: on a shared machine only contestants that ran beside each other can be compared.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long a turn lasts, so that the clock's own cost does not show.
const TURN: Duration = Duration::from_micros(100);

/// One way of doing the job.
pub(crate) struct Contestant {
    name: &'static str,
    turn: Box<dyn FnMut(u32) -> Duration>,
}

impl Contestant {
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

    /// One that consumes its input, which is made outside of the timing.
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

    /// How long the job takes, so many times over.
    pub(crate) fn turn(&mut self, times: u32) -> Duration {
        (self.turn)(times)
    }

    /// How many times the job fits into a turn. What else the machine did meanwhile, and what is done once, is not to
    /// be taken for the job: the shortest of several turns counts.
    fn fitting(&mut self) -> u32 {
        let mut times = 1;
        while times < 1 << 16 && (0..5).any(|_| self.turn(times) < TURN) {
            times *= 2;
        }
        times
    }
}

/// Nanoseconds a job, of each contestant in each round.
pub(crate) struct Medians(Vec<(&'static str, Vec<f64>)>);

/// Lets each contestant have its turn in each round; every second round goes backwards.
pub(crate) fn run(mut contestants: Vec<Contestant>, rounds: usize) -> Medians {
    let mut medians = Medians(contestants.iter().map(|c| (c.name, Vec::new())).collect());
    let times: Vec<u32> = contestants.iter_mut().map(Contestant::fitting).collect();
    for round in 0..rounds {
        let mut turns: Vec<_> = contestants
            .iter_mut()
            .zip(&times)
            .zip(&mut medians.0)
            .collect();
        if round % 2 == 1 {
            turns.reverse();
        }
        for ((contestant, times), (_, took)) in turns {
            took.push(contestant.turn(*times).as_secs_f64() * 1e9 / f64::from(*times));
        }
    }
    medians
}

impl Medians {
    pub(crate) fn ns(&self, name: &str) -> Option<f64> {
        Some(median(self.of(name)?.iter().copied()))
    }

    /// The median of the ratios round by round, which drift of the machine does not touch.
    pub(crate) fn ratio(&self, over: &str, under: &str) -> Option<f64> {
        let rounds = self.of(over)?.iter().zip(self.of(under)?);
        Some(median(rounds.map(|(over, under)| over / under)))
    }

    /// The median of how much longer one takes than the other, round by round.
    pub(crate) fn more(&self, more: &str, less: &str) -> Option<f64> {
        let rounds = self.of(more)?.iter().zip(self.of(less)?);
        Some(median(rounds.map(|(more, less)| more - less)))
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
