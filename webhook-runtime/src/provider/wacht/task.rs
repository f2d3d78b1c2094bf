//! Content of the messages about tasks on the board.
//!
//! The kind of content is lossless: `content_type` is kept as sent, since it may differ from the
//! `message_type` of the record around it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::payload::DateTime;

/// A task that the thread subscribed to changed its status. (`agent.thread.message` with
/// `message_type` `task_subscription_notification`).
///
/// Handle it to follow tasks across threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskSubscriptionNotification {
    /// Kind of content. Mostly the `message_type` of the record, but it need not be.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Identifier of the task.
    pub board_item_id: String,
    /// Key of the task, for people.
    pub task_key: String,
    /// Title of the task.
    pub task_title: String,
    /// Status before.
    pub from_status: String,
    /// Status after.
    pub to_status: String,
    /// When the status changed.
    pub transitioned_at: DateTime,
}

/// A worker thread starts on an assignment. (`agent.thread.message` with `message_type`
/// `assignment_execution_trigger`).
///
/// Handle it to follow who works on what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AssignmentExecutionTrigger {
    /// Kind of content. Mostly the `message_type` of the record, but it need not be.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Identifier of the assignment.
    pub assignment_id: String,
    /// Identifier of the task.
    pub board_item_id: String,
    /// Key of the task, for people.
    pub task_key: String,
    /// Why the task was routed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing_reason: Option<String>,
    /// When the work was started.
    pub triggered_at: DateTime,
}

/// A task came back to the coordinator for a decision. (`agent.thread.message` with `message_type`
/// `task_routing_trigger`).
///
/// Handle it to follow how tasks are routed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskRoutingTrigger {
    /// Kind of content. Mostly the `message_type` of the record, but it need not be.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Identifier of the task.
    pub board_item_id: String,
    /// Key of the task, for people.
    pub task_key: String,
    /// Why the task came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing_reason: Option<String>,
    /// When the task came back.
    pub triggered_at: DateTime,
}

/// Another thread handed its result over. (`agent.thread.message` with `message_type`
/// `task_handoff_received`).
///
/// Handle it to collect results of tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskHandoffReceived {
    /// Kind of content. Mostly the `message_type` of the record, but it need not be.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Identifier of the thread that hands over.
    pub source_thread_id: String,
    /// Identifier of the task.
    pub board_item_id: String,
    /// Role of the thread that hands over.
    pub source_role: String,
    /// How the work ended.
    pub outcome: String,
    /// Summary of the work.
    pub summary: String,
    /// What the work produced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifacts: Option<Value>,
    /// The obstacle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blockers: Option<Value>,
    /// What is to be done next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_actions: Option<Value>,
    /// When the work ended.
    pub completed_at: DateTime,
}
