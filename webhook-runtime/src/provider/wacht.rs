//! Wacht: events of the platform about users, sessions, organizations, workspaces, API keys and
//! agents.
//!
//! The event type is at `/type`; `agent.thread.message` has 13 sub-types, named at
//! `/data/message_type` of its payload. The catalog lists 69 events in `WachtEvent`; apps of
//! customers may send any other name. Payloads are mixed: some name an entity only (`EntityId`),
//! others are its whole record with more fields than documented, tokens among them. Messages are
//! nested deeper than `data`: the payload type of a kind of message is the inner content, and
//! `Event<AgentThreadMessage>` the whole, for handlers that need the surroundings.
//!
//! The signing secret is base64, with or without `whsec_`; the provider names no environment
//! variable for it. The `webhook-id` header is the key to deduplicate on. Its timestamp is not
//! renewed when a delivery is repeated, so times up to 7 days old are accepted.
//!
//! Only 5xx, 408, 429 and network errors are retried: after 30 seconds, 1, 5 and 15 minutes,
//! then every 6 hours, 32 attempts in all. Any other 4xx loses the delivery, and 410 disables the
//! endpoint. Deliveries are not ordered.

use std::time::Duration;

use serde::Serialize;

use crate::EventCatalog;
use crate::catalog::UnknownEvent;
use crate::profile::{FlatForm, Layout, Profile};
use crate::provider::Provider;

mod agent;
mod api_key;
mod approval;
mod clarification;
mod conversation;
mod entity_id;
mod hook;
mod message;
mod organization;
mod session;
mod task;
mod test_delivery;
mod thread;
mod user;
mod user_contact;
mod user_mfa;
mod waitlist;
mod workspace;

pub use agent::{
    AgentCreated, AgentDeleted, AgentExecutionCompleted, AgentExecutionFailed,
    AgentExecutionStarted, AgentModelUsage, AgentUpdated, AnyAgent, AnyAgentExecution,
};
pub use api_key::{AnyApiKey, ApiKeyCreated, ApiKeyDeleted, ApiKeyRotated};
pub use approval::{
    ApprovalRequest, ApprovalResponse, RequestedToolApproval, ToolApprovalDecision,
    ToolApprovalMode,
};
pub use clarification::{
    AnswerForm, AnswerKind, AnswerValue, Choice, ClarificationRequest, ClarificationResponse,
    Question, QuestionAnswer,
};
pub use conversation::{
    ConversationAttachment, ExecutionSummary, FileData, Steer, SystemDecision, ToolResult,
    UserMessage,
};
pub use entity_id::EntityId;
pub use hook::{
    AgentAfterLlmHookFailed, AgentAfterLlmHookSkipped, AgentAfterLlmHookSucceeded,
    AgentAfterToolHookFailed, AgentAfterToolHookSkipped, AgentAfterToolHookSucceeded,
    AgentBeforeLlmHookFailed, AgentBeforeLlmHookSkipped, AgentBeforeLlmHookSucceeded,
    AgentBeforeToolHookFailed, AgentBeforeToolHookSkipped, AgentBeforeToolHookSucceeded,
    AgentExecutionEndHookFailed, AgentExecutionEndHookSkipped, AgentExecutionEndHookSucceeded,
    AgentExecutionStartHookFailed, AgentExecutionStartHookSkipped,
    AgentExecutionStartHookSucceeded, AgentOnBudgetExhaustedHookFailed,
    AgentOnBudgetExhaustedHookSkipped, AgentOnBudgetExhaustedHookSucceeded, AnyAgentAfterLlmHook,
    AnyAgentAfterToolHook, AnyAgentBeforeLlmHook, AnyAgentBeforeToolHook, AnyAgentExecutionEndHook,
    AnyAgentExecutionStartHook, AnyAgentOnBudgetExhaustedHook,
};
pub use message::{ConversationRecord, MessageContent, MessageType};
pub use organization::{
    AnyOrganization, AnyOrganizationInvitation, AnyOrganizationMember, OrganizationCreated,
    OrganizationDeleted, OrganizationInvitationAccepted, OrganizationInvitationCreated,
    OrganizationInvitationRevoked, OrganizationMemberAdded, OrganizationMemberRemoved,
    OrganizationMemberRoleUpdated, OrganizationUpdated,
};
pub use session::{AnySession, SessionCreated, SessionDeleted, SessionExpired};
pub use task::{
    AssignmentExecutionTrigger, TaskHandoffReceived, TaskRoutingTrigger,
    TaskSubscriptionNotification,
};
pub use test_delivery::TestWebhook;
pub use thread::{
    AgentThreadMessage, AgentThreadPlatformEvent, AnyAgentThread, PlatformEventPayload,
};
pub use user::{AnyUser, UserCreated, UserDeleted, UserPasswordUpdated, UserUpdated};
pub use user_contact::{
    AnyUserEmail, AnyUserPhone, UserEmailAdded, UserEmailRemoved, UserEmailVerified,
    UserPhoneAdded, UserPhoneRemoved, UserPhoneVerified,
};
pub use user_mfa::{AnyUserMfa, UserMfaDisabled, UserMfaEnabled};
pub use waitlist::{AnyWaitlist, AnyWaitlistEntry, WaitlistEntryApproved, WaitlistEntryCreated};
pub use workspace::{
    AnyWorkspace, AnyWorkspaceInvitation, AnyWorkspaceMember, WorkspaceCreated, WorkspaceDeleted,
    WorkspaceInvitationAccepted, WorkspaceInvitationCreated, WorkspaceInvitationRevoked,
    WorkspaceMemberAdded, WorkspaceMemberRemoved, WorkspaceMemberRoleUpdated, WorkspaceUpdated,
};

/// Wacht, as a provider: the marker type for handlers and endpoints.
///
/// Its profile sets the path of the event type (`/type`), the encoding of the secret (base64), that
/// old timestamps are accepted, and how long the provider redelivers.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Wacht;

impl Provider for Wacht {
    type Catalog = WachtEvent;
    const PROFILE: Profile = Profile::standard_webhooks("wacht")
        // The time of a delivery is not renewed on retries, which go on for 6.8 days.
        .tolerance(Duration::from_secs(7 * 24 * 60 * 60))
        .redelivery_window(Duration::from_secs(8 * 24 * 60 * 60))
        .flat_form(&FlatForm {
            layout: Layout {
                event_type: &["message_type"],
                payload: &[],
                created_at: &[],
            },
            events: &[
                ("conversation_message", "agent.thread.message"),
                ("platform_event", "agent.thread.platform_event"),
            ],
        })
        .nested_replays();
}

/// Every event of Wacht's catalog, decoded.
///
/// Use it to handle any event in one handler and to match on it. An event that the catalog does not
/// list decodes as [`WachtEvent::Unknown`].
#[derive(Clone, Debug, PartialEq, Serialize, EventCatalog)]
#[serde(untagged)]
#[non_exhaustive]
#[catalog(provider = Wacht, shipped)]
pub enum WachtEvent {
    /// A user account came into existence.
    #[event("user.created")]
    UserCreated(UserCreated),
    /// A user account changed.
    #[event("user.updated")]
    UserUpdated(UserUpdated),
    /// A user account was removed.
    #[event("user.deleted")]
    UserDeleted(UserDeleted),
    /// An email address was added to a user.
    #[event("user.email.added")]
    UserEmailAdded(UserEmailAdded),
    /// An email address was removed from a user.
    #[event("user.email.removed")]
    UserEmailRemoved(UserEmailRemoved),
    /// A user proved to own an email address.
    #[event("user.email.verified")]
    UserEmailVerified(UserEmailVerified),
    /// A phone number was added to a user.
    #[event("user.phone.added")]
    UserPhoneAdded(UserPhoneAdded),
    /// A phone number was removed from a user.
    #[event("user.phone.removed")]
    UserPhoneRemoved(UserPhoneRemoved),
    /// A user proved to own a phone number.
    #[event("user.phone.verified")]
    UserPhoneVerified(UserPhoneVerified),
    /// A user changed the password.
    #[event("user.password.updated")]
    UserPasswordUpdated(UserPasswordUpdated),
    /// A user switched on multi-factor authentication.
    #[event("user.mfa.enabled")]
    UserMfaEnabled(UserMfaEnabled),
    /// A user switched off multi-factor authentication.
    #[event("user.mfa.disabled")]
    UserMfaDisabled(UserMfaDisabled),
    /// A user signed in.
    #[event("session.created")]
    SessionCreated(SessionCreated),
    /// A user signed out.
    #[event("session.deleted")]
    SessionDeleted(SessionDeleted),
    /// A session ran out.
    #[event("session.expired")]
    SessionExpired(SessionExpired),
    /// An organization was created.
    #[event("organization.created")]
    OrganizationCreated(OrganizationCreated),
    /// An organization changed.
    #[event("organization.updated")]
    OrganizationUpdated(OrganizationUpdated),
    /// An organization was removed.
    #[event("organization.deleted")]
    OrganizationDeleted(OrganizationDeleted),
    /// A member joined an organization.
    #[event("organization.member.added")]
    OrganizationMemberAdded(OrganizationMemberAdded),
    /// A member left an organization or was removed from it.
    #[event("organization.member.removed")]
    OrganizationMemberRemoved(OrganizationMemberRemoved),
    /// A member of an organization got another role.
    #[event("organization.member.role.updated")]
    OrganizationMemberRoleUpdated(OrganizationMemberRoleUpdated),
    /// A person was invited to an organization.
    #[event("organization.invitation.created")]
    OrganizationInvitationCreated(OrganizationInvitationCreated),
    /// An invitation to an organization was accepted.
    #[event("organization.invitation.accepted")]
    OrganizationInvitationAccepted(OrganizationInvitationAccepted),
    /// An invitation to an organization was revoked.
    #[event("organization.invitation.revoked")]
    OrganizationInvitationRevoked(OrganizationInvitationRevoked),
    /// A workspace was created.
    #[event("workspace.created")]
    WorkspaceCreated(WorkspaceCreated),
    /// A workspace changed.
    #[event("workspace.updated")]
    WorkspaceUpdated(WorkspaceUpdated),
    /// A workspace was removed.
    #[event("workspace.deleted")]
    WorkspaceDeleted(WorkspaceDeleted),
    /// A member joined a workspace.
    #[event("workspace.member.added")]
    WorkspaceMemberAdded(WorkspaceMemberAdded),
    /// A member left a workspace or was removed from it.
    #[event("workspace.member.removed")]
    WorkspaceMemberRemoved(WorkspaceMemberRemoved),
    /// A member of a workspace got another role.
    #[event("workspace.member.role.updated")]
    WorkspaceMemberRoleUpdated(WorkspaceMemberRoleUpdated),
    /// A person was invited to a workspace.
    #[event("workspace.invitation.created")]
    WorkspaceInvitationCreated(WorkspaceInvitationCreated),
    /// An invitation to a workspace was accepted.
    #[event("workspace.invitation.accepted")]
    WorkspaceInvitationAccepted(WorkspaceInvitationAccepted),
    /// An invitation to a workspace was revoked.
    #[event("workspace.invitation.revoked")]
    WorkspaceInvitationRevoked(WorkspaceInvitationRevoked),
    /// An API key was created.
    #[event("api_key.created")]
    ApiKeyCreated(ApiKeyCreated),
    /// An API key was deleted.
    #[event("api_key.deleted")]
    ApiKeyDeleted(ApiKeyDeleted),
    /// An API key was replaced by a fresh one.
    #[event("api_key.rotated")]
    ApiKeyRotated(ApiKeyRotated),
    /// An agent was created.
    #[event("agent.created")]
    AgentCreated(AgentCreated),
    /// An agent changed.
    #[event("agent.updated")]
    AgentUpdated(AgentUpdated),
    /// An agent was deleted.
    #[event("agent.deleted")]
    AgentDeleted(AgentDeleted),
    /// An execution of an agent began.
    #[event("agent.execution.started")]
    AgentExecutionStarted(AgentExecutionStarted),
    /// An execution of an agent finished.
    #[event("agent.execution.completed")]
    AgentExecutionCompleted(AgentExecutionCompleted),
    /// An execution of an agent failed.
    #[event("agent.execution.failed")]
    AgentExecutionFailed(AgentExecutionFailed),
    /// An agent called a model; this is what the call used up.
    #[event("agent.model.usage")]
    AgentModelUsage(AgentModelUsage),
    /// A person joined the waitlist.
    #[event("waitlist.entry.created")]
    WaitlistEntryCreated(WaitlistEntryCreated),
    /// An entry of the waitlist was approved.
    #[event("waitlist.entry.approved")]
    WaitlistEntryApproved(WaitlistEntryApproved),
    /// A message was added to a thread of an agent.
    #[event(
        "agent.thread.message",
        subtypes(
            key = "message_type",
            at = "/data/message_type",
            within = "/data/content",
            "user_message" = UserMessage,
            "steer" = Steer,
            "tool_result" = ToolResult,
            "system_decision" = SystemDecision,
            "clarification_request" = ClarificationRequest,
            "clarification_response" = ClarificationResponse,
            "approval_request" = ApprovalRequest,
            "approval_response" = ApprovalResponse,
            "execution_summary" = ExecutionSummary,
            "task_subscription_notification" = TaskSubscriptionNotification,
            "assignment_execution_trigger" = AssignmentExecutionTrigger,
            "task_routing_trigger" = TaskRoutingTrigger,
            "task_handoff_received" = TaskHandoffReceived,
        )
    )]
    AgentThreadMessage(AgentThreadMessage),
    /// The platform raised an event with a custom label inside a thread.
    #[event("agent.thread.platform_event")]
    AgentThreadPlatformEvent(AgentThreadPlatformEvent),
    /// A hook step at the start of an execution succeeded.
    #[event("agent.execution_start_hook.succeeded")]
    AgentExecutionStartHookSucceeded(AgentExecutionStartHookSucceeded),
    /// A hook step at the start of an execution failed.
    #[event("agent.execution_start_hook.failed")]
    AgentExecutionStartHookFailed(AgentExecutionStartHookFailed),
    /// A hook step at the start of an execution was skipped.
    #[event("agent.execution_start_hook.skipped")]
    AgentExecutionStartHookSkipped(AgentExecutionStartHookSkipped),
    /// A hook step before a call to a model succeeded.
    #[event("agent.before_llm_hook.succeeded")]
    AgentBeforeLlmHookSucceeded(AgentBeforeLlmHookSucceeded),
    /// A hook step before a call to a model failed.
    #[event("agent.before_llm_hook.failed")]
    AgentBeforeLlmHookFailed(AgentBeforeLlmHookFailed),
    /// A hook step before a call to a model was skipped.
    #[event("agent.before_llm_hook.skipped")]
    AgentBeforeLlmHookSkipped(AgentBeforeLlmHookSkipped),
    /// A hook step after a call to a model succeeded.
    #[event("agent.after_llm_hook.succeeded")]
    AgentAfterLlmHookSucceeded(AgentAfterLlmHookSucceeded),
    /// A hook step after a call to a model failed.
    #[event("agent.after_llm_hook.failed")]
    AgentAfterLlmHookFailed(AgentAfterLlmHookFailed),
    /// A hook step after a call to a model was skipped.
    #[event("agent.after_llm_hook.skipped")]
    AgentAfterLlmHookSkipped(AgentAfterLlmHookSkipped),
    /// A hook step before a tool ran succeeded.
    #[event("agent.before_tool_hook.succeeded")]
    AgentBeforeToolHookSucceeded(AgentBeforeToolHookSucceeded),
    /// A hook step before a tool ran failed.
    #[event("agent.before_tool_hook.failed")]
    AgentBeforeToolHookFailed(AgentBeforeToolHookFailed),
    /// A hook step before a tool ran was skipped.
    #[event("agent.before_tool_hook.skipped")]
    AgentBeforeToolHookSkipped(AgentBeforeToolHookSkipped),
    /// A hook step after a tool ran succeeded.
    #[event("agent.after_tool_hook.succeeded")]
    AgentAfterToolHookSucceeded(AgentAfterToolHookSucceeded),
    /// A hook step after a tool ran failed.
    #[event("agent.after_tool_hook.failed")]
    AgentAfterToolHookFailed(AgentAfterToolHookFailed),
    /// A hook step after a tool ran was skipped.
    #[event("agent.after_tool_hook.skipped")]
    AgentAfterToolHookSkipped(AgentAfterToolHookSkipped),
    /// A hook step on an exhausted budget succeeded.
    #[event("agent.on_budget_exhausted_hook.succeeded")]
    AgentOnBudgetExhaustedHookSucceeded(AgentOnBudgetExhaustedHookSucceeded),
    /// A hook step on an exhausted budget failed.
    #[event("agent.on_budget_exhausted_hook.failed")]
    AgentOnBudgetExhaustedHookFailed(AgentOnBudgetExhaustedHookFailed),
    /// A hook step on an exhausted budget was skipped.
    #[event("agent.on_budget_exhausted_hook.skipped")]
    AgentOnBudgetExhaustedHookSkipped(AgentOnBudgetExhaustedHookSkipped),
    /// A hook step at the end of an execution succeeded.
    #[event("agent.execution_end_hook.succeeded")]
    AgentExecutionEndHookSucceeded(AgentExecutionEndHookSucceeded),
    /// A hook step at the end of an execution failed.
    #[event("agent.execution_end_hook.failed")]
    AgentExecutionEndHookFailed(AgentExecutionEndHookFailed),
    /// A hook step at the end of an execution was skipped.
    #[event("agent.execution_end_hook.skipped")]
    AgentExecutionEndHookSkipped(AgentExecutionEndHookSkipped),
    /// A test delivery that a user sent by hand from the console.
    #[event("test.webhook")]
    TestWebhook(TestWebhook),
    /// An event that this version of the catalog does not list.
    #[event(unknown)]
    Unknown(UnknownEvent),
}
