//! Timeouts and limits of an endpoint.

use std::time::Duration;

/// Default time for a body: providers wait 5 to 30 seconds for the whole delivery, and the largest body that is accepted
/// by default takes this long at 1 Mbit/s.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Timeouts and limits as the builder sets them.
#[derive(Clone, Debug)]
pub(in crate::endpoint) struct Limits {
    pub(in crate::endpoint) body_timeout: Option<Duration>,
    pub(in crate::endpoint) handler_timeout: Option<Duration>,
    /// `None`: not set, so [`OnTimeout::Finish`].
    pub(in crate::endpoint) on_handler_timeout: Option<OnTimeout>,
    pub(in crate::endpoint) concurrency_limit: Option<usize>,
    /// The outer `None`: not set, so the default.
    pub(in crate::endpoint) queue_timeout: Option<Option<Duration>>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_timeout: Some(BODY_TIMEOUT),
            handler_timeout: None,
            on_handler_timeout: None,
            concurrency_limit: None,
            queue_timeout: None,
        }
    }
}

impl Limits {
    /// Returns an option about slots, which has no effect where workers limit the handlers.
    pub(in crate::endpoint) const fn slot_option(&self) -> Option<&'static str> {
        match self {
            Self {
                concurrency_limit: Some(_),
                ..
            } => Some("concurrency_limit"),
            Self {
                queue_timeout: Some(_),
                ..
            } => Some("queue_timeout"),
            _ => None,
        }
    }
}

/// Treatment of a handler whose timeout has elapsed. The sender is answered with 503 and retries in both cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnTimeout {
    /// The handler runs to its end in the background. The sender retries although the handler may succeed: for handlers
    /// that can run twice.
    Finish,
    /// The handler is dropped at the `await` where it waits: for handlers that can be interrupted at every `await`.
    Cancel,
}
