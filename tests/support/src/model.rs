//! What the rules say, written as plainly as can be and without the code under test: the judge of the properties here,
//! and of the fuzz targets.

pub mod described;
pub mod envelope;
pub mod headers;
pub mod items;
pub mod pattern;
pub mod standard;
pub mod tree;
