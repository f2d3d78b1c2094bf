//! Content of the ordinary messages of a thread.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A user or a caller sent a message into the thread. (`agent.thread.message` with `message_type`
/// `user_message`).
///
/// Handle it to show the conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserMessage {
    /// Kind of content. Mostly the `message_type` of the record, but it need not be.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Text of the message.
    pub message: String,
    /// Name of the sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<String>,
    /// Files that came with the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<FileData>>,
}

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FileData {
    /// Name of the file.
    pub filename: String,
    /// Media type of the file.
    pub mime_type: String,
    /// Where the file can be fetched.
    pub url: String,
    /// Size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<i64>,
}

/// The agent announced its next step, or steered itself in the middle of a run.
/// (`agent.thread.message` with `message_type` `steer`).
///
/// Handle it to show progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Steer {
    /// Kind of content. Mostly the `message_type` of the record, but it need not be.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Text of the message.
    pub message: String,
    /// Whether more work follows.
    pub further_actions_required: bool,
    /// Why the agent goes on this way.
    pub reasoning: String,
    /// Files and folders that the agent attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<ConversationAttachment>>,
}

/// A file or a folder that the agent attached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConversationAttachment {
    /// Path in the file system of the agent.
    pub path: String,
    /// `file` or `folder`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A tool that the agent ran returned. (`agent.thread.message` with `message_type` `tool_result`).
///
/// Handle it to show or record what the agent did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolResult {
    /// Kind of content. Mostly the `message_type` of the record, but it need not be.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Name of the tool.
    pub tool_name: String,
    /// `success`, or the status of an error.
    pub status: String,
    /// Input of the tool.
    pub input: Value,
    /// Output of the tool, if it succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// Text of the error, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The platform decided on a route or a guard. (`agent.thread.message` with `message_type`
/// `system_decision`).
///
/// Handle it to explain why a run went the way it did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SystemDecision {
    /// Kind of content. Mostly the `message_type` of the record, but it need not be.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Name of the step.
    pub step: String,
    /// Why it was decided this way.
    pub reasoning: String,
    /// How sure the decision is, from 0 to 1.
    pub confidence: f64,
}

/// A run ended, and this is its summary. (`agent.thread.message` with `message_type`
/// `execution_summary`).
///
/// Handle it to keep a short history of runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExecutionSummary {
    /// Kind of content. Mostly the `message_type` of the record, but it need not be.
    #[serde(rename = "type")]
    pub content_type: String,
    /// What was asked.
    pub user_message: String,
    /// What was done.
    pub agent_execution: String,
}
