//! Events about memory stores (`memory_store.*`).
//!
//! Payloads are thin: they name the object, whose state is to be fetched.

use serde::{Deserialize, Serialize};

use super::Anthropic;
use crate::Payload;

/// A memory store was archived (`memory_store.archived`).
///
/// Handle it to stop attaching the store to sessions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "memory_store.archived")]
#[non_exhaustive]
pub struct MemoryStoreArchived {
    /// Identifier of the memory store; fetch the store by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A memory store was created, or cloned from another (`memory_store.created`).
///
/// Handle it to keep a list of memory stores complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "memory_store.created")]
#[non_exhaustive]
pub struct MemoryStoreCreated {
    /// Identifier of the memory store; fetch the store by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A memory store was removed for good, with everything in it (`memory_store.deleted`).
///
/// Handle it to drop whatever you keep about the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "memory_store.deleted")]
#[non_exhaustive]
pub struct MemoryStoreDeleted {
    /// Identifier that the memory store had.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// Fields common to all events of `memory_store.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Anthropic, events("memory_store.*"), shipped)]
#[non_exhaustive]
pub struct AnyMemoryStore {
    /// Identifier of the memory store; fetch the store by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}
