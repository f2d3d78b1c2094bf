//! The inbox mode, with an inbox in memory.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod app;
mod backlog;
mod contract;
mod entry_points;
mod faults;
mod order;
mod outages;
mod queue;
mod retries;
mod stopping;
mod third_party;
