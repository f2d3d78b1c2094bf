//! Messages of an objective, and the reasoning between them.
//!
//! Fields inside are optional throughout: the provider has changed them before.

use serde::{Deserialize, Serialize};

use super::ResourceMetadata;

/// The agent wrote a message, perhaps with tool calls in it (`objective_event.assistant_message`).
///
/// Handle it to show the conversation, or to see which tools the agent asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AssistantMessage {
    /// Text of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Tool calls that the agent asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<AssistantToolCall>>,
}

/// A tool call that the agent asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AssistantToolCall {
    /// Arguments of the call, as JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
    /// Name of the function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_name: Option<String>,
    /// Which tool is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<CallableTool>,
}

/// Which tool is called: a user's tool, another agent, or a tool that Cadenya provides. One of the
/// three is set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CallableTool {
    /// Another agent, used as a tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<ResourceMetadata>,
    /// A tool that Cadenya provides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cadenya_provided_tool: Option<ResourceMetadata>,
    /// A user's tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<ResourceMetadata>,
    /// Which of the others is set: `tool`, `agent`, `cadenyaProvidedTool` or `agentPool`; sent by
    /// newer versions only.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// A message of the user entered the objective (`objective_event.user_message`).
///
/// Handle it to show the conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserMessage {
    /// Text of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// The model put a piece of its reasoning on record (`objective_event.reasoning`).
///
/// Handle it to show why the agent acts as it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Reasoning {
    /// Text of the reasoning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// The agent loaded an entry of its memory (`objective_event.memory_read`).
///
/// Handle it to see what the agent knew when it acted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MemoryRead {
    /// Text to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Identifier of the layer that the entry came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_layer_id: Option<String>,
    /// Identifier of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_entry_id: Option<String>,
}
