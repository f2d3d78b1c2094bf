//! The inbox and the store in a file of SQLite.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod commits;
mod contracts;
mod crash;
mod deliveries;
mod dir;
mod effects;
mod failures;
mod locks;
mod looking;
mod many;
mod order;
mod restarts;
mod store;
