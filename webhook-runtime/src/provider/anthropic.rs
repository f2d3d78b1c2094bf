//! Anthropic: events of the Claude platform about managed agents, vaults, deployments and accounts.
//!
//! The event type is at `/data/type`; the `type` at the top of a delivery is always `"event"`. The
//! catalog lists 49 events in `AnthropicEvent`.
//!
//! Payloads are thin: identifiers only. Fetch the object by its `id`, and expect it to have moved
//! on since. Families go by segments between dots: `vault.*` does not cover `vault_credential.*`.
//!
//! The signing secret is base64, with or without `whsec_`; the provider's own SDK reads it from
//! `ANTHROPIC_WEBHOOK_SIGNING_KEY`. An event's `id` equals the `webhook-id` header: deduplicate on
//! it.
//!
//! A delivery is retried up to 3 times, 5 to 120 seconds apart, then dropped silently. Any 2xx
//! acknowledges it; a 3xx disables the endpoint at once. Deliveries are not ordered.

use std::time::Duration;

use serde::Serialize;

use crate::EventCatalog;
use crate::catalog::UnknownEvent;
use crate::profile::Profile;
use crate::provider::Provider;

mod agent;
mod deployment;
mod environment;
mod external_key;
mod memory_store;
mod session;
mod user_profile;
mod vault;

pub use agent::{AgentArchived, AgentCreated, AgentDeleted, AgentUpdated, AnyAgent};
pub use deployment::{
    AnyDeployment, AnyDeploymentRun, DeploymentArchived, DeploymentCreated, DeploymentDeleted,
    DeploymentPaused, DeploymentRunFailed, DeploymentRunStarted, DeploymentRunSucceeded,
    DeploymentUnpaused, DeploymentUpdated,
};
pub use environment::{
    AnyEnvironment, EnvironmentArchived, EnvironmentCreated, EnvironmentDeleted, EnvironmentUpdated,
};
pub use external_key::{AnyExternalKey, ExternalKeyFailed, ExternalKeyRecovered};
pub use memory_store::{
    AnyMemoryStore, MemoryStoreArchived, MemoryStoreCreated, MemoryStoreDeleted,
};
pub use session::{
    AnySession, SessionArchived, SessionBudgetReached, SessionCreated, SessionDeleted,
    SessionIdled, SessionOutcomeEvaluationEnded, SessionPending, SessionRequiresAction,
    SessionRunning, SessionStatusIdled, SessionStatusRescheduled, SessionStatusRunStarted,
    SessionStatusTerminated, SessionThreadCreated, SessionThreadIdled, SessionThreadTerminated,
    SessionUpdated,
};
pub use user_profile::{
    AnyUserProfile, UserProfileEnforcementActionOpened, UserProfileEnforcementActionResolved,
    UserProfileProgramStatusUpdated,
};
pub use vault::{
    AnyVault, AnyVaultCredential, VaultArchived, VaultCreated, VaultCredentialArchived,
    VaultCredentialCreated, VaultCredentialDeleted, VaultCredentialRefreshFailed, VaultDeleted,
};

/// Anthropic, as a provider: the marker type for handlers and endpoints.
///
/// Its profile sets the path of the event type (`/data/type`), the encoding of the secret (base64)
/// and how long the provider redelivers.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Anthropic;

impl Provider for Anthropic {
    type Catalog = AnthropicEvent;
    const PROFILE: Profile = Profile::standard_webhooks("anthropic")
        // At most 3 retries, minutes apart.
        .redelivery_window(Duration::from_secs(60 * 60))
        .event_type_path(&["data", "type"])
        .created_at_path(&["created_at"])
        .event_id_path(&["id"]);
}

/// Every event of Anthropic's catalog, decoded.
///
/// Use it to handle any event in one handler and to match on it. An event that the catalog does not
/// list decodes as [`AnthropicEvent::Unknown`].
#[derive(Clone, Debug, PartialEq, Serialize, EventCatalog)]
#[serde(untagged)]
#[non_exhaustive]
#[catalog(provider = Anthropic, shipped)]
pub enum AnthropicEvent {
    /// A managed-agent session came into existence.
    #[event("session.created")]
    SessionCreated(SessionCreated),
    /// A session is waiting to be scheduled for work.
    #[event("session.pending")]
    SessionPending(SessionPending),
    /// A session moved into its running state.
    #[event("session.running")]
    SessionRunning(SessionRunning),
    /// A session moved into its idle state.
    #[event("session.idled")]
    SessionIdled(SessionIdled),
    /// A session cannot go on until the client does something: approve, return a tool result, give
    /// input.
    #[event("session.requires_action")]
    SessionRequiresAction(SessionRequiresAction),
    /// A session was archived.
    #[event("session.archived")]
    SessionArchived(SessionArchived),
    /// A session was removed for good.
    #[event("session.deleted")]
    SessionDeleted(SessionDeleted),
    /// A transient fault interrupted a session, and it is being retried without your help.
    #[event("session.status_rescheduled")]
    SessionStatusRescheduled(SessionStatusRescheduled),
    /// The agent of a session began to run; sent at every transition to running.
    #[event("session.status_run_started")]
    SessionStatusRunStarted(SessionStatusRunStarted),
    /// The agent of a session stopped and waits for input, an approval or a tool result.
    #[event("session.status_idled")]
    SessionStatusIdled(SessionStatusIdled),
    /// A session ended, through an error that cannot be recovered from or because it was archived.
    #[event("session.status_terminated")]
    SessionStatusTerminated(SessionStatusTerminated),
    /// A further agent thread opened inside a multi-agent session.
    #[event("session.thread_created")]
    SessionThreadCreated(SessionThreadCreated),
    /// A thread of a multi-agent session waits for input.
    #[event("session.thread_idled")]
    SessionThreadIdled(SessionThreadIdled),
    /// A thread of a multi-agent session ended.
    #[event("session.thread_terminated")]
    SessionThreadTerminated(SessionThreadTerminated),
    /// One iteration of an outcome evaluation of a session finished.
    #[event("session.outcome_evaluation_ended")]
    SessionOutcomeEvaluationEnded(SessionOutcomeEvaluationEnded),
    /// A session hit its spending budget and paused.
    #[event("session.budget_reached")]
    SessionBudgetReached(SessionBudgetReached),
    /// Properties of a session changed, such as its name or its configuration.
    #[event("session.updated")]
    SessionUpdated(SessionUpdated),
    /// A credential vault was created.
    #[event("vault.created")]
    VaultCreated(VaultCreated),
    /// A vault was archived.
    #[event("vault.archived")]
    VaultArchived(VaultArchived),
    /// A vault was removed for good.
    #[event("vault.deleted")]
    VaultDeleted(VaultDeleted),
    /// A credential was added to a vault.
    #[event("vault_credential.created")]
    VaultCredentialCreated(VaultCredentialCreated),
    /// A credential was archived, by itself or together with its vault.
    #[event("vault_credential.archived")]
    VaultCredentialArchived(VaultCredentialArchived),
    /// A credential was removed for good, by itself or together with its vault.
    #[event("vault_credential.deleted")]
    VaultCredentialDeleted(VaultCredentialDeleted),
    /// An MCP OAuth credential could no longer be refreshed.
    #[event("vault_credential.refresh_failed")]
    VaultCredentialRefreshFailed(VaultCredentialRefreshFailed),
    /// An agent definition was archived.
    #[event("agent.archived")]
    AgentArchived(AgentArchived),
    /// An agent definition was created.
    #[event("agent.created")]
    AgentCreated(AgentCreated),
    /// An agent definition was removed for good.
    #[event("agent.deleted")]
    AgentDeleted(AgentDeleted),
    /// A new version of an agent definition was published.
    #[event("agent.updated")]
    AgentUpdated(AgentUpdated),
    /// A deployment was archived.
    #[event("deployment.archived")]
    DeploymentArchived(DeploymentArchived),
    /// A scheduled deployment was created.
    #[event("deployment.created")]
    DeploymentCreated(DeploymentCreated),
    /// A deployment was removed for good.
    #[event("deployment.deleted")]
    DeploymentDeleted(DeploymentDeleted),
    /// A deployment was paused, on request or because a run failed beyond recovery.
    #[event("deployment.paused")]
    DeploymentPaused(DeploymentPaused),
    /// A paused deployment took up its schedule again.
    #[event("deployment.unpaused")]
    DeploymentUnpaused(DeploymentUnpaused),
    /// Properties of a deployment changed, for example its schedule.
    #[event("deployment.updated")]
    DeploymentUpdated(DeploymentUpdated),
    /// A scheduled run of a deployment could not create a session.
    #[event("deployment_run.failed")]
    DeploymentRunFailed(DeploymentRunFailed),
    /// A scheduled run of a deployment started.
    #[event("deployment_run.started")]
    DeploymentRunStarted(DeploymentRunStarted),
    /// A scheduled run of a deployment created its session.
    #[event("deployment_run.succeeded")]
    DeploymentRunSucceeded(DeploymentRunSucceeded),
    /// An environment was archived.
    #[event("environment.archived")]
    EnvironmentArchived(EnvironmentArchived),
    /// An environment was created.
    #[event("environment.created")]
    EnvironmentCreated(EnvironmentCreated),
    /// An environment was removed for good.
    #[event("environment.deleted")]
    EnvironmentDeleted(EnvironmentDeleted),
    /// At least one field of an environment changed.
    #[event("environment.updated")]
    EnvironmentUpdated(EnvironmentUpdated),
    /// An encryption key that the customer manages stopped working.
    #[event("external_key.failed")]
    ExternalKeyFailed(ExternalKeyFailed),
    /// An encryption key that the customer manages works again.
    #[event("external_key.recovered")]
    ExternalKeyRecovered(ExternalKeyRecovered),
    /// A memory store was archived.
    #[event("memory_store.archived")]
    MemoryStoreArchived(MemoryStoreArchived),
    /// A memory store was created, or cloned from another.
    #[event("memory_store.created")]
    MemoryStoreCreated(MemoryStoreCreated),
    /// A memory store was removed for good, with everything in it.
    #[event("memory_store.deleted")]
    MemoryStoreDeleted(MemoryStoreDeleted),
    /// An enforcement action was opened on a user profile.
    #[event("user_profile.enforcement_action_opened")]
    UserProfileEnforcementActionOpened(UserProfileEnforcementActionOpened),
    /// An enforcement action on a user profile was resolved.
    #[event("user_profile.enforcement_action_resolved")]
    UserProfileEnforcementActionResolved(UserProfileEnforcementActionResolved),
    /// The programme status of a user profile changed.
    #[event("user_profile.program_status_updated")]
    UserProfileProgramStatusUpdated(UserProfileProgramStatusUpdated),
    /// An event that this version of the catalog does not list.
    #[event(unknown)]
    Unknown(UnknownEvent),
}
