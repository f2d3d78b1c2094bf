//! Log, metrics and health of every outcome; and the data that must never be in them.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod documented;
mod flood;
mod health;
mod lines;
mod metrics;
mod outcomes;
mod private;
mod series;
mod table;

use webhook_test_support::bodies;
