//! Events about API keys (`api_key.*`).
//!
//! The payloads are thin: they name the entity only.

use serde::{Deserialize, Serialize};

use super::{EntityId, Wacht};
use crate::Payload;

/// An API key was created (`api_key.created`).
///
/// Handle it to keep a list of keys complete. The key itself is not in the payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApiKeyCreated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `api_key`.
    pub entity_type: String,
}

/// An API key was replaced by a fresh one (`api_key.rotated`).
///
/// Handle it to drop what you cache under the old key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApiKeyRotated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `api_key`.
    pub entity_type: String,
}

/// An API key was deleted (`api_key.deleted`).
///
/// Handle it to drop what you cache under the key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApiKeyDeleted {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `api_key`.
    pub entity_type: String,
}

/// Fields common to all events of `api_key.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("api_key.*"), shipped)]
#[non_exhaustive]
pub struct AnyApiKey {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `api_key`.
    pub entity_type: String,
}
