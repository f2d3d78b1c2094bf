//! The one-of of an event: `data.objectiveEvent.data`, where one member out of many is set.
//!
//! Newer versions of the provider add members, and change those there are. Neither may fail a
//! delivery, so reading falls back to the member's JSON.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{
    AssistantMessage, ContextWindowCompacted, MemoryRead, Notice, ObjectiveCancelled,
    ObjectiveError, ObjectiveFinalized, ObjectiveInterrupted, ObjectiveStateChanged,
    ObjectiveTimedOut, Reasoning, SubAgentSpawned, SubAgentUpdated, SubObjectiveCreated,
    ToolApprovalRequested, ToolApproved, ToolCalled, ToolDenied, ToolError, ToolResult,
    UserMessage,
};

/// What happened in an event: one member out of many, and in newer versions its name beside it.
///
/// When several members are set, the first one that this version knows is kept; when it knows none
/// of them, the first of all.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ObjectiveEventData {
    /// Name of the member that is set (`type`); sent by newer versions only.
    pub kind: Option<String>,
    /// The member that is set.
    pub variant: ObjectiveVariant,
}

// Enum, names and both directions of serde come from one list: no arm can be missing.
macro_rules! one_of {
    ($($(#[$doc:meta])* $arm:ident = $member:literal,)*) => {
        /// The member that is set in an [`ObjectiveEventData`].
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        #[allow(
            clippy::large_enum_variant,
            reason = "an event is read, handled and dropped; a box would burden every match"
        )]
        pub enum ObjectiveVariant {
            $($(#[$doc])* $arm($arm),)*
            /// A member that this version does not know, or whose content does not fit its type.
            Unknown {
                /// Name of the member.
                member: String,
                /// Content of the member, as sent.
                value: Value,
            },
            /// No member is set.
            Missing,
        }

        impl ObjectiveVariant {
            /// The name of the member that is set, as the delivery spells it; `None` if none is.
            #[must_use]
            pub fn member(&self) -> Option<&str> {
                match self {
                    $(Self::$arm(_) => Some($member),)*
                    Self::Unknown { member, .. } => Some(member),
                    Self::Missing => None,
                }
            }

            fn from_member(member: String, value: Value) -> Self {
                let known = match member.as_str() {
                    $($member => $arm::deserialize(&value).map(Self::$arm).ok(),)*
                    _ => None,
                };
                known.unwrap_or(Self::Unknown { member, value })
            }

            fn serialize_member<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                match self {
                    $(Self::$arm(content) => map.serialize_entry($member, content),)*
                    Self::Unknown { member, value } => map.serialize_entry(member, value),
                    Self::Missing => Ok(()),
                }
            }
        }
    };
}

one_of! {
    /// The agent wrote a message, perhaps with tool calls in it.
    AssistantMessage = "assistantMessage",
    /// The context window was compacted into a new one.
    ContextWindowCompacted = "contextWindowCompacted",
    /// The objective hit an error.
    ObjectiveError = "error",
    /// A sub-objective was started.
    SubObjectiveCreated = "subObjectiveCreated",
    /// A tool call waits for an approval.
    ToolApprovalRequested = "toolApprovalRequested",
    /// A tool call was approved.
    ToolApproved = "toolApproved",
    /// A tool call was carried out.
    ToolCalled = "toolCalled",
    /// A tool call was denied.
    ToolDenied = "toolDenied",
    /// A tool call failed while it ran.
    ToolError = "toolError",
    /// A tool call returned a result.
    ToolResult = "toolResult",
    /// A message of the user entered the objective.
    UserMessage = "userMessage",
    /// A sub-agent was spawned and given a task.
    SubAgentSpawned = "subAgentSpawned",
    /// The objective of a sub-agent changed its status.
    SubAgentUpdated = "subAgentUpdated",
    /// The agent loaded an entry of its memory.
    MemoryRead = "memoryRead",
    /// The model put a piece of its reasoning on record.
    Reasoning = "reasoning",
    /// The objective was cancelled; no further work follows.
    ObjectiveCancelled = "cancelled",
    /// The objective was finalized; no further work follows.
    ObjectiveFinalized = "finalized",
    /// The runtime gave notice of something while the objective goes on.
    Notice = "notice",
    /// The objective timed out for want of activity; no further work follows.
    ObjectiveTimedOut = "timedOut",
    /// The lifecycle state of the objective changed.
    ObjectiveStateChanged = "stateChanged",
    /// The work in the foreground stopped, and the objective waits.
    ObjectiveInterrupted = "interrupted",
}

impl Serialize for ObjectiveEventData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(kind) = &self.kind {
            map.serialize_entry("type", kind)?;
        }
        self.variant.serialize_member(&mut map)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for ObjectiveEventData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MemberVisitor)
    }
}

struct MemberVisitor;

impl<'de> Visitor<'de> for MemberVisitor {
    type Value = ObjectiveEventData;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with one member set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut kind = None;
        let mut variant = ObjectiveVariant::Missing;
        while let Some((member, value)) = map.next_entry::<String, Value>()? {
            match (member.as_str(), value) {
                ("type", Value::String(name)) => kind = Some(name),
                // A tag that is not text selects no member; `null` equals an absent member.
                ("type", _) | (_, Value::Null) => {}
                (_, value) => {
                    variant = match (variant, ObjectiveVariant::from_member(member, value)) {
                        (ObjectiveVariant::Missing, next) => next,
                        (ObjectiveVariant::Unknown { .. }, next)
                            if !matches!(next, ObjectiveVariant::Unknown { .. }) =>
                        {
                            next
                        }
                        (first, _) => first,
                    };
                }
            }
        }
        Ok(ObjectiveEventData { kind, variant })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> ObjectiveEventData {
        serde_json::from_value(value).expect("an object is always read")
    }

    #[test]
    fn an_unknown_member_is_kept_as_sent() {
        let sent = json!({"type": "dreamt", "dreamt": {"of": ["sheep"]}});
        let data = read(sent.clone());
        assert_eq!(data.variant.member(), Some("dreamt"));
        assert_eq!(json!(data), sent);
    }

    #[test]
    fn a_member_that_does_not_fit_its_type_is_kept_as_sent() {
        let sent = json!({"toolResult": {"content": {"rows": 3}}});
        let data = read(sent.clone());
        assert!(matches!(data.variant, ObjectiveVariant::Unknown { .. }));
        assert_eq!(json!(data), sent);
    }

    #[test]
    fn of_several_members_the_first_known_one_is_kept() {
        let text = r#"{"revision": 4, "userMessage": {"content": "a"}, "toolCalled": {}}"#;
        let data: ObjectiveEventData = serde_json::from_str(text).expect("reads");
        assert_eq!(data.variant.member(), Some("userMessage"));
    }

    #[test]
    fn no_member_is_missing_and_not_an_error() {
        let data = read(json!({"type": "toolResult", "toolResult": null}));
        assert_eq!(data.variant, ObjectiveVariant::Missing);
        assert_eq!(data.kind.as_deref(), Some("toolResult"));
    }
}
