//! Properties of the runtime, tested with random deliveries. The reference is [`model`]. The targets in `fuzz/` compare
//! with the same model for longer, guided by coverage.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod deliveries;
mod envelopes;
mod patterns;
mod payloads;
mod receivers;
mod schemes;
mod secrets;

use webhook_test_support::model;

/// Returns a configuration with this number of cases. All properties together take a few seconds.
fn cases(count: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        cases: count,
        // The message of a failure contains its case, so no file is written.
        failure_persistence: None,
        ..Default::default()
    }
}
