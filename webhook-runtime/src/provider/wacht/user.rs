//! Events about user accounts (`user.*`).
//!
//! Payloads are merged with the whole current record, so more fields may come than are listed here.
//! Email addresses, phone numbers and second factors have families of their own below `user.*`.

use serde::{Deserialize, Serialize};

use super::{EntityId, Wacht};
use crate::Payload;
use crate::payload::{DateTime, JsonObject, Sensitive};

/// A user account came into existence (`user.created`).
///
/// Handle it to make a record of the user on your side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserCreated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `user`.
    pub entity_type: String,
    /// Identifier of the user.
    pub id: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// User name, if there is one.
    #[serde(default)]
    pub username: Option<String>,
    /// URL of the picture; may be empty.
    pub profile_picture_url: String,
    /// Version of the record: `v1` or `v2`.
    pub schema_version: String,
    /// Whether the account is disabled.
    pub disabled: bool,
    /// `none`, `optional` or `enforced`.
    pub second_factor_policy: String,
    /// State of availability.
    pub availability: String,
    /// When the password was last reset.
    #[serde(default)]
    pub last_password_reset_at: Option<DateTime>,
    /// Identifier of the membership in the organization that is active.
    #[serde(default)]
    pub active_organization_membership_id: Option<String>,
    /// Identifier of the membership in the workspace that is active.
    #[serde(default)]
    pub active_workspace_membership_id: Option<String>,
    /// Identifier of the deployment.
    pub deployment_id: String,
    /// Data of your own that clients may see.
    pub public_metadata: JsonObject,
    /// Data of your own that only servers see.
    pub private_metadata: JsonObject,
    /// Identifier of the primary email address.
    #[serde(default)]
    pub primary_email_address_id: Option<String>,
    /// The primary email address.
    #[serde(default)]
    pub primary_email_address: Option<String>,
    /// Identifier of the primary phone number.
    #[serde(default)]
    pub primary_phone_number_id: Option<String>,
    /// The primary phone number.
    #[serde(default)]
    pub primary_phone_number: Option<String>,
    /// All email addresses, as the platform keeps them.
    pub email_addresses: Vec<JsonObject>,
    /// All phone numbers, as the platform keeps them.
    pub phone_numbers: Vec<JsonObject>,
    /// Linked accounts. They carry access and refresh tokens, so `Debug` hides them.
    pub social_connections: Sensitive<Vec<JsonObject>>,
    /// Segments it belongs to.
    pub segments: Vec<JsonObject>,
    /// Whether the user has a password.
    pub has_password: bool,
    /// Whether the user has backup codes.
    pub has_backup_codes: bool,
    /// When it was created; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime>,
    /// When it was last changed; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime>,
}

/// A user account changed (`user.updated`).
///
/// Handle it to bring your record of the user up to date; the payload is the whole record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserUpdated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `user`.
    pub entity_type: String,
    /// Identifier of the user.
    pub id: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// User name, if there is one.
    #[serde(default)]
    pub username: Option<String>,
    /// URL of the picture; may be empty.
    pub profile_picture_url: String,
    /// Version of the record: `v1` or `v2`.
    pub schema_version: String,
    /// Whether the account is disabled.
    pub disabled: bool,
    /// `none`, `optional` or `enforced`.
    pub second_factor_policy: String,
    /// State of availability.
    pub availability: String,
    /// When the password was last reset.
    #[serde(default)]
    pub last_password_reset_at: Option<DateTime>,
    /// Identifier of the membership in the organization that is active.
    #[serde(default)]
    pub active_organization_membership_id: Option<String>,
    /// Identifier of the membership in the workspace that is active.
    #[serde(default)]
    pub active_workspace_membership_id: Option<String>,
    /// Identifier of the deployment.
    pub deployment_id: String,
    /// Data of your own that clients may see.
    pub public_metadata: JsonObject,
    /// Data of your own that only servers see.
    pub private_metadata: JsonObject,
    /// Identifier of the primary email address.
    #[serde(default)]
    pub primary_email_address_id: Option<String>,
    /// The primary email address.
    #[serde(default)]
    pub primary_email_address: Option<String>,
    /// Identifier of the primary phone number.
    #[serde(default)]
    pub primary_phone_number_id: Option<String>,
    /// The primary phone number.
    #[serde(default)]
    pub primary_phone_number: Option<String>,
    /// All email addresses, as the platform keeps them.
    pub email_addresses: Vec<JsonObject>,
    /// All phone numbers, as the platform keeps them.
    pub phone_numbers: Vec<JsonObject>,
    /// Linked accounts. They carry access and refresh tokens, so `Debug` hides them.
    pub social_connections: Sensitive<Vec<JsonObject>>,
    /// Segments it belongs to.
    pub segments: Vec<JsonObject>,
    /// Whether the user has a password.
    pub has_password: bool,
    /// Whether the user has backup codes.
    pub has_backup_codes: bool,
    /// When it was created; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime>,
    /// When it was last changed; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime>,
}

/// A user account was removed (`user.deleted`).
///
/// Handle it to delete or anonymise what you keep about the user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserDeleted {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `user`.
    pub entity_type: String,
    /// Identifier of the user.
    pub id: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// User name, if there is one.
    #[serde(default)]
    pub username: Option<String>,
    /// URL of the picture; may be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_picture_url: Option<String>,
    /// Version of the record: `v1` or `v2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_version: Option<String>,
    /// Whether the account is disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// `none`, `optional` or `enforced`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor_policy: Option<String>,
    /// State of availability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<String>,
    /// When the password was last reset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_password_reset_at: Option<DateTime>,
    /// Identifier of the membership in the organization that is active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_organization_membership_id: Option<String>,
    /// Identifier of the membership in the workspace that is active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_workspace_membership_id: Option<String>,
    /// Identifier of the deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// Data of your own that clients may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_metadata: Option<JsonObject>,
    /// Data of your own that only servers see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_metadata: Option<JsonObject>,
    /// Identifier of the primary email address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_email_address_id: Option<String>,
    /// The primary email address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_email_address: Option<String>,
    /// Identifier of the primary phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_phone_number_id: Option<String>,
    /// The primary phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_phone_number: Option<String>,
    /// All email addresses, as the platform keeps them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_addresses: Option<Vec<JsonObject>>,
    /// All phone numbers, as the platform keeps them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_numbers: Option<Vec<JsonObject>>,
    /// Linked accounts. They carry access and refresh tokens, so `Debug` hides them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub social_connections: Option<Sensitive<Vec<JsonObject>>>,
    /// Segments it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segments: Option<Vec<JsonObject>>,
    /// Whether the user has a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_password: Option<bool>,
    /// Whether the user has backup codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_backup_codes: Option<bool>,
    /// When it was created; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime>,
    /// When it was last changed; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime>,
}

/// A user changed the password (`user.password.updated`).
///
/// Handle it to inform the user, or to end sessions of your own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserPasswordUpdated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `user`.
    pub entity_type: String,
}

/// Fields of the events of `user.*`: the common ones, and those of some events as `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("user.*"), shipped)]
#[non_exhaustive]
pub struct AnyUser {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `user`.
    pub entity_type: String,
    /// Identifier of the user or the authenticator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// User name, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// URL of the picture; may be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_picture_url: Option<String>,
    /// Version of the record: `v1` or `v2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_version: Option<String>,
    /// Whether the account is disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// `none`, `optional` or `enforced`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor_policy: Option<String>,
    /// State of availability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<String>,
    /// When the password was last reset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_password_reset_at: Option<DateTime>,
    /// Identifier of the membership in the organization that is active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_organization_membership_id: Option<String>,
    /// Identifier of the membership in the workspace that is active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_workspace_membership_id: Option<String>,
    /// Identifier of the deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// Data of your own that clients may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_metadata: Option<JsonObject>,
    /// Data of your own that only servers see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_metadata: Option<JsonObject>,
    /// Identifier of the primary email address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_email_address_id: Option<String>,
    /// The primary email address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_email_address: Option<String>,
    /// Identifier of the primary phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_phone_number_id: Option<String>,
    /// The primary phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_phone_number: Option<String>,
    /// All email addresses, as the platform keeps them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_addresses: Option<Vec<JsonObject>>,
    /// All phone numbers, as the platform keeps them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_numbers: Option<Vec<JsonObject>>,
    /// Linked accounts. They carry access and refresh tokens, so `Debug` hides them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub social_connections: Option<Sensitive<Vec<JsonObject>>>,
    /// Segments it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segments: Option<Vec<JsonObject>>,
    /// Whether the user has a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_password: Option<bool>,
    /// Whether the user has backup codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_backup_codes: Option<bool>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime>,
    /// Identifier of the user that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// URL of the kind `otpauth:`. It holds the shared secret, so `Debug` hides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otp_url: Option<Sensitive<String>>,
}
