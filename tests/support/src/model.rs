//! Reference model of verification, envelopes and patterns: a simple implementation of the rules that shares no code
//! with the runtime. Property tests and fuzz targets compare the runtime with it.

pub mod described;
pub mod envelope;
pub mod headers;
pub mod items;
pub mod pattern;
pub mod standard;
pub mod tree;
