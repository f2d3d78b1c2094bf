//! The life of an objective: its states, its ends, and what goes wrong in between.
//!
//! Fields inside are optional throughout: the provider has changed them before.

use serde::{Deserialize, Serialize};

use crate::payload::JsonObject;

/// The lifecycle state of the objective changed (`objective_event.state_changed`).
///
/// Handle it to keep a copy of the state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ObjectiveStateChanged {
    /// State before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_state: Option<String>,
    /// State after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_state: Option<String>,
    /// Text that goes with the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The work in the foreground stopped, and the objective waits (`objective_event.interrupted`).
///
/// Handle it to give the objective further input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ObjectiveInterrupted {
    /// Reason, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The objective was cancelled; no further work follows (`objective_event.cancelled`).
///
/// Handle it to stop waiting for the objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ObjectiveCancelled {
    /// Reason, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The objective was finalized; no further work follows (`objective_event.finalized`).
///
/// Handle it to take the output and to close the matter on your side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ObjectiveFinalized {
    /// Structured output of the objective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<JsonObject>,
}

/// The objective timed out for want of activity; no further work follows
/// (`objective_event.timed_out`).
///
/// Handle it to stop waiting for the objective, or to start another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ObjectiveTimedOut {
    /// Name of the exhausted limit, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The objective hit an error (`objective_event.error`).
///
/// Handle it to raise an alarm; separate events report the fate of the objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ObjectiveError {
    /// Text of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Kind of error.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// The runtime gave notice of something while the objective goes on (`objective_event.notice`).
///
/// Handle it to log it, by its `level`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Notice {
    /// Level of the notice, such as `LEVEL_WARN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Text of the notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Name of the notice that stays the same between versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}
