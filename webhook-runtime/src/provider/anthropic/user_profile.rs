//! Events about user profiles (`user_profile.*`); they belong to an organization, not to a
//! workspace.
//!
//! Payloads are thin: they name the object, whose state is to be fetched.

use serde::{Deserialize, Serialize};

use super::Anthropic;
use crate::Payload;

/// An enforcement action was opened on a user profile (`user_profile.enforcement_action_opened`).
///
/// Handle it to examine the action and to restrict the user where you have to. Sent to endpoints
/// of the organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "user_profile.enforcement_action_opened")]
#[non_exhaustive]
pub struct UserProfileEnforcementActionOpened {
    /// Identifier of the user profile; fetch the profile by it for the current state.
    pub id: String,
    /// Identifier of the enforcement action that was opened or resolved.
    pub enforcement_action_id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
}

/// An enforcement action on a user profile was resolved
/// (`user_profile.enforcement_action_resolved`).
///
/// Handle it to lift the restrictions that the action brought about. Sent to endpoints of the
/// organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "user_profile.enforcement_action_resolved")]
#[non_exhaustive]
pub struct UserProfileEnforcementActionResolved {
    /// Identifier of the user profile; fetch the profile by it for the current state.
    pub id: String,
    /// Identifier of the enforcement action that was opened or resolved.
    pub enforcement_action_id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
}

/// The programme status of a user profile changed (`user_profile.program_status_updated`).
///
/// Handle it to fetch the profile and act on its new status. Sent to endpoints of the organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "user_profile.program_status_updated")]
#[non_exhaustive]
pub struct UserProfileProgramStatusUpdated {
    /// Identifier of the user profile; fetch the profile by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
}

/// Fields of the events of `user_profile.*`: the common ones, and those of some events as `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Anthropic, events("user_profile.*"), shipped)]
#[non_exhaustive]
pub struct AnyUserProfile {
    /// Identifier of the user profile; fetch the profile by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the enforcement action that was opened or resolved. Only
    /// `user_profile.enforcement_action_*` has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforcement_action_id: Option<String>,
}
