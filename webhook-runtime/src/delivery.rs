//! Facts of one delivery: headers, body, ids, event type and times.
//!
//! First stage of the pipeline; [`verify`](crate::verify) is the next.

mod body;
mod clock;
mod date_time;
mod event_type;
mod headers;
mod ids;

pub use self::body::RawBody;
pub use self::clock::{Clock, SystemClock, Timestamp};
pub use self::date_time::DateTime;
pub use self::event_type::EventType;
pub use self::headers::{HeaderSource, Headers};
pub use self::ids::{DeliveryId, EventId};
