//! Events about users' email addresses (`user.email.*`) and phone numbers (`user.phone.*`).
//!
//! The payloads are thin: they name the entity only.

use serde::{Deserialize, Serialize};

use super::{EntityId, Wacht};
use crate::Payload;

/// An email address was added to a user (`user.email.added`).
///
/// Handle it to refresh the addresses that you keep. The payload names the address only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserEmailAdded {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `user_email`.
    pub entity_type: String,
}

/// A user proved to own an email address (`user.email.verified`).
///
/// Handle it to begin to trust the address. The payload names the address only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserEmailVerified {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `user_email`.
    pub entity_type: String,
}

/// An email address was removed from a user (`user.email.removed`).
///
/// Handle it to stop writing to the address. The payload names the address only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserEmailRemoved {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `user_email`.
    pub entity_type: String,
}

/// A phone number was added to a user (`user.phone.added`).
///
/// Handle it to refresh the numbers that you keep. The payload names the number only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserPhoneAdded {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `user_phone`.
    pub entity_type: String,
}

/// A user proved to own a phone number (`user.phone.verified`).
///
/// Handle it to begin to trust the number. The payload names the number only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserPhoneVerified {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `user_phone`.
    pub entity_type: String,
}

/// A phone number was removed from a user (`user.phone.removed`).
///
/// Handle it to stop calling the number. The payload names the number only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserPhoneRemoved {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `user_phone`.
    pub entity_type: String,
}

/// Fields common to all events of `user.email.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("user.email.*"), shipped)]
#[non_exhaustive]
pub struct AnyUserEmail {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `user_email`.
    pub entity_type: String,
}

/// Fields common to all events of `user.phone.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("user.phone.*"), shipped)]
#[non_exhaustive]
pub struct AnyUserPhone {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `user_phone`.
    pub entity_type: String,
}
