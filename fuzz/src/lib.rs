//! The fuzz targets of `webhook-runtime`, a module each. See `README.md`.
//!
//! A case is made of the fuzzer's bytes by `arbitrary`; `check` runs it and panics if what came out is not what the
//! rules say. The judge is the one of `tests/properties`.

#[path = "../../tests/properties/model"]
mod model {
    pub(crate) mod described;
    pub(crate) mod envelope;
    pub(crate) mod headers;
    pub(crate) mod items;
    pub(crate) mod pattern;
    pub(crate) mod standard;
    pub(crate) mod tree;
}

mod changes;
pub mod envelopes;
pub mod headers;
pub mod patterns;
pub mod payloads;
mod providers;
mod ready;
pub mod signatures;
