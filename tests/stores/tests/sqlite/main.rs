//! The inbox and the store in a SQLite file.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod commits;
mod contract;
mod crash;
mod effects;
mod failures;
mod inspection;
mod large_tables;
mod locks;
mod ordering;
mod restarts;
mod store;
mod support;
mod temp_dir;
