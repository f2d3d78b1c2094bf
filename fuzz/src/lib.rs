//! Fuzz targets of `webhook-runtime`, one per module. See `README.md`.
//!
//! `arbitrary` makes a case from the fuzzer's bytes. `check` runs it, and panics if the result differs from that of the
//! model, which the property tests use too.

use webhook_test_support::model;

mod changes;
pub mod envelopes;
pub mod headers;
pub mod patterns;
pub mod payloads;
mod providers;
mod ready;
pub mod signatures;
