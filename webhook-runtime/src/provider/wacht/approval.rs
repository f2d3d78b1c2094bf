//! Content of the messages by which an agent asks leave to run tools.

use serde::{Deserialize, Serialize};

use crate::payload::open_enum;

/// The agent wants to run tools that need approval, and the thread waits for it.
/// (`agent.thread.message` with `message_type` `approval_request`).
///
/// Handle it to ask a person and to send the decision through the API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApprovalRequest {
    /// Kind of content. Mostly the `message_type` of the record, but it need not be.
    #[serde(rename = "type")]
    pub content_type: String,
    /// What the agent wants to do.
    pub description: String,
    /// The tools in question.
    pub tools: Vec<RequestedToolApproval>,
}

/// A tool that waits for approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RequestedToolApproval {
    /// Identifier of the tool.
    pub tool_id: String,
    /// Name of the tool.
    pub tool_name: String,
    /// What the tool does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_description: Option<String>,
}

/// The user decided on a request for approval. A tool without an entry is denied.
/// (`agent.thread.message` with `message_type` `approval_response`).
///
/// Handle it to take the question off the screen, and to record who allowed what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApprovalResponse {
    /// Kind of content. Mostly the `message_type` of the record, but it need not be.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Identifier of the message that asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_message_id: Option<String>,
    /// The tools that are allowed.
    pub approvals: Vec<ToolApprovalDecision>,
}

/// A tool that is allowed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolApprovalDecision {
    /// Name of the tool.
    pub tool_name: String,
    /// For how long it is allowed.
    pub mode: ToolApprovalMode,
}

open_enum! {
    /// For how long a tool is allowed.
    pub enum ToolApprovalMode {
        /// For this call alone.
        AllowOnce = "allow_once",
        /// For all calls to come.
        AllowAlways = "allow_always",
    }
}
