//! The store and the inbox in PostgreSQL, against real servers: the shared one, and servers that a test starts and crashes.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests"
)]

mod claims;
mod contract;
mod durability;
mod effects;
mod exactly_once;
mod notifications;
mod ordering;
mod outages;
mod rows;
mod schema;
mod server;
mod speed;
