//! Events about fine-tuning jobs (`fine_tuning.job.*`).
//!
//! Payloads are thin: fetch the job by its id.

use serde::{Deserialize, Serialize};

use super::OpenAi;
use crate::Payload;

/// A fine-tuning job was cancelled (`fine_tuning.job.cancelled`).
///
/// Handle it to stop waiting for the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FineTuningJobCancelled {
    /// Identifier of the fine-tuning job, to fetch it by.
    pub id: String,
}

/// A fine-tuning job failed (`fine_tuning.job.failed`).
///
/// Handle it to fetch the job and read its error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FineTuningJobFailed {
    /// Identifier of the fine-tuning job, to fetch it by.
    pub id: String,
}

/// A fine-tuning job succeeded (`fine_tuning.job.succeeded`).
///
/// Handle it to fetch the job, which names the new model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FineTuningJobSucceeded {
    /// Identifier of the fine-tuning job, to fetch it by.
    pub id: String,
}

/// Fields common to all events of `fine_tuning.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("fine_tuning.*"), shipped)]
#[non_exhaustive]
pub struct AnyFineTuning {
    /// Identifier of the fine-tuning job, to fetch it by.
    pub id: String,
}

/// Fields common to all events of `fine_tuning.job.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("fine_tuning.job.*"), shipped)]
#[non_exhaustive]
pub struct AnyFineTuningJob {
    /// Identifier of the fine-tuning job, to fetch it by.
    pub id: String,
}
