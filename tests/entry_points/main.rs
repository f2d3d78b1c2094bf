//! Entry points under slow, dropped and too many requests, in process and over sockets.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod bodies;
mod concurrency;
mod disconnects;
mod shutdown;
mod sockets;
mod timeouts;
mod wire;
mod work;
