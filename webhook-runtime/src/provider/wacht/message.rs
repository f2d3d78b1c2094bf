//! The messages of a thread: the record, and its content by kind.
//!
//! The `message_type` of a record selects the sub-type of `agent.thread.message`. It
//! may precede or follow the `content` that depends on it, so the content is kept as text
//! until the whole record is read.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{
    ApprovalRequest, ApprovalResponse, AssignmentExecutionTrigger, ClarificationRequest,
    ClarificationResponse, ExecutionSummary, Steer, SystemDecision, TaskHandoffReceived,
    TaskRoutingTrigger, TaskSubscriptionNotification, ToolResult, UserMessage,
};
use crate::payload::{DateTime, JsonObject, open_enum};

/// One message of a thread.
///
/// Deserialization reads the content by its `message_type`, which may follow the content. It must
/// be read from JSON text or from a `serde_json::Value`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ConversationRecord {
    /// Identifier of the message.
    pub id: String,
    /// Identifier of the thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// Identifier of the task, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub board_item_id: Option<String>,
    /// Identifier of the run that made the message, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_run_id: Option<String>,
    /// Kind of message; it decides how `content` is read.
    pub message_type: MessageType,
    /// Body of the message.
    pub content: MessageContent,
    /// When it was said.
    pub timestamp: DateTime,
    /// When the record was made.
    pub created_at: DateTime,
    /// When the record was last changed.
    pub updated_at: DateTime,
    /// Free data that goes with the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<JsonObject>,
}

open_enum! {
    /// Kind of message in a thread.
    pub enum MessageType {
        /// A user or a caller sent a message into the thread.
        UserMessage = "user_message",
        /// The agent announced its next step, or steered itself in the middle of a run.
        Steer = "steer",
        /// A tool that the agent ran returned.
        ToolResult = "tool_result",
        /// The platform decided on a route or a guard.
        SystemDecision = "system_decision",
        /// The agent asked the user questions, and the thread waits for the answers.
        ClarificationRequest = "clarification_request",
        /// The user answered a request for clarification.
        ClarificationResponse = "clarification_response",
        /// The agent wants to run tools that need approval, and the thread waits for it.
        ApprovalRequest = "approval_request",
        /// The user decided on a request for approval. A tool without an entry is denied.
        ApprovalResponse = "approval_response",
        /// A run ended, and this is its summary.
        ExecutionSummary = "execution_summary",
        /// A task that the thread subscribed to changed its status.
        TaskSubscriptionNotification = "task_subscription_notification",
        /// A worker thread starts on an assignment.
        AssignmentExecutionTrigger = "assignment_execution_trigger",
        /// A task came back to the coordinator for a decision.
        TaskRoutingTrigger = "task_routing_trigger",
        /// Another thread handed its result over.
        TaskHandoffReceived = "task_handoff_received",
    }
}

/// Content of a message, by its kind.
///
/// A kind that this version does not know, or content that does not fit its kind, decodes as
/// [`MessageContent::Other`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum MessageContent {
    /// A user or a caller sent a message into the thread.
    UserMessage(UserMessage),
    /// The agent announced its next step, or steered itself in the middle of a run.
    Steer(Steer),
    /// A tool that the agent ran returned.
    ToolResult(ToolResult),
    /// The platform decided on a route or a guard.
    SystemDecision(SystemDecision),
    /// The agent asked the user questions, and the thread waits for the answers.
    ClarificationRequest(ClarificationRequest),
    /// The user answered a request for clarification.
    ClarificationResponse(ClarificationResponse),
    /// The agent wants to run tools that need approval, and the thread waits for it.
    ApprovalRequest(ApprovalRequest),
    /// The user decided on a request for approval. A tool without an entry is denied.
    ApprovalResponse(ApprovalResponse),
    /// A run ended, and this is its summary.
    ExecutionSummary(ExecutionSummary),
    /// A task that the thread subscribed to changed its status.
    TaskSubscriptionNotification(TaskSubscriptionNotification),
    /// A worker thread starts on an assignment.
    AssignmentExecutionTrigger(AssignmentExecutionTrigger),
    /// A task came back to the coordinator for a decision.
    TaskRoutingTrigger(TaskRoutingTrigger),
    /// Another thread handed its result over.
    TaskHandoffReceived(TaskHandoffReceived),
    /// Any other content, as sent.
    Other(Value),
}

impl MessageContent {
    fn read(kind: &MessageType, content: &RawValue) -> Self {
        let known = match kind {
            MessageType::UserMessage => read_as(content, Self::UserMessage),
            MessageType::Steer => read_as(content, Self::Steer),
            MessageType::ToolResult => read_as(content, Self::ToolResult),
            MessageType::SystemDecision => read_as(content, Self::SystemDecision),
            MessageType::ClarificationRequest => read_as(content, Self::ClarificationRequest),
            MessageType::ClarificationResponse => read_as(content, Self::ClarificationResponse),
            MessageType::ApprovalRequest => read_as(content, Self::ApprovalRequest),
            MessageType::ApprovalResponse => read_as(content, Self::ApprovalResponse),
            MessageType::ExecutionSummary => read_as(content, Self::ExecutionSummary),
            MessageType::TaskSubscriptionNotification => {
                read_as(content, Self::TaskSubscriptionNotification)
            }
            MessageType::AssignmentExecutionTrigger => {
                read_as(content, Self::AssignmentExecutionTrigger)
            }
            MessageType::TaskRoutingTrigger => read_as(content, Self::TaskRoutingTrigger),
            MessageType::TaskHandoffReceived => read_as(content, Self::TaskHandoffReceived),
            MessageType::Other(_) => None,
        };
        // Text that is JSON but no `Value` (nested too deep, a number out of range) stays text.
        known.unwrap_or_else(|| {
            Self::Other(
                serde_json::from_str(content.get())
                    .unwrap_or_else(|_| Value::String(content.get().to_owned())),
            )
        })
    }
}

fn read_as<T: DeserializeOwned>(
    content: &RawValue,
    arm: fn(T) -> MessageContent,
) -> Option<MessageContent> {
    serde_json::from_str(content.get()).ok().map(arm)
}

#[derive(Deserialize)]
struct RecordWire {
    id: String,
    thread_id: Option<String>,
    board_item_id: Option<String>,
    execution_run_id: Option<String>,
    message_type: MessageType,
    content: Box<RawValue>,
    timestamp: DateTime,
    created_at: DateTime,
    updated_at: DateTime,
    metadata: Option<JsonObject>,
}

impl<'de> Deserialize<'de> for ConversationRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = RecordWire::deserialize(deserializer)?;
        Ok(Self {
            content: MessageContent::read(&wire.message_type, &wire.content),
            id: wire.id,
            thread_id: wire.thread_id,
            board_item_id: wire.board_item_id,
            execution_run_id: wire.execution_run_id,
            message_type: wire.message_type,
            timestamp: wire.timestamp,
            created_at: wire.created_at,
            updated_at: wire.updated_at,
            metadata: wire.metadata,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(message_type: &str, content: &Value) -> ConversationRecord {
        let record = json!({
            "id": "88", "message_type": message_type, "content": content,
            "timestamp": "2026-11-05T08:00:00Z",
            "created_at": "2026-11-05T08:00:00Z",
            "updated_at": "2026-11-05T08:00:00Z",
        });
        serde_json::from_value(record).expect("a record is always read")
    }

    #[test]
    fn the_message_type_may_stand_behind_the_content() {
        let text = r#"{"content": {"type": "user_message", "message": "hello"}, "id": "1",
            "timestamp": "2026-11-05T08:00:00Z", "created_at": "2026-11-05T08:00:00Z",
            "updated_at": "2026-11-05T08:00:00Z", "message_type": "user_message"}"#;
        let record: ConversationRecord = serde_json::from_str(text).expect("reads");
        assert!(matches!(record.content, MessageContent::UserMessage(m) if m.message == "hello"));
    }

    #[test]
    fn content_of_an_unknown_kind_is_kept_as_sent() {
        let content = json!({"type": "poll", "options": [1, 2]});
        let record = record("poll", &content);
        assert_eq!(record.message_type.as_str(), "poll");
        assert_eq!(record.content, MessageContent::Other(content));
    }

    #[test]
    fn content_that_does_not_fit_its_kind_is_kept_as_sent() {
        let content = json!({"type": "user_message", "message": 7});
        let record = record("user_message", &content);
        assert_eq!(record.content, MessageContent::Other(content));
    }

    #[test]
    fn the_kind_of_the_content_may_differ_from_the_message_type() {
        let content = json!({
            "type": "task_subscription_delivery", "board_item_id": "5", "task_key": "K-1",
            "task_title": "t", "from_status": "open", "to_status": "done",
            "transitioned_at": "2026-11-05T08:00:00Z",
        });
        let record = record("task_subscription_notification", &content);
        assert!(matches!(
            record.content,
            MessageContent::TaskSubscriptionNotification(_)
        ));
        assert_eq!(json!(record.content), content);
    }
}
