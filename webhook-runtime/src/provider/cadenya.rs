//! Cadenya: events in the timeline of an objective that an agent works on.
//!
//! The event type is at `/type`, as `objective_event.` and the member that is set in snake case.
//! The catalog lists 21 events in `CadenyaEvent`; each is the content of its member under
//! `/data/objectiveEvent/data`. So `Event<ToolResult>` is the inner object; `Event<WebhookData>`
//! is the whole `data` object (agent, variation, objective and event), for handlers that need it.
//!
//! Payloads are full: nothing has to be fetched. All fields inside the members are optional, since
//! the provider has renamed some between versions.
//!
//! The signing secret is base64, with or without `whsec_`; the provider's own SDK reads it from
//! `CADENYA_WEBHOOK_SECRET` (older: `CADENYA_WEBHOOK_KEY`). The `webhook-id` header is the key to
//! deduplicate on; the identifier of the event is at `/data/objectiveEvent/metadata/id`.
//!
//! Retries and order of deliveries are not documented. The provider expects 200
//! as the response.

use serde::Serialize;

use crate::EventCatalog;
use crate::catalog::UnknownEvent;
use crate::provider::Provider;

mod context_window;
mod lifecycle;
mod message;
mod metadata;
mod objective;
mod one_of;
mod profile;
mod sub_agent;
mod tool;

pub use context_window::{ContextWindowCompacted, ObjectiveContextWindowData};
pub use lifecycle::{
    Notice, ObjectiveCancelled, ObjectiveError, ObjectiveFinalized, ObjectiveInterrupted,
    ObjectiveStateChanged, ObjectiveTimedOut,
};
pub use message::{
    AssistantMessage, AssistantToolCall, CallableTool, MemoryRead, Reasoning, UserMessage,
};
pub use metadata::{AccountResourceMetadata, OperationMetadata, ResourceMetadata};
pub use objective::{AnyObjectiveEvent, ObjectiveEvent, ObjectiveEventInfo, WebhookData};
pub use one_of::{ObjectiveEventData, ObjectiveVariant};
pub use profile::{Profile, ProfileKind, ProfileSpec};
pub use sub_agent::{SubAgentSpawned, SubAgentUpdated, SubObjectiveCreated};
pub use tool::{
    ToolApprovalRequested, ToolApproved, ToolCalled, ToolDenied, ToolError, ToolResult,
};

/// Cadenya, as a provider: the marker type for handlers and endpoints.
///
/// Its profile sets the path of the event type (`/type`), the encoding of the secret (base64) and
/// how long the provider redelivers.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Cadenya;

impl Provider for Cadenya {
    type Catalog = CadenyaEvent;
    const PROFILE: crate::Profile = crate::Profile::standard_webhooks("cadenya").event_id_path(&[
        "data",
        "objectiveEvent",
        "metadata",
        "id",
    ]);
}

/// Every event of Cadenya's catalog, decoded.
///
/// Use it to handle any event in one handler and to match on it; use [`WebhookData`] to know the
/// objective beside the event. An event that the catalog does not list decodes as
/// [`CadenyaEvent::Unknown`].
#[derive(Clone, Debug, PartialEq, Serialize, EventCatalog)]
#[serde(untagged)]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "an event is read, handled and dropped; a box would burden every match"
)]
#[catalog(provider = Cadenya, shipped)]
pub enum CadenyaEvent {
    /// The agent wrote a message, perhaps with tool calls in it.
    #[event(
        "objective_event.assistant_message",
        within = "/objectiveEvent/data/assistantMessage"
    )]
    AssistantMessage(AssistantMessage),
    /// The context window was compacted into a new one.
    #[event(
        "objective_event.context_window_compacted",
        within = "/objectiveEvent/data/contextWindowCompacted"
    )]
    ContextWindowCompacted(ContextWindowCompacted),
    /// The objective hit an error.
    #[event("objective_event.error", within = "/objectiveEvent/data/error")]
    ObjectiveError(ObjectiveError),
    /// A sub-objective was started.
    #[event(
        "objective_event.sub_objective_created",
        within = "/objectiveEvent/data/subObjectiveCreated"
    )]
    SubObjectiveCreated(SubObjectiveCreated),
    /// A tool call waits for an approval.
    #[event(
        "objective_event.tool_approval_requested",
        within = "/objectiveEvent/data/toolApprovalRequested"
    )]
    ToolApprovalRequested(ToolApprovalRequested),
    /// A tool call was approved.
    #[event(
        "objective_event.tool_approved",
        within = "/objectiveEvent/data/toolApproved"
    )]
    ToolApproved(ToolApproved),
    /// A tool call was carried out.
    #[event(
        "objective_event.tool_called",
        within = "/objectiveEvent/data/toolCalled"
    )]
    ToolCalled(ToolCalled),
    /// A tool call was denied.
    #[event(
        "objective_event.tool_denied",
        within = "/objectiveEvent/data/toolDenied"
    )]
    ToolDenied(ToolDenied),
    /// A tool call failed while it ran.
    #[event(
        "objective_event.tool_error",
        within = "/objectiveEvent/data/toolError"
    )]
    ToolError(ToolError),
    /// A tool call returned a result.
    #[event(
        "objective_event.tool_result",
        within = "/objectiveEvent/data/toolResult"
    )]
    ToolResult(ToolResult),
    /// A message of the user entered the objective.
    #[event(
        "objective_event.user_message",
        within = "/objectiveEvent/data/userMessage"
    )]
    UserMessage(UserMessage),
    /// A sub-agent was spawned and given a task.
    #[event(
        "objective_event.sub_agent_spawned",
        within = "/objectiveEvent/data/subAgentSpawned"
    )]
    SubAgentSpawned(SubAgentSpawned),
    /// The objective of a sub-agent changed its status.
    #[event(
        "objective_event.sub_agent_updated",
        within = "/objectiveEvent/data/subAgentUpdated"
    )]
    SubAgentUpdated(SubAgentUpdated),
    /// The agent loaded an entry of its memory.
    #[event(
        "objective_event.memory_read",
        within = "/objectiveEvent/data/memoryRead"
    )]
    MemoryRead(MemoryRead),
    /// The model put a piece of its reasoning on record.
    #[event("objective_event.reasoning", within = "/objectiveEvent/data/reasoning")]
    Reasoning(Reasoning),
    /// The objective was cancelled; no further work follows.
    #[event("objective_event.cancelled", within = "/objectiveEvent/data/cancelled")]
    ObjectiveCancelled(ObjectiveCancelled),
    /// The objective was finalized; no further work follows.
    #[event("objective_event.finalized", within = "/objectiveEvent/data/finalized")]
    ObjectiveFinalized(ObjectiveFinalized),
    /// The runtime gave notice of something while the objective goes on.
    #[event("objective_event.notice", within = "/objectiveEvent/data/notice")]
    Notice(Notice),
    /// The objective timed out for want of activity; no further work follows.
    #[event("objective_event.timed_out", within = "/objectiveEvent/data/timedOut")]
    ObjectiveTimedOut(ObjectiveTimedOut),
    /// The lifecycle state of the objective changed.
    #[event(
        "objective_event.state_changed",
        within = "/objectiveEvent/data/stateChanged"
    )]
    ObjectiveStateChanged(ObjectiveStateChanged),
    /// The work in the foreground stopped, and the objective waits.
    #[event(
        "objective_event.interrupted",
        within = "/objectiveEvent/data/interrupted"
    )]
    ObjectiveInterrupted(ObjectiveInterrupted),
    /// An event that this version of the catalog does not list.
    #[event(unknown)]
    Unknown(UnknownEvent),
}
