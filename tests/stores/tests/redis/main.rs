//! The store in Redis, against real servers: the shared one, and servers that a test starts and kills.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests"
)]

mod contract;
mod entries;
mod outages;
mod server;
mod speed;
