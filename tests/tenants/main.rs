//! One endpoint for many tenants: tenant locations, secret sources, the cache, rotation.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod app;
mod building;
mod cache;
mod entry_points;
mod failures;
mod locations;
mod logging;
mod rotation;
mod table;
mod unknown;

use webhook_test_support::log;
