//! Tool calls of an objective, from the question for approval to the result.
//!
//! Fields inside are optional throughout: the provider has changed them before.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A tool call waits for an approval (`objective_event.tool_approval_requested`).
///
/// Handle it to ask a person and to approve or deny the call through the API; the objective waits
/// until then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ToolApprovalRequested {
    /// Identifier of the tool call to approve or deny.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
}

/// A tool call was approved (`objective_event.tool_approved`).
///
/// Handle it to remove the question from the list of open ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ToolApproved {
    /// Identifier of the approved tool call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
}

/// A tool call was denied (`objective_event.tool_denied`).
///
/// Handle it to remove the question from the list of open ones, and to record why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ToolDenied {
    /// The reviewer's note, which is passed on to the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// Identifier of the denied tool call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
}

/// A tool call was carried out (`objective_event.tool_called`).
///
/// Handle it to record what the agent did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ToolCalled {
    /// Identifier of the tool call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
}

/// A tool call returned a result (`objective_event.tool_result`).
///
/// Handle it to show or record what the tool gave back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ToolResult {
    /// Result as text; sent by older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Identifier of the tool call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
    /// Result as a structure; sent by newer versions in place of `content`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
}

/// A tool call failed while it ran (`objective_event.tool_error`).
///
/// Handle it to notice tools that are broken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ToolError {
    /// Text of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Identifier of the failed tool call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
}
