//! The current tokio runtime, if there is one. Only this module looks for it, at run time.
//!
//! A unit test on another executor and Cloudflare Workers have no runtime. There, no timeout elapses, no delivery waits for a
//! slot with a time limit, no handler continues after its request was dropped, and an inbox has no workers.

use std::panic::catch_unwind;
use std::pin::Pin;
use std::time::Duration;

pub(in crate::endpoint) use tokio::runtime::Handle;
pub(in crate::endpoint) use tokio::time::Sleep;
use tokio::time::sleep;

/// Returns the current runtime.
pub(in crate::endpoint) fn current() -> Option<Handle> {
    Handle::try_current().ok()
}

/// Starts a timer. `None`: there is no runtime, or its timers are not enabled, which tokio reports only by a panic.
pub(in crate::endpoint) fn start_timer(after: Duration) -> Option<Pin<Box<Sleep>>> {
    current()?;
    catch_unwind(|| Box::pin(sleep(after))).ok()
}
