//! A delivery from its headers and body to a status, through every entry point of an endpoint.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod arguments;
mod borrowing;
mod decoding;
mod entry_points;
mod handshakes;
mod logging;
mod providers;
mod returns;
mod routing;
mod secrets;
mod statuses;
mod wacht;

use webhook_test_support::{bodies, log};
