//! The rules of verification, one by one, and the cases of the providers' own SDKs.
//!
//! Every delivery here is signed without the code under test.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "tests"
)]

mod body;
mod debug;
mod delivery;
mod endpoints;
mod flips;
mod headers;
mod ids;
mod items;
mod macs;
mod secrets;
mod svix_names;
mod timestamps;
mod tolerance;
mod vectors;
mod wrong_secrets;
