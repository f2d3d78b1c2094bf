//! The store in Redis, against real servers: the one that is there, and some of the tests' own.

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
