//! Events about videos (`video.*`).
//!
//! The provider lists their names only; the payload is assumed and not verified.

use serde::{Deserialize, Serialize};

use super::OpenAi;
use crate::Payload;

/// A video was rendered (`video.completed`).
///
/// Handle it to fetch the video. The provider offers this event for subscription and publishes no
/// type for its payload: the field is assumed from its other events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VideoCompleted {
    /// Identifier of the video, to fetch it by.
    pub id: String,
}

/// A video could not be rendered (`video.failed`).
///
/// Handle it to fetch the video and read its error. The provider offers this event for subscription
/// and publishes no type for its payload: the field is assumed from its other events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VideoFailed {
    /// Identifier of the video, to fetch it by.
    pub id: String,
}

/// Fields common to all events of `video.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("video.*"), shipped)]
#[non_exhaustive]
pub struct AnyVideo {
    /// Identifier of the video, to fetch it by.
    pub id: String,
}
