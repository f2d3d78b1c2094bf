//! What operators see of every way in which a delivery can end, and what nobody must see.

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
mod endings;
mod flood;
mod health;
mod lines;
mod metrics;
mod private;
mod series;
