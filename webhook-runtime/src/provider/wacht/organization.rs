//! Events about organizations (`organization.*`), their members and invitations.
//!
//! The record of an organization comes whole and may hold more fields than are listed here; members
//! and invitations are only named.

use serde::{Deserialize, Serialize};

use super::{EntityId, Wacht};
use crate::Payload;
use crate::payload::{DateTime, JsonObject};

/// An organization was created (`organization.created`).
///
/// Handle it to make a record of the organization on your side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrganizationCreated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `organization`.
    pub entity_type: String,
    /// Identifier of the organization.
    pub id: String,
    /// Name.
    pub name: String,
    /// URL of the image.
    pub image_url: String,
    /// Description.
    pub description: String,
    /// Number of members.
    pub member_count: i64,
    /// Data of your own that clients may see.
    pub public_metadata: JsonObject,
    /// Data of your own that only servers see.
    pub private_metadata: JsonObject,
    /// Roles that members can have.
    pub roles: Vec<JsonObject>,
    /// Workspaces of the organization.
    pub workspaces: Vec<JsonObject>,
    /// Segments it belongs to.
    pub segments: Vec<JsonObject>,
    /// When it was created; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime>,
    /// When it was last changed; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime>,
}

/// An organization changed (`organization.updated`).
///
/// Handle it to bring your record of the organization up to date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrganizationUpdated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `organization`.
    pub entity_type: String,
    /// Identifier of the organization.
    pub id: String,
    /// Name.
    pub name: String,
    /// URL of the image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Number of members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_count: Option<i64>,
    /// Data of your own that clients may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_metadata: Option<JsonObject>,
    /// Data of your own that only servers see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_metadata: Option<JsonObject>,
    /// Roles that members can have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<JsonObject>>,
    /// Workspaces of the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspaces: Option<Vec<JsonObject>>,
    /// Segments it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segments: Option<Vec<JsonObject>>,
    /// When it was created; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime>,
    /// When it was last changed; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime>,
}

/// An organization was removed (`organization.deleted`).
///
/// Handle it to delete what you keep about the organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrganizationDeleted {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `organization`.
    pub entity_type: String,
}

/// A member joined an organization (`organization.member.added`).
///
/// Handle it to fetch the membership and to grant what goes with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrganizationMemberAdded {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `organization_membership`.
    pub entity_type: String,
}

/// A member left an organization or was removed from it (`organization.member.removed`).
///
/// Handle it to revoke what the membership granted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrganizationMemberRemoved {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `organization_membership`.
    pub entity_type: String,
}

/// A member of an organization got another role (`organization.member.role.updated`).
///
/// Handle it to fetch the membership and to adjust what the member may do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrganizationMemberRoleUpdated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `organization_membership`.
    pub entity_type: String,
}

/// A person was invited to an organization (`organization.invitation.created`).
///
/// Handle it to follow invitations that are open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrganizationInvitationCreated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `organization_invitation`.
    pub entity_type: String,
}

/// An invitation to an organization was accepted (`organization.invitation.accepted`).
///
/// Handle it to close the invitation on your side; the membership has a separate event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrganizationInvitationAccepted {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `organization_invitation`.
    pub entity_type: String,
}

/// An invitation to an organization was revoked (`organization.invitation.revoked`).
///
/// Handle it to close the invitation on your side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrganizationInvitationRevoked {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `organization_invitation`.
    pub entity_type: String,
}

/// Fields of the events of `organization.*`: the common ones, and those of some events as `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("organization.*"), shipped)]
#[non_exhaustive]
pub struct AnyOrganization {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `organization`.
    pub entity_type: String,
    /// Identifier of the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// URL of the image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Number of members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_count: Option<i64>,
    /// Data of your own that clients may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_metadata: Option<JsonObject>,
    /// Data of your own that only servers see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_metadata: Option<JsonObject>,
    /// Roles that members can have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<JsonObject>>,
    /// Workspaces of the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspaces: Option<Vec<JsonObject>>,
    /// Segments it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segments: Option<Vec<JsonObject>>,
    /// When it was created; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime>,
    /// When it was last changed; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime>,
}

/// Fields common to all events of `organization.member.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("organization.member.*"), shipped)]
#[non_exhaustive]
pub struct AnyOrganizationMember {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `organization_membership`.
    pub entity_type: String,
}

/// Fields common to all events of `organization.invitation.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("organization.invitation.*"), shipped)]
#[non_exhaustive]
pub struct AnyOrganizationInvitation {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `organization_invitation`.
    pub entity_type: String,
}
