//! Events about workspaces (`workspace.*`), their members and invitations.
//!
//! The record of a workspace comes whole and may hold more fields than are listed here; members and
//! invitations are only named.

use serde::{Deserialize, Serialize};

use super::{EntityId, Wacht};
use crate::Payload;
use crate::payload::{DateTime, JsonObject};

/// A workspace was created (`workspace.created`).
///
/// Handle it to make a record of the workspace on your side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkspaceCreated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `workspace`.
    pub entity_type: String,
    /// Identifier of the workspace.
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
    /// Segments it belongs to.
    pub segments: Vec<JsonObject>,
    /// When it was created; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime>,
    /// When it was last changed; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime>,
    /// Identifier of the organization that it belongs to.
    pub organization_id: String,
    /// Name of the organization that it belongs to.
    pub organization_name: String,
}

/// A workspace changed (`workspace.updated`).
///
/// Handle it to bring your record of the workspace up to date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkspaceUpdated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `workspace`.
    pub entity_type: String,
    /// Identifier of the workspace.
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
    /// Segments it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segments: Option<Vec<JsonObject>>,
    /// When it was created; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime>,
    /// When it was last changed; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime>,
    /// Identifier of the organization that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// Name of the organization that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_name: Option<String>,
}

/// A workspace was removed (`workspace.deleted`).
///
/// Handle it to delete what you keep about the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkspaceDeleted {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `workspace`.
    pub entity_type: String,
}

/// A member joined a workspace (`workspace.member.added`).
///
/// Handle it to fetch the membership and to grant what goes with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkspaceMemberAdded {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `workspace_membership`.
    pub entity_type: String,
}

/// A member left a workspace or was removed from it (`workspace.member.removed`).
///
/// Handle it to revoke what the membership granted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkspaceMemberRemoved {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `workspace_membership`.
    pub entity_type: String,
}

/// A member of a workspace got another role (`workspace.member.role.updated`).
///
/// Handle it to fetch the membership and to adjust what the member may do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkspaceMemberRoleUpdated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `workspace_membership`.
    pub entity_type: String,
}

/// A person was invited to a workspace (`workspace.invitation.created`).
///
/// Handle it to follow invitations that are open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkspaceInvitationCreated {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `workspace_invitation`.
    pub entity_type: String,
}

/// An invitation to a workspace was accepted (`workspace.invitation.accepted`).
///
/// Handle it to close the invitation on your side; the membership has a separate event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkspaceInvitationAccepted {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `workspace_invitation`.
    pub entity_type: String,
}

/// An invitation to a workspace was revoked (`workspace.invitation.revoked`).
///
/// Handle it to close the invitation on your side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkspaceInvitationRevoked {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity: `workspace_invitation`.
    pub entity_type: String,
}

/// Fields of the events of `workspace.*`: the common ones, and those of some events as `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("workspace.*"), shipped)]
#[non_exhaustive]
pub struct AnyWorkspace {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `workspace`.
    pub entity_type: String,
    /// Identifier of the workspace.
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
    /// Segments it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segments: Option<Vec<JsonObject>>,
    /// When it was created; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime>,
    /// When it was last changed; not sent by all versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime>,
    /// Identifier of the organization that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// Name of the organization that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_name: Option<String>,
}

/// Fields common to all events of `workspace.member.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("workspace.member.*"), shipped)]
#[non_exhaustive]
pub struct AnyWorkspaceMember {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `workspace_membership`.
    pub entity_type: String,
}

/// Fields common to all events of `workspace.invitation.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Wacht, events("workspace.invitation.*"), shipped)]
#[non_exhaustive]
pub struct AnyWorkspaceInvitation {
    /// Identifier of the entity that the event is about.
    pub entity_id: EntityId,
    /// Kind of entity, such as `workspace_invitation`.
    pub entity_type: String,
}
