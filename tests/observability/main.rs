//! Log, metrics and health of every outcome; and the data that must never be in them.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

#[allow(dead_code, reason = "the tests of the pipeline need more of it")]
#[path = "../pipeline/bodies.rs"]
mod bodies;
mod documented;
mod flood;
mod health;
mod lines;
mod metrics;
mod outcomes;
mod private;
mod series;
mod table;
