//! Frameworks that do not speak `tower`: their requests become those of an endpoint, its answers theirs.
//!
//! Last in the order of imports: what stands here knows the endpoint, and nothing knows what stands here.

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(any(feature = "actix-web", feature = "rocket"))]
mod lent_body;
#[cfg(feature = "rocket")]
pub mod rocket;
