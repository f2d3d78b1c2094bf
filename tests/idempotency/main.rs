//! The idempotent mode: each delivery is handled once, whatever its handler, its request and its store do.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod app;
mod duplicates;
mod keys;
mod leases;
mod memory;
mod requests;
mod shaky;
mod stores;
