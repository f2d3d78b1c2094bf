//! Events about the waitlist (`waitlist.*`).
//!
//! The payloads are thin: they name the entity only.

use serde::{Deserialize, Serialize};

use super::{EntityId, Wacht};
use crate::Payload;

/// A person joined the waitlist (`waitlist.entry.created`).
///
/// Handle it to look at the entry and to approve it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WaitlistEntryCreated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `waitlist_entry`.
    pub entity_type: String,
}

/// An entry of the waitlist was approved (`waitlist.entry.approved`).
///
/// Handle it to welcome the person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WaitlistEntryApproved {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `waitlist_entry`.
    pub entity_type: String,
}

/// Fields common to all events of `waitlist.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("waitlist.*"), shipped)]
#[non_exhaustive]
pub struct AnyWaitlist {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `waitlist_entry`.
    pub entity_type: String,
}

/// Fields common to all events of `waitlist.entry.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("waitlist.entry.*"), shipped)]
#[non_exhaustive]
pub struct AnyWaitlistEntry {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `waitlist_entry`.
    pub entity_type: String,
}
