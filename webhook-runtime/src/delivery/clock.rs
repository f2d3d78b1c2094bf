//! Time of a delivery, and the clock that it is compared with.

use std::time::SystemTime;

/// Time at which a delivery was signed (`webhook-timestamp`), in whole seconds since the Unix epoch.
///
/// Where the provider's scheme signs no time (GitHub, Shopify), it is the time of receipt. The time of the event
/// itself is [`Event::created_at`](crate::Event::created_at).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Creates a timestamp from seconds since the Unix epoch.
    #[must_use]
    pub const fn from_second(second: i64) -> Self {
        Self(second)
    }

    /// Returns the seconds since the Unix epoch.
    #[must_use]
    pub const fn as_second(self) -> i64 {
        self.0
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let second = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |second| -second)
            }
        };
        Self(second)
    }
}

/// Source of the current time. Default: [`SystemClock`]; tests use a clock of their own.
///
/// ```
/// use webhook_runtime::{Clock, Timestamp};
///
/// struct Frozen(i64);
/// impl Clock for Frozen {
///     fn now(&self) -> Timestamp {
///         Timestamp::from_second(self.0)
///     }
/// }
/// assert_eq!(Frozen(5).now().as_second(), 5);
/// ```
pub trait Clock: Send + Sync {
    /// Returns the current time.
    fn now(&self) -> Timestamp;
}

/// Clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
#[allow(
    clippy::exhaustive_structs,
    reason = "a unit struct is constructed by its name"
)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }
}
