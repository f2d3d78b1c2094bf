//! Events about batches (`batch.*`).
//!
//! Payloads are thin: fetch the batch by its id.

use serde::{Deserialize, Serialize};

use super::OpenAi;
use crate::Payload;

/// A batch was cancelled (`batch.cancelled`).
///
/// Handle it to fetch the batch: requests that had finished before still have results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BatchCancelled {
    /// Identifier of the batch, to fetch it by.
    pub id: String,
}

/// A batch finished (`batch.completed`).
///
/// Handle it to fetch the batch and to download its output and error files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BatchCompleted {
    /// Identifier of the batch, to fetch it by.
    pub id: String,
}

/// A batch ran out of time before all its requests were done (`batch.expired`).
///
/// Handle it to collect the results there are and to send the rest again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BatchExpired {
    /// Identifier of the batch, to fetch it by.
    pub id: String,
}

/// A batch failed (`batch.failed`).
///
/// Handle it to fetch the batch and read its errors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BatchFailed {
    /// Identifier of the batch, to fetch it by.
    pub id: String,
}

/// Fields common to all events of `batch.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("batch.*"), shipped)]
#[non_exhaustive]
pub struct AnyBatch {
    /// Identifier of the batch, to fetch it by.
    pub id: String,
}
