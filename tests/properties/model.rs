//! What the rules say, written as plainly as can be and without the code under test: the judge of the properties here,
//! and of the fuzz targets.

pub(crate) mod described;
pub(crate) mod envelope;
pub(crate) mod headers;
pub(crate) mod items;
pub(crate) mod pattern;
pub(crate) mod standard;
pub(crate) mod tree;
