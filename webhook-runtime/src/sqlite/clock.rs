//! Times as the file keeps them: milliseconds since the Unix epoch.

use std::time::{Duration, Instant, SystemTime};

/// A century: longer than anything waits.
const LONGEST: i64 = 100 * 365 * 24 * 60 * 60 * 1_000;

/// The time of the machine.
pub(super) fn wall() -> i64 {
    from_system(SystemTime::now())
}

pub(super) fn from_system(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
    }
}

pub(super) fn to_system(millis: i64) -> SystemTime {
    let since = Duration::from_millis(millis.unsigned_abs());
    let time = match millis {
        0.. => SystemTime::UNIX_EPOCH.checked_add(since),
        _ => SystemTime::UNIX_EPOCH.checked_sub(since),
    };
    time.unwrap_or(SystemTime::UNIX_EPOCH)
}

/// A span of time, rounded up: a lease is not shorter than it was to be.
pub(super) fn span(time: Duration) -> i64 {
    let millis = time.as_nanos().div_ceil(1_000_000);
    i64::try_from(millis).unwrap_or(LONGEST).min(LONGEST)
}

/// The time within a process: that of the machine when it was started, and what has passed since. It does not jump
/// when the machine's does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    wall: i64,
    started: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self {
            wall: wall(),
            started: Instant::now(),
        }
    }

    pub(super) fn now(&self) -> i64 {
        let passed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(LONGEST);
        self.wall.saturating_add(passed)
    }
}
