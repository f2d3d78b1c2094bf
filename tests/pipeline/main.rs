//! The way of a delivery from its headers and bytes to a status, through all doors of an endpoint.

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
mod everything;
mod handshakes;
mod http_doors;
mod logging;
mod returns;
mod routing;
mod secrets;
mod statuses;
mod wacht;

use webhook_test_support::{bodies, log};
