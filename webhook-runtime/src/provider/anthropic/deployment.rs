//! Events about scheduled deployments (`deployment.*`) and about their runs (`deployment_run.*`),
//! which are two families.
//!
//! Payloads are thin: they name the object, whose state is to be fetched.

use serde::{Deserialize, Serialize};

use super::Anthropic;
use crate::Payload;

/// A deployment was archived (`deployment.archived`).
///
/// Handle it to remove the deployment from the list of active ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "deployment.archived")]
#[non_exhaustive]
pub struct DeploymentArchived {
    /// Identifier of the deployment; fetch the deployment by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A scheduled deployment was created (`deployment.created`).
///
/// Handle it to keep a list of deployments complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "deployment.created")]
#[non_exhaustive]
pub struct DeploymentCreated {
    /// Identifier of the deployment; fetch the deployment by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A deployment was removed for good (`deployment.deleted`).
///
/// Handle it to drop whatever you keep about the deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "deployment.deleted")]
#[non_exhaustive]
pub struct DeploymentDeleted {
    /// Identifier that the deployment had.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A deployment was paused, on request or because a run failed beyond recovery
/// (`deployment.paused`).
///
/// Handle it to raise an alarm when the pause was not requested; fetch the deployment for the
/// reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "deployment.paused")]
#[non_exhaustive]
pub struct DeploymentPaused {
    /// Identifier of the deployment; fetch the deployment by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A paused deployment took up its schedule again (`deployment.unpaused`).
///
/// Handle it to clear the alarm that `deployment.paused` raised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "deployment.unpaused")]
#[non_exhaustive]
pub struct DeploymentUnpaused {
    /// Identifier of the deployment; fetch the deployment by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// Properties of a deployment changed, for example its schedule (`deployment.updated`).
///
/// Handle it to refresh a copy of the deployment that you keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "deployment.updated")]
#[non_exhaustive]
pub struct DeploymentUpdated {
    /// Identifier of the deployment; fetch the deployment by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// Fields common to all events of `deployment.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Anthropic, events("deployment.*"), shipped)]
#[non_exhaustive]
pub struct AnyDeployment {
    /// Identifier of the deployment; fetch the deployment by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A scheduled run of a deployment could not create a session (`deployment_run.failed`).
///
/// Handle it to raise an alarm: the work of this run was not done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "deployment_run.failed")]
#[non_exhaustive]
pub struct DeploymentRunFailed {
    /// Identifier of the deployment run; fetch the run by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A scheduled run of a deployment started (`deployment_run.started`).
///
/// Handle it to follow runs from their beginning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "deployment_run.started")]
#[non_exhaustive]
pub struct DeploymentRunStarted {
    /// Identifier of the deployment run; fetch the run by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A scheduled run of a deployment created its session (`deployment_run.succeeded`).
///
/// Handle it to find the session of the run. The success of the session is reported by the events
/// of `session.*`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "deployment_run.succeeded")]
#[non_exhaustive]
pub struct DeploymentRunSucceeded {
    /// Identifier of the deployment run; fetch the run by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// Fields common to all events of `deployment_run.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Anthropic, events("deployment_run.*"), shipped)]
#[non_exhaustive]
pub struct AnyDeploymentRun {
    /// Identifier of the deployment run; fetch the run by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}
