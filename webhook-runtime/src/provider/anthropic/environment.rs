//! Events about the environments that sessions run in (`environment.*`).
//!
//! Payloads are thin: they name the object, whose state is to be fetched.

use serde::{Deserialize, Serialize};

use super::Anthropic;
use crate::Payload;

/// An environment was archived (`environment.archived`).
///
/// Handle it to stop starting sessions in the environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "environment.archived")]
#[non_exhaustive]
pub struct EnvironmentArchived {
    /// Identifier of the environment; fetch the environment by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// An environment was created (`environment.created`).
///
/// Handle it to keep a list of environments complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "environment.created")]
#[non_exhaustive]
pub struct EnvironmentCreated {
    /// Identifier of the environment; fetch the environment by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// An environment was removed for good (`environment.deleted`).
///
/// Handle it to drop whatever you keep about the environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "environment.deleted")]
#[non_exhaustive]
pub struct EnvironmentDeleted {
    /// Identifier that the environment had.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// At least one field of an environment changed (`environment.updated`).
///
/// Handle it to refresh a copy of the environment that you keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "environment.updated")]
#[non_exhaustive]
pub struct EnvironmentUpdated {
    /// Identifier of the environment; fetch the environment by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// Fields common to all events of `environment.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Anthropic, events("environment.*"), shipped)]
#[non_exhaustive]
pub struct AnyEnvironment {
    /// Identifier of the environment; fetch the environment by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}
