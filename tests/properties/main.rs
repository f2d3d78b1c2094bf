//! What holds for every delivery, tried on random ones. The judge is [`model`]; `fuzz/` asks it for longer, and with an
//! eye on which lines of the runtime have run.

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

/// How many cases of each property: all of them together take a few seconds.
fn cases(count: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        cases: count,
        // A failure is told with its case; nothing is written into the tree.
        failure_persistence: None,
        ..Default::default()
    }
}
