//! Events about agent definitions (`agent.*`).
//!
//! Payloads are thin: they name the object, whose state is to be fetched.

use serde::{Deserialize, Serialize};

use super::Anthropic;
use crate::Payload;

/// An agent definition was archived (`agent.archived`).
///
/// Handle it to stop starting sessions with the agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "agent.archived")]
#[non_exhaustive]
pub struct AgentArchived {
    /// Identifier of the agent; fetch the agent by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// An agent definition was created (`agent.created`).
///
/// Handle it to keep a list of agents complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "agent.created")]
#[non_exhaustive]
pub struct AgentCreated {
    /// Identifier of the agent; fetch the agent by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// An agent definition was removed for good (`agent.deleted`).
///
/// Handle it to drop whatever you keep about the agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "agent.deleted")]
#[non_exhaustive]
pub struct AgentDeleted {
    /// Identifier that the agent had.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A new version of an agent definition was published (`agent.updated`).
///
/// Handle it to refresh a copy of the definition that you keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "agent.updated")]
#[non_exhaustive]
pub struct AgentUpdated {
    /// Identifier of the agent; fetch the agent by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// Fields common to all events of `agent.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Anthropic, events("agent.*"), shipped)]
#[non_exhaustive]
pub struct AnyAgent {
    /// Identifier of the agent; fetch the agent by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}
