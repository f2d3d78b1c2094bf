//! The inbox mode around an inbox in memory: what is answered, what is handled, what is tried again.

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
mod doors;
mod order;
mod queue;
mod retries;
mod shaky;
mod stopping;
mod third_party;
mod trouble;
