//! Actors: users, API keys and the system.

use serde::{Deserialize, Serialize};

use super::AccountResourceMetadata;
use crate::payload::open_enum;

/// An actor: a user, an API key or the system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Profile {
    /// Identity of the actor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<AccountResourceMetadata>,
    /// Kind and names of the actor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<ProfileSpec>,
}

/// What a profile is: its kind and its names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProfileSpec {
    /// Kind of actor.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ProfileKind>,
    /// Email address of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

open_enum! {
    /// Kind of actor.
    pub enum ProfileKind {
        /// A person.
        User = "PROFILE_TYPE_USER",
        /// An API key.
        ApiKey = "PROFILE_TYPE_API_KEY",
        /// Cadenya itself.
        System = "PROFILE_TYPE_SYSTEM",
    }
}
