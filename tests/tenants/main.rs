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
mod logging;
mod places;
mod rotation;
mod strangers;
mod table;

use webhook_test_support::log;
