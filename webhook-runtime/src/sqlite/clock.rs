//! Times as the file stores them: milliseconds since the Unix epoch.
//!
//! The process that owns a file counts time from the moment at which it opened the file, by a clock that does not jump.
//! The file stores wall clock times, each with the delay that it was set with, so that the next process notices if its
//! clock is behind.

use std::time::{Duration, Instant, SystemTime};

/// Upper bound of all durations, in milliseconds.
const CENTURY: i64 = 100 * 365 * 24 * 60 * 60 * 1_000;

/// Returns the wall clock time of the machine.
pub(super) fn wall_clock() -> i64 {
    from_system_time(SystemTime::now())
}

pub(super) fn from_system_time(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
    }
}

pub(super) fn to_system_time(millis: i64) -> SystemTime {
    let since = Duration::from_millis(millis.unsigned_abs());
    let time = match millis {
        0.. => SystemTime::UNIX_EPOCH.checked_add(since),
        _ => SystemTime::UNIX_EPOCH.checked_sub(since),
    };
    time.unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Converts a duration to milliseconds, rounded up so that a lease never ends early.
pub(super) fn millis(duration: Duration) -> i64 {
    let millis = duration.as_nanos().div_ceil(1_000_000);
    i64::try_from(millis).unwrap_or(CENTURY).min(CENTURY)
}

/// Clock of one process: the wall clock at its start plus the elapsed time. It does not jump when the wall clock does.
#[derive(Clone, Copy, Debug)]
pub(super) struct MonotonicClock {
    wall_clock_at_start: i64,
    start: Instant,
}

impl MonotonicClock {
    pub(super) fn start() -> Self {
        Self {
            wall_clock_at_start: wall_clock(),
            start: Instant::now(),
        }
    }

    pub(super) fn now(&self) -> i64 {
        let elapsed = i64::try_from(self.start.elapsed().as_millis()).unwrap_or(CENTURY);
        self.wall_clock_at_start.saturating_add(elapsed)
    }
}
