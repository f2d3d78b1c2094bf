//! Events about managed-agent sessions (`session.*`) and the threads inside them.
//!
//! Payloads are thin: they name the object, whose state is to be fetched.

use serde::{Deserialize, Serialize};

use super::Anthropic;
use crate::Payload;

/// A managed-agent session came into existence (`session.created`).
///
/// Handle it to keep a list of sessions complete, also of those that a deployment or a colleague
/// started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.created")]
#[non_exhaustive]
pub struct SessionCreated {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A session is waiting to be scheduled for work (`session.pending`).
///
/// Handle it to show that work is queued and has not begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.pending")]
#[non_exhaustive]
pub struct SessionPending {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A session moved into its running state (`session.running`).
///
/// Handle it to show that a session is running. `session.status_run_started` is the form that the
/// provider offers for subscription.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.running")]
#[non_exhaustive]
pub struct SessionRunning {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A session moved into its idle state (`session.idled`).
///
/// Handle it to notice that a session stopped working. `session.status_idled` is the form that the
/// provider offers for subscription.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.idled")]
#[non_exhaustive]
pub struct SessionIdled {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A session cannot go on until the client does something: approve, return a tool result, give
/// input (`session.requires_action`).
///
/// Handle it to fetch the session, and supply the required action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.requires_action")]
#[non_exhaustive]
pub struct SessionRequiresAction {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A session was archived (`session.archived`).
///
/// Handle it to remove the session from the list of active ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.archived")]
#[non_exhaustive]
pub struct SessionArchived {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A session was removed for good (`session.deleted`).
///
/// Handle it to drop whatever you keep about the session: nothing is left to fetch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.deleted")]
#[non_exhaustive]
pub struct SessionDeleted {
    /// Identifier that the session had.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A transient fault interrupted a session, and it is being retried without your help
/// (`session.status_rescheduled`).
///
/// Handle it to explain a delay. Nothing needs to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.status_rescheduled")]
#[non_exhaustive]
pub struct SessionStatusRescheduled {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// The agent of a session began to run; sent at every transition to running
/// (`session.status_run_started`).
///
/// Handle it to measure runs or to show progress. Expect it several times for one session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.status_run_started")]
#[non_exhaustive]
pub struct SessionStatusRunStarted {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// The agent of a session stopped and waits for input, an approval or a tool result
/// (`session.status_idled`).
///
/// Handle it to fetch the session, read what it produced and answer it. This is the usual event to
/// drive an agent by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.status_idled")]
#[non_exhaustive]
pub struct SessionStatusIdled {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A session ended, through an error that cannot be recovered from or because it was archived
/// (`session.status_terminated`).
///
/// Handle it to collect the final result and to distinguish a failure from an ordinary end by
/// fetching the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.status_terminated")]
#[non_exhaustive]
pub struct SessionStatusTerminated {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A further agent thread opened inside a multi-agent session (`session.thread_created`).
///
/// Handle it to follow the threads of a session one by one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.thread_created")]
#[non_exhaustive]
pub struct SessionThreadCreated {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the thread inside the session.
    pub session_thread_id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A thread of a multi-agent session waits for input (`session.thread_idled`).
///
/// Handle it to answer that thread; the session as a whole may still be running.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.thread_idled")]
#[non_exhaustive]
pub struct SessionThreadIdled {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the thread inside the session.
    pub session_thread_id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A thread of a multi-agent session ended (`session.thread_terminated`).
///
/// Handle it to collect what the thread produced and to stop following it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.thread_terminated")]
#[non_exhaustive]
pub struct SessionThreadTerminated {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the thread inside the session.
    pub session_thread_id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// One iteration of an outcome evaluation of a session finished
/// (`session.outcome_evaluation_ended`).
///
/// Handle it to fetch the verdict. An evaluation may have several iterations, so expect it more
/// than once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.outcome_evaluation_ended")]
#[non_exhaustive]
pub struct SessionOutcomeEvaluationEnded {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A session hit its spending budget and paused (`session.budget_reached`).
///
/// Handle it to raise the budget or to end the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.budget_reached")]
#[non_exhaustive]
pub struct SessionBudgetReached {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// Properties of a session changed, such as its name or its configuration (`session.updated`).
///
/// Handle it to refresh a copy of the session that you keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session.updated")]
#[non_exhaustive]
pub struct SessionUpdated {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// Fields of the events of `session.*`: the common ones, and those of some events as `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.*"), shipped)]
#[non_exhaustive]
pub struct AnySession {
    /// Identifier of the session; fetch the session by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
    /// Identifier of the thread inside the session. Only `session.thread_*` has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_thread_id: Option<String>,
}
