//! Events inside the threads of agents (`agent.thread.*`).
//!
//! On the wire they are wrapped like all others; some senders leave the wrapping out. The structs
//! are the same.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ConversationRecord, Wacht};
use crate::Payload;
use crate::payload::DateTime;

/// A message was added to a thread of an agent (`agent.thread.message`).
///
/// Handle it to follow all messages of threads. `data.message_type` is its kind, and handlers can
/// be bound to one kind alone; the content is then one of the structs named in
/// [`MessageContent`](super::MessageContent).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentThreadMessage {
    /// Identifier of the thread.
    pub thread_id: String,
    /// What the event holds: always `conversation_message`.
    pub message_type: String,
    /// The message.
    pub data: ConversationRecord,
    /// When it was published.
    pub timestamp: DateTime,
}

/// The platform raised an event with a custom label inside a thread
/// (`agent.thread.platform_event`).
///
/// Handle it to follow, by its label, what befalls a thread beside its messages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentThreadPlatformEvent {
    /// Identifier of the thread.
    pub thread_id: String,
    /// What the event holds: always `platform_event`.
    pub message_type: String,
    /// Label and data of the event.
    pub data: PlatformEventPayload,
    /// When it was published.
    pub timestamp: DateTime,
}

/// Label and data of a platform event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlatformEventPayload {
    /// Label of the event, such as `conversation_compacted`.
    pub event_label: String,
    /// Data of the event; what it is depends on the label.
    pub event_data: Value,
}

/// Fields of the events of `agent.thread.*`: the common ones, and those of some events as `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("agent.thread.*"), shipped)]
#[non_exhaustive]
pub struct AnyAgentThread {
    /// Identifier of the thread.
    pub thread_id: String,
    /// What the event holds: `conversation_message` or `platform_event`.
    pub message_type: String,
    /// The message or the platform event, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// When it was published.
    pub timestamp: DateTime,
}
