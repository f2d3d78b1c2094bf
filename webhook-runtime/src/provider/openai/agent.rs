//! Events about agent sessions and the environments they work in (`agent.*`).
//!
//! Payloads are thin: fetch the session or the environment by its id.

use serde::{Deserialize, Serialize};

use super::OpenAi;
use crate::Payload;

/// An agent environment expired and cannot be resumed (`agent.environment.expired`).
///
/// Handle it to stop using the environment and to set up another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentEnvironmentExpired {
    /// Identifier of the environment, to fetch it by.
    pub id: String,
}

/// The setup of a hosted environment that was ordered ahead of its use failed
/// (`agent.environment.failed`).
///
/// Handle it to fetch the environment, read why, and order another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentEnvironmentFailed {
    /// Identifier of the environment, to fetch it by.
    pub id: String,
}

/// A hosted environment that was ordered ahead of its use finished its setup
/// (`agent.environment.ready`).
///
/// Handle it to start the session that waits for the environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentEnvironmentReady {
    /// Identifier of the environment, to fetch it by.
    pub id: String,
}

/// An agent environment was suspended and can be resumed from a snapshot
/// (`agent.environment.suspended`).
///
/// Handle it to show that the environment rests; no work is lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentEnvironmentSuspended {
    /// Identifier of the environment, to fetch it by.
    pub id: String,
}

/// An agent session waits for an action of the client (`agent.session.action_required`).
///
/// Handle it to fetch the session and do what `required_action` asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentSessionActionRequired {
    /// Identifier of the session, to fetch it by.
    pub id: String,
    /// Kind of the action; the session itself has the details.
    pub required_action: RequiredAction,
}

/// An agent session was created (`agent.session.created`).
///
/// Handle it to keep a list of sessions complete and, for a self-hosted environment, to connect the
/// environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentSessionCreated {
    /// Identifier of the session, to fetch it by.
    pub id: String,
    /// `none`, `openai_hosted` or `self_hosted`.
    pub environment_type: String,
    /// Identifier of the environment, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_id: Option<String>,
    /// How to connect a self-hosted environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect: Option<Connect>,
}

/// An agent session failed (`agent.session.failed`).
///
/// Handle it to fetch the session and read its error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentSessionFailed {
    /// Identifier of the session, to fetch it by.
    pub id: String,
    /// `none`, `openai_hosted` or `self_hosted`.
    pub environment_type: String,
    /// Identifier of the environment, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_id: Option<String>,
}

/// An agent session went idle (`agent.session.idle`).
///
/// Handle it to fetch what the session produced and to send it further input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentSessionIdle {
    /// Identifier of the session, to fetch it by.
    pub id: String,
    /// `none`, `openai_hosted` or `self_hosted`.
    pub environment_type: String,
    /// Identifier of the environment, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_id: Option<String>,
}

/// An agent session started to work (`agent.session.in_progress`).
///
/// Handle it to show that the session is busy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentSessionInProgress {
    /// Identifier of the session, to fetch it by.
    pub id: String,
    /// `none`, `openai_hosted` or `self_hosted`.
    pub environment_type: String,
    /// Identifier of the environment, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_id: Option<String>,
}

/// Fields of the events of `agent.*`: the common ones, and those of some events as `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("agent.*"), shipped)]
#[non_exhaustive]
pub struct AnyAgent {
    /// Identifier of the session or environment.
    pub id: String,
    /// Kind of the action; the session itself has the details.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_action: Option<RequiredAction>,
    /// `none`, `openai_hosted` or `self_hosted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_type: Option<String>,
    /// Identifier of the environment, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_id: Option<String>,
    /// How to connect a self-hosted environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect: Option<Connect>,
}

/// Fields common to all events of `agent.environment.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("agent.environment.*"), shipped)]
#[non_exhaustive]
pub struct AnyAgentEnvironment {
    /// Identifier of the environment, to fetch it by.
    pub id: String,
}

/// Fields of the events of `agent.session.*`: the common ones, and those of some events as
/// `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("agent.session.*"), shipped)]
#[non_exhaustive]
pub struct AnyAgentSession {
    /// Identifier of the session, to fetch it by.
    pub id: String,
    /// Kind of the action; the session itself has the details.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_action: Option<RequiredAction>,
    /// `none`, `openai_hosted` or `self_hosted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_type: Option<String>,
    /// Identifier of the environment, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_id: Option<String>,
    /// How to connect a self-hosted environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect: Option<Connect>,
}

/// What an agent session waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RequiredAction {
    /// Kind of the action: `computer_use_approval_request`, `mcp_approval_request`, `function_call`
    /// or `environment_connection`; newer versions may add more.
    #[serde(rename = "type")]
    pub kind: String,
}

/// How a self-hosted environment connects to its session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Connect {
    /// URL that the environment connects to.
    pub remote_url: String,
}
