//! Sub-agents and sub-objectives.
//!
//! Fields inside are optional throughout: the provider has changed them before.

use serde::{Deserialize, Serialize};

use super::{OperationMetadata, ResourceMetadata};
use crate::payload::JsonObject;

/// A sub-agent was spawned and given a task (`objective_event.sub_agent_spawned`).
///
/// Handle it to link the sub-agent's objective to this one. It replaces
/// `objective_event.sub_objective_created`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SubAgentSpawned {
    /// The sub-agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<ResourceMetadata>,
    /// The objective of the sub-agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<OperationMetadata>,
    /// What the sub-agent was asked to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
}

/// The objective of a sub-agent changed its status (`objective_event.sub_agent_updated`).
///
/// Handle it to follow the sub-agents of an objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SubAgentUpdated {
    /// The new status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Metadata of the sub-agent, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<JsonObject>,
    /// Metadata of the sub-agent's objective, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<JsonObject>,
    /// Text that goes with the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A sub-objective was started (`objective_event.sub_objective_created`).
///
/// Handle it to link the sub-objective to this one. Newer versions of the provider send
/// `objective_event.sub_agent_spawned` in its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SubObjectiveCreated {
    /// The new sub-objective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<OperationMetadata>,
}
