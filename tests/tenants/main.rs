//! One endpoint for many tenants: whose secrets verify a delivery, who is asked for them, and how they change.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod app;
mod building;
mod cache;
mod doors;
mod failures;
#[path = "../pipeline/log.rs"]
mod log;
mod logging;
mod places;
mod rotation;
mod strangers;
mod table;
