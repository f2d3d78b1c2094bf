//! Test support that several packages share: example programs as child processes, faulty request bodies, a recorded
//! log, and the reference model with which property tests and fuzz targets compare the runtime.

#![allow(
    missing_docs,
    missing_debug_implementations,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::panic,
    clippy::return_self_not_must_use,
    clippy::unwrap_used,
    reason = "only tests use this crate"
)]

pub mod bodies;
pub mod log;
pub mod model;
pub mod process;
