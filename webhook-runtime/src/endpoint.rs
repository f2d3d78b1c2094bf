//! The endpoint: turns the headers and bytes of a request into a handled delivery and a status.
//!
//! Read `pipeline` first: it states the order of the stages. These are all modules; each imports only modules above it:
//!
//! | module | content |
//! | --- | --- |
//! | `running` | handlers in flight: limits, slots, timers, shutdown, the response that outlives its request |
//! | `delivery` | the delivery between two stages: inbound, then routed |
//! | `ingress` | method, length, URI, tenant, handshake, body |
//! | `keys` | static keys, keys of tenants, their cache |
//! | `modes` | idempotent, inbox, forward |
//! | `state` | the parts of a built endpoint |
//! | `pipeline` | authenticate → route → run → outcome |
//! | `workers` | the workers of an inbox |
//! | `entry` | [`Endpoint`] and its three entry points |
//! | `builder` | settings, rules, `build` |
//! | `rotation` | the replacement of secrets |

mod builder;
mod delivery;
mod entry;
mod ingress;
mod keys;
mod modes;
mod pipeline;
mod rotation;
mod running;
mod state;
mod workers;

pub use self::builder::{BuildError, EndpointBuilder};
pub use self::entry::Endpoint;
pub use self::ingress::Handshake;
pub use self::running::{OnTimeout, ResponseFuture, ShutdownReport};
pub use self::workers::RunSummary;
pub use crate::observe::{Challenge, DeliveryOutcome, ResponseBody};
