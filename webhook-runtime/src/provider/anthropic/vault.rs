//! Events about credential vaults (`vault.*`) and about the single credentials in them
//! (`vault_credential.*`), which are two families.
//!
//! Payloads are thin: they name the object, whose state is to be fetched.

use serde::{Deserialize, Serialize};

use super::Anthropic;
use crate::Payload;

/// A credential vault was created (`vault.created`).
///
/// Handle it to keep a list of vaults complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "vault.created")]
#[non_exhaustive]
pub struct VaultCreated {
    /// Identifier of the vault; fetch the vault by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A vault was archived (`vault.archived`).
///
/// Handle it to stop offering the vault. Each of its credentials sends `vault_credential.archived`
/// of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "vault.archived")]
#[non_exhaustive]
pub struct VaultArchived {
    /// Identifier of the vault; fetch the vault by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A vault was removed for good (`vault.deleted`).
///
/// Handle it to drop whatever you keep about the vault: nothing is left to fetch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "vault.deleted")]
#[non_exhaustive]
pub struct VaultDeleted {
    /// Identifier that the vault had.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// Fields common to all events of `vault.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Anthropic, events("vault.*"), shipped)]
#[non_exhaustive]
pub struct AnyVault {
    /// Identifier of the vault; fetch the vault by it for the current state.
    pub id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A credential was added to a vault (`vault_credential.created`).
///
/// Handle it to keep a list of credentials complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "vault_credential.created")]
#[non_exhaustive]
pub struct VaultCredentialCreated {
    /// Identifier of the vault credential; fetch the credential by it for the current state.
    pub id: String,
    /// Identifier of the vault that the credential belongs to.
    pub vault_id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A credential was archived, by itself or together with its vault (`vault_credential.archived`).
///
/// Handle it to stop using the credential.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "vault_credential.archived")]
#[non_exhaustive]
pub struct VaultCredentialArchived {
    /// Identifier of the vault credential; fetch the credential by it for the current state.
    pub id: String,
    /// Identifier of the vault that the credential belongs to.
    pub vault_id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// A credential was removed for good, by itself or together with its vault
/// (`vault_credential.deleted`).
///
/// Handle it to drop whatever you keep about the credential: nothing is left to fetch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "vault_credential.deleted")]
#[non_exhaustive]
pub struct VaultCredentialDeleted {
    /// Identifier that the vault credential had.
    pub id: String,
    /// Identifier of the vault that the credential belongs to.
    pub vault_id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// An MCP OAuth credential could no longer be refreshed (`vault_credential.refresh_failed`).
///
/// Handle it to ask its owner to sign in again, before the sessions that depend on it fail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "vault_credential.refresh_failed")]
#[non_exhaustive]
pub struct VaultCredentialRefreshFailed {
    /// Identifier of the vault credential; fetch the credential by it for the current state.
    pub id: String,
    /// Identifier of the vault that the credential belongs to.
    pub vault_id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}

/// Fields common to all events of `vault_credential.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = Anthropic, events("vault_credential.*"), shipped)]
#[non_exhaustive]
pub struct AnyVaultCredential {
    /// Identifier of the vault credential; fetch the credential by it for the current state.
    pub id: String,
    /// Identifier of the vault that the credential belongs to.
    pub vault_id: String,
    /// Identifier of the organization that owns it.
    pub organization_id: String,
    /// Identifier of the workspace that owns it.
    pub workspace_id: String,
}
