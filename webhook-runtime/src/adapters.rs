//! Adapters for web frameworks: extractors for axum, handlers for actix-web and Rocket. Each has a feature of its name.
//!
//! A framework based on `tower`, such as axum, mounts an [`Endpoint`](crate::Endpoint) as a service and needs no adapter.
//!
//! The modules are not at the crate's root, so that `use webhook_runtime::*` does not hide the crates of the same names:
//!
//! ```
//! use webhook_runtime::*;
//!
//! // The crates `axum` and `rocket`, not the adapters for them.
//! let _ = axum::Router::<()>::new();
//! # #[cfg(feature = "rocket")]
//! let _ = rocket::build();
//! ```

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(any(feature = "actix-web", feature = "rocket"))]
mod local_body;
#[cfg(feature = "rocket")]
pub mod rocket;
