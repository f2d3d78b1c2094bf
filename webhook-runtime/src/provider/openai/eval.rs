//! Events about runs of evals (`eval.run.*`).
//!
//! Payloads are thin: fetch the run by its id.

use serde::{Deserialize, Serialize};

use super::OpenAi;
use crate::Payload;

/// An eval run was cancelled (`eval.run.canceled`).
///
/// Handle it to stop waiting for the run. This name has one `l`, unlike the provider's other
/// events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EvalRunCanceled {
    /// Identifier of the eval run, to fetch it by.
    pub id: String,
}

/// An eval run failed (`eval.run.failed`).
///
/// Handle it to fetch the run and read its error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EvalRunFailed {
    /// Identifier of the eval run, to fetch it by.
    pub id: String,
}

/// An eval run succeeded (`eval.run.succeeded`).
///
/// Handle it to fetch the run and its results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EvalRunSucceeded {
    /// Identifier of the eval run, to fetch it by.
    pub id: String,
}

/// Fields common to all events of `eval.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("eval.*"), shipped)]
#[non_exhaustive]
pub struct AnyEval {
    /// Identifier of the eval run, to fetch it by.
    pub id: String,
}

/// Fields common to all events of `eval.run.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("eval.run.*"), shipped)]
#[non_exhaustive]
pub struct AnyEvalRun {
    /// Identifier of the eval run, to fetch it by.
    pub id: String,
}
