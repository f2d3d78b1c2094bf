//! The context of every event: the `data` object of a delivery, with agent, objective and timeline
//! entry.

use serde::{Deserialize, Serialize};

use super::{Cadenya, ObjectiveEventData, OperationMetadata, Profile, ResourceMetadata};
use crate::Payload;
use crate::payload::DateTime;

/// Any event of `objective_event.*`, with the objective and the agent it belongs to.
///
/// This is the whole `data` object of a delivery. Use it to handle all events of the provider,
/// those that this version does not list included, or to know the objective beside the event.
/// `Event::event_type` is the type of the event, which `objective_event.data.variant` contains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Cadenya, events("objective_event.*"), shipped)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WebhookData {
    /// The agent.
    pub agent: ResourceMetadata,
    /// The variation of the agent that is in use.
    pub agent_variation: ResourceMetadata,
    /// The objective.
    pub objective: OperationMetadata,
    /// The event itself.
    pub objective_event: ObjectiveEvent,
}

/// Any event of `objective_event.*`: the family view under the name that the views of the other
/// providers go by.
pub type AnyObjectiveEvent = WebhookData;

/// One entry in the timeline of an objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ObjectiveEvent {
    /// What happened: one member out of many.
    pub data: ObjectiveEventData,
    /// Identity of the event; its `id` is the event's identifier.
    pub metadata: OperationMetadata,
    /// Identifier of the context window that it happened in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_window_id: Option<String>,
    /// Where the event belongs and who caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info: Option<ObjectiveEventInfo>,
    /// How long the work took, such as `4.1s`; sent by newer versions only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// When the work began; sent by newer versions only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime>,
}

/// Where an event belongs and who caused it; for reading only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ObjectiveEventInfo {
    /// Who caused the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<Profile>,
    /// The objective that the event belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<OperationMetadata>,
}
