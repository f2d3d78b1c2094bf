//! Events about users' second factors (`user.mfa.*`).

use serde::{Deserialize, Serialize};

use super::{EntityId, Wacht};
use crate::Payload;
use crate::payload::{DateTime, Sensitive};

/// A user switched on multi-factor authentication (`user.mfa.enabled`).
///
/// Handle it to inform the user, or to open what needs a second factor. The payload holds a secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserMfaEnabled {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `user_authenticator`.
    pub entity_type: String,
    /// Identifier of the authenticator.
    pub id: String,
    /// When it was created.
    pub created_at: DateTime,
    /// When it was last changed.
    pub updated_at: DateTime,
    /// Identifier of the user that owns it.
    pub user_id: String,
    /// URL of the kind `otpauth:`. It holds the shared secret, so `Debug` hides it.
    #[serde(default)]
    pub otp_url: Option<Sensitive<String>>,
}

/// A user switched off multi-factor authentication (`user.mfa.disabled`).
///
/// Handle it to inform the user, or to close what needs a second factor. The payload holds a
/// secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserMfaDisabled {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `user_authenticator`.
    pub entity_type: String,
    /// Identifier of the authenticator.
    pub id: String,
    /// When it was created.
    pub created_at: DateTime,
    /// When it was last changed.
    pub updated_at: DateTime,
    /// Identifier of the user that owns it.
    pub user_id: String,
    /// URL of the kind `otpauth:`. It holds the shared secret, so `Debug` hides it.
    #[serde(default)]
    pub otp_url: Option<Sensitive<String>>,
}

/// Fields of the events of `user.mfa.*`: the common ones, and those of some events as `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("user.mfa.*"), shipped)]
#[non_exhaustive]
pub struct AnyUserMfa {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `user_authenticator`.
    pub entity_type: String,
    /// Identifier of the authenticator.
    pub id: String,
    /// When it was created.
    pub created_at: DateTime,
    /// When it was last changed.
    pub updated_at: DateTime,
    /// Identifier of the user that owns it.
    pub user_id: String,
    /// URL of the kind `otpauth:`. It holds the shared secret, so `Debug` hides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otp_url: Option<Sensitive<String>>,
}
