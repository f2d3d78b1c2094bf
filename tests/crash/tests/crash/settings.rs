//! Size of the test.

use std::time::Duration;

pub(crate) struct Settings {
    pub(crate) deliveries: usize,
    pub(crate) kills: usize,
    pub(crate) senders: usize,
    pub(crate) seed: u64,
}

impl Settings {
    pub(crate) fn from_env() -> Self {
        Self {
            deliveries: number("CRASH_DELIVERIES", 2_000) as usize,
            kills: number("CRASH_KILLS", 10) as usize,
            senders: number("CRASH_SENDERS", 32) as usize,
            seed: number("CRASH_SEED", fastrand::u64(..1 << 32)),
        }
    }

    /// Time after which the test fails.
    pub(crate) fn time_limit(&self) -> Duration {
        let deliveries = u32::try_from(self.deliveries).unwrap();
        Duration::from_secs(120) + Duration::from_millis(25) * deliveries
    }
}

fn number(variable: &str, default: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{variable}={text} is not a number")),
        Err(_) => default,
    }
}
