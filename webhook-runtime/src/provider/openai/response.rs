//! Events about model responses in the background (`response.*`).
//!
//! Payloads are thin: fetch the response by its id.

use serde::{Deserialize, Serialize};

use super::OpenAi;
use crate::Payload;

/// A model response in the background was cancelled (`response.cancelled`).
///
/// Handle it to stop waiting for the response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResponseCancelled {
    /// Identifier of the response, to fetch it by.
    pub id: String,
}

/// A model response in the background finished (`response.completed`).
///
/// Handle it to fetch the response and its output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResponseCompleted {
    /// Identifier of the response, to fetch it by.
    pub id: String,
}

/// A model response in the background failed (`response.failed`).
///
/// Handle it to fetch the response, read its error and perhaps ask again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResponseFailed {
    /// Identifier of the response, to fetch it by.
    pub id: String,
}

/// A model response in the background ended before it was complete (`response.incomplete`).
///
/// Handle it to fetch the response: it holds what was produced and why it stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResponseIncomplete {
    /// Identifier of the response, to fetch it by.
    pub id: String,
}

/// Fields common to all events of `response.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("response.*"), shipped)]
#[non_exhaustive]
pub struct AnyResponse {
    /// Identifier of the response, to fetch it by.
    pub id: String,
}
