//! Requests that are slow, that go away, and that come too many at a time; in process, and over sockets.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod bodies;
mod concurrency;
mod deadlines;
mod disconnects;
mod shutdown;
mod sockets;
mod wire;
mod work;
