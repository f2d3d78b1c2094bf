//! Events about encryption keys that the customer manages (`external_key.*`); they belong to an
//! organization, not to a workspace.
//!
//! Payloads are thin: they name the object, whose state is to be fetched.

use serde::{Deserialize, Serialize};

use super::Anthropic;
use crate::Payload;

/// An encryption key that the customer manages stopped working (`external_key.failed`).
///
/// Handle it to raise an alarm at once and to repair the key or the access to it. Sent to endpoints
/// of the organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "external_key.failed")]
#[non_exhaustive]
pub struct ExternalKeyFailed {
    /// Identifier of the external key; fetch the key by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
}

/// An encryption key that the customer manages works again (`external_key.recovered`).
///
/// Handle it to clear the alarm that `external_key.failed` raised. Sent to endpoints of the
/// organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "external_key.recovered")]
#[non_exhaustive]
pub struct ExternalKeyRecovered {
    /// Identifier of the external key; fetch the key by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
}

/// Fields common to all events of `external_key.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Anthropic, events("external_key.*"), shipped)]
#[non_exhaustive]
pub struct AnyExternalKey {
    /// Identifier of the external key; fetch the key by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
}
