//! Deliveries over sockets, through a real NATS server.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]
#![cfg(unix)]

mod deliveries;
mod failures;
mod outages;
mod programs;
mod server;
mod streams;

use webhook_test_support::process;
