//! Locations of the envelope's fields in a JSON body.
//!
//! The envelope is data, not a derived struct for each provider, so one reader serves every provider, including those
//! that users define.

use crate::json::Path;

/// Locations of the event type, the payload and the creation time in a body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) event_type: Path,
    pub(crate) payload: Path,
    pub(crate) created_at: Path,
}

/// Event form without an envelope: the payload is the whole body, and a tag in it implies the event type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FlatForm {
    /// `event_type` is the location of the tag, which may occur only once.
    pub(crate) layout: Layout,
    /// Each value of the tag, with the event type that it implies.
    pub(crate) events: &'static [(&'static str, &'static str)],
}
