//! What operators see of every way in which a delivery can end, and what nobody must see.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod documented;
mod endings;
mod flood;
mod health;
mod lines;
mod metrics;
mod private;
mod series;

use webhook_test_support::bodies;
