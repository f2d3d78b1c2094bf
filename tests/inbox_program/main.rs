//! The example program `inbox`, on SQLite files and on a PostgreSQL server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod database;
mod failing_endpoint;
mod inspection;
mod program;
mod replay;
#[cfg(target_os = "linux")]
mod terminal;
mod untrusted_text;
mod usage;
