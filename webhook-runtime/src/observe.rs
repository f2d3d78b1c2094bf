//! Outcomes of deliveries, and their log lines, metrics, health and responses.
//!
//! [`outcome`] contains the table that all of them are made from: one row for each outcome. The stages of the endpoint
//! report to the [`Observer`]; this room imports nothing of the endpoint.

mod challenge;
mod facts;
pub mod health;
pub(crate) mod log;
#[cfg(feature = "metrics")]
mod metrics;
pub mod observability;
mod observer;
mod outcome;
mod response;
mod unhandled;

pub use self::challenge::Challenge;
pub(crate) use self::facts::Facts;
pub(crate) use self::observer::{DeliveryGuard, Observed, Observer, RequestState, SenderState};
pub use self::outcome::DeliveryOutcome;
pub(crate) use self::outcome::Report;
pub use self::response::ResponseBody;
