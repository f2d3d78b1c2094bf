//! Events about login sessions of users (`session.*`).

use serde::{Deserialize, Serialize};

use super::{EntityId, Wacht};
use crate::Payload;
use crate::payload::{DateTime, JsonObject, Sensitive};

/// A user signed in (`session.created`).
///
/// Handle it to record sign-ins or to set up state for the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionCreated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `session`.
    pub entity_type: String,
    /// Identifier of the session.
    pub id: String,
    /// When it was created.
    pub created_at: DateTime,
    /// When it was last changed.
    pub updated_at: DateTime,
    /// Identifier of the sign-in that is active.
    #[serde(default)]
    pub active_signin_id: Option<String>,
    /// Sign-ins of the session. They may carry tokens, so `Debug` hides them.
    pub signins: Sensitive<Vec<JsonObject>>,
    /// Identifier of the deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// When it was deleted, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<DateTime>,
}

/// A user signed out (`session.deleted`).
///
/// Handle it to drop the state of the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionDeleted {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `session`.
    pub entity_type: String,
    /// Identifier of the session.
    pub id: String,
    /// When it was created.
    pub created_at: DateTime,
    /// When it was last changed.
    pub updated_at: DateTime,
    /// Identifier of the sign-in that is active.
    #[serde(default)]
    pub active_signin_id: Option<String>,
    /// Sign-ins of the session. They may carry tokens, so `Debug` hides them.
    pub signins: Sensitive<Vec<JsonObject>>,
    /// Identifier of the deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// When it was deleted, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<DateTime>,
}

/// A session ran out (`session.expired`).
///
/// Handle it to drop the state of the session. Unlike the other events of the family it names the
/// session only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionExpired {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `session`.
    pub entity_type: String,
}

/// Fields of the events of `session.*`: the common ones, and those of some events as `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("session.*"), shipped)]
#[non_exhaustive]
pub struct AnySession {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `session`.
    pub entity_type: String,
    /// Identifier of the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime>,
    /// Identifier of the sign-in that is active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_signin_id: Option<String>,
    /// Sign-ins of the session. They may carry tokens, so `Debug` hides them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signins: Option<Sensitive<Vec<JsonObject>>>,
    /// Identifier of the deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// When it was deleted, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<DateTime>,
}
