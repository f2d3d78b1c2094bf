//! The fuzz targets of `webhook-runtime`, a module each. See `README.md`.
//!
//! A case is made of the fuzzer's bytes by `arbitrary`; `check` runs it and panics if what came out is not what the
//! rules say. The judge is the one of `tests/properties`.

use webhook_test_support::model;

mod changes;
pub mod envelopes;
pub mod headers;
pub mod patterns;
pub mod payloads;
mod providers;
mod ready;
pub mod signatures;
