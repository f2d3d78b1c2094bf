//! Events about agents, their executions and what they use up (`agent.*`).
//!
//! Threads and hooks belong to the same family; their structs are in separate modules.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{EntityId, Wacht};
use crate::Payload;
use crate::payload::DateTime;

/// An agent was created (`agent.created`).
///
/// Handle it to keep a list of agents complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentCreated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `agent`.
    pub entity_type: String,
}

/// An agent changed (`agent.updated`).
///
/// Handle it to refresh a copy of the agent that you keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentUpdated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `agent`.
    pub entity_type: String,
}

/// An agent was deleted (`agent.deleted`).
///
/// Handle it to drop what you keep about the agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentDeleted {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `agent`.
    pub entity_type: String,
}

/// An execution of an agent began (`agent.execution.started`).
///
/// Handle it to show that the agent is working.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentExecutionStarted {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `agent_execution`.
    pub entity_type: String,
}

/// An execution of an agent finished (`agent.execution.completed`).
///
/// Handle it to fetch what the agent brought about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentExecutionCompleted {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `agent_execution`.
    pub entity_type: String,
}

/// An execution of an agent failed (`agent.execution.failed`).
///
/// Handle it to raise an alarm and to fetch the error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentExecutionFailed {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `agent_execution`.
    pub entity_type: String,
}

/// An agent called a model; this is what the call used up (`agent.model.usage`).
///
/// Handle it to meter tokens and searches. Costs are sent by some versions only; older ones name a
/// context, newer ones a thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentModelUsage {
    /// Name of the model.
    pub model: String,
    /// Whether the customer's own key was used.
    pub is_byok: bool,
    /// Identifier of the execution context; sent by older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_id: Option<String>,
    /// Group of the execution context; sent by older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_group: Option<String>,
    /// Number of tokens read.
    pub input_tokens: i64,
    /// Number of tokens read from the cache.
    pub cached_tokens: i64,
    /// Number of tokens written.
    pub output_tokens: i64,
    /// Cost of the tokens read, in cents; sent by some versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_cost_cents: Option<i64>,
    /// Cost of the tokens written, in cents; sent by some versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_cost_cents: Option<i64>,
    /// Number of searches.
    pub search_query_count: i64,
    /// Number of different searches.
    pub search_query_unique_count: i64,
    /// Cost of the searches, in cents; sent by some versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_query_cost_cents: Option<i64>,
    /// Cost of everything, in cents; sent by some versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_cost_cents: Option<i64>,
    /// When it happened.
    pub timestamp: DateTime,
    /// The model vendor's count of tokens in the prompt.
    pub prompt_token_count: i64,
    /// The model vendor's count of tokens in the answers.
    pub candidates_token_count: i64,
    /// The model vendor's count of all tokens.
    pub total_token_count: i64,
    /// The model vendor's count of cached tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_content_token_count: Option<i64>,
    /// The model vendor's count of tokens spent on thinking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thoughts_token_count: Option<i64>,
    /// Identifier of the thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// Identifier of the user or agent that caused the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<String>,
    /// The model vendor's count of tokens written to the cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write_token_count: Option<i64>,
}

/// Any event of `agent.*`. No field is common to all of them, so every one is an `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("agent.*"), shipped)]
#[non_exhaustive]
pub struct AnyAgent {
    /// Identifier of the entity that the event is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_id: Option<EntityId>,
    /// Kind of entity, such as `agent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_type: Option<String>,
    /// Name of the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whether the customer's own key was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_byok: Option<bool>,
    /// Identifier of the execution context; sent by older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_id: Option<String>,
    /// Group of the execution context; sent by older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_group: Option<String>,
    /// Number of tokens read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<i64>,
    /// Number of tokens read from the cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<i64>,
    /// Number of tokens written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<i64>,
    /// Cost of the tokens read, in cents; sent by some versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_cost_cents: Option<i64>,
    /// Cost of the tokens written, in cents; sent by some versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_cost_cents: Option<i64>,
    /// Number of searches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_query_count: Option<i64>,
    /// Number of different searches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_query_unique_count: Option<i64>,
    /// Cost of the searches, in cents; sent by some versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_query_cost_cents: Option<i64>,
    /// Cost of everything, in cents; sent by some versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_cost_cents: Option<i64>,
    /// When it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<DateTime>,
    /// The model vendor's count of tokens in the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_token_count: Option<i64>,
    /// The model vendor's count of tokens in the answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidates_token_count: Option<i64>,
    /// The model vendor's count of all tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_token_count: Option<i64>,
    /// The model vendor's count of cached tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_content_token_count: Option<i64>,
    /// The model vendor's count of tokens spent on thinking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thoughts_token_count: Option<i64>,
    /// Identifier of the thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// Identifier of the user or agent that caused the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<String>,
    /// The model vendor's count of tokens written to the cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write_token_count: Option<i64>,
    /// What the event holds: `conversation_message` or `platform_event`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_type: Option<String>,
    /// The message or the platform event, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Identifier of the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// Identifier of the deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// Identifier of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_run_id: Option<String>,
    /// Phase in which the hook ran, such as `before_tool`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hook_kind: Option<String>,
    /// How the step ended: `succeeded`, `failed` or `skipped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Name of the tool that the hook ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_name: Option<String>,
    /// Position of the step among the steps of the hook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_index: Option<i64>,
}

/// Fields common to all events of `agent.execution.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("agent.execution.*"), shipped)]
#[non_exhaustive]
pub struct AnyAgentExecution {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `agent_execution`.
    pub entity_type: String,
}
