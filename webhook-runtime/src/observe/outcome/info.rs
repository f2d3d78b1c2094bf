//! Columns of the table of outcomes.

use std::fmt;

use http::StatusCode;

/// Row of the table of outcomes: what a [`DeliveryOutcome`](crate::DeliveryOutcome) means for the sender, the log and
/// the health.
///
/// ```
/// use webhook_runtime::DeliveryOutcome;
///
/// let info = DeliveryOutcome::AtCapacity.info();
/// assert_eq!((info.name, info.status.as_u16()), ("at_capacity", 503));
/// assert_eq!(DeliveryOutcome::TABLE.len(), DeliveryOutcome::NAMES.len());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutcomeInfo {
    /// Value of `outcome` in logs, metrics and health.
    pub name: &'static str,
    /// Status of the response.
    pub status: StatusCode,
    /// Header `Retry-After` of the response.
    pub retry_after: RetryAfter,
    /// Effect on [`Health`](crate::health::Health).
    pub health: HealthImpact,
    /// Level of the log line.
    pub level: LogLevel,
    /// Message of the log line.
    pub message: &'static str,
    /// Index in the table.
    pub(in crate::observe) index: usize,
}

/// Header `Retry-After` of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// No header.
    None,
    /// 10 seconds: long enough for a slot to become free or a new process to start, and shorter than the minutes that
    /// most providers wait.
    TenSeconds,
    /// The duration that the handler returned, rounded up to seconds.
    FromHandler,
}

/// Effect of an outcome on [`Health`](crate::health::Health).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HealthImpact {
    /// Acknowledged delivery: the response has status 200.
    Success,
    /// Failed delivery: the provider counts it as a failure and redelivers it.
    Failure,
    /// The handler returned [`Outcome::Gone`](crate::Outcome::Gone).
    Gone,
    /// Rejected request: not proven to come from the provider.
    Rejected,
    /// No effect: not a delivery.
    None,
}

/// Level of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LogLevel {
    /// Normal operation.
    Debug,
    /// Worth a line.
    Info,
    /// May need attention.
    Warn,
    /// Needs attention.
    Error,
}

impl LogLevel {
    /// Returns the name of the level: `debug`, `info`, `warn` or `error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

impl HealthImpact {
    /// Returns the name of the effect: `success`, `failure`, `gone`, `rejected` or `none`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Gone => "gone",
            Self::Rejected => "rejected",
            Self::None => "none",
        }
    }
}

impl fmt::Display for RetryAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::TenSeconds => "10 s",
            Self::FromHandler => "from the handler",
        })
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for HealthImpact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
