//! Helpers that several test packages share: example programs as child processes, request bodies that misbehave, a
//! captured log, and a reference model that property tests and fuzz targets compare the runtime with.

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
    reason = "used by tests alone"
)]

pub mod bodies;
pub mod log;
pub mod model;
pub mod process;
