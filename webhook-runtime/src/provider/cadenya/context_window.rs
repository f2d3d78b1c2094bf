//! Context windows of an objective.
//!
//! Fields inside are optional throughout: the provider has changed them before.

use serde::{Deserialize, Serialize};

/// The context window was compacted into a new one (`objective_event.context_window_compacted`).
///
/// Handle it to inform readers of the timeline that earlier messages were folded into a summary.
/// The provider's documents do not spell this name out; it is inferred from the member's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ContextWindowCompacted {
    /// Number of messages that were folded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messages_compacted: Option<i64>,
    /// The window that follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_context_window: Option<ObjectiveContextWindowData>,
    /// Names of the strategies that were applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategies: Option<Vec<String>>,
    /// Summary of the folded messages, if one was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// A context window of an objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ObjectiveContextWindowData {
    /// Number of tokens written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion_tokens: Option<i64>,
    /// Identifier of the objective that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective_id: Option<String>,
    /// How the work is to go on from the window before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_window_continue_instructions: Option<String>,
    /// Number of tokens read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_tokens: Option<i64>,
    /// Position among the windows of the objective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<i64>,
}
