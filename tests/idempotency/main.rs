//! The idempotent mode: each delivery is handled once, however its handler, its request and its store behave.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod app;
mod duplicates;
mod faults;
mod keys;
mod leases;
mod memory;
mod requests;
mod stores;
