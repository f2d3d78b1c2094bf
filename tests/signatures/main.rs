//! Signature verification: each rule of each scheme, and the test cases of the providers' SDKs.
//!
//! The deliveries are signed without the code under test.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "tests"
)]

mod body;
mod debug;
mod delivery;
mod described;
mod descriptions;
mod endpoints;
mod flips;
mod github;
mod headers;
mod ids;
mod items;
mod macs;
mod public_keys;
mod router;
mod secrets;
mod shopify;
mod slack;
mod stripe;
mod svix_names;
mod timestamps;
mod tolerance;
mod vectors;
mod wrong_descriptions;
mod wrong_secrets;
