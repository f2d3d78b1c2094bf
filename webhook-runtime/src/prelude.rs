//! The names of most programs, for a glob import: it hides no crate.
//!
//! ```
//! use webhook_runtime::prelude::*;
//! ```

pub use crate::delivery::{DeliveryId, EventId, EventType, Headers, RawBody, Timestamp};
pub use crate::endpoint::Endpoint;
pub use crate::event::Event;
pub use crate::outcome::{BoxError, Outcome};
pub use crate::payload::Payload;
pub use crate::secret::Secret;
pub use crate::tenant::Tenant;
pub use webhook_macros::{EventCatalog, Payload, WebhookRouter, on};
