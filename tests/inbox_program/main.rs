//! The `inbox` example as a program, on files of SQLite and in a real PostgreSQL.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod hostile;
mod looking;
mod place;
mod program;
mod replaying;
#[cfg(target_os = "linux")]
mod terminal;
mod usage;
mod work;
