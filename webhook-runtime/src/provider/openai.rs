//! OpenAI: events of the API platform about batches, evals, fine-tuning, responses, calls, agents,
//! safety and videos.
//!
//! The event type is at `/type`. The catalog lists 34 events in `OpenAiEvent`; the payload is the
//! `data` object alone.
//!
//! Payloads are thin, with the exception of incoming calls: fetch the object by its `id`. Note
//! `eval.run.canceled` with one `l` beside `batch.cancelled` and the other events with two.
//!
//! The signing secret is used as its raw text, unless it begins with `whsec_`: then the rest is
//! base64. The provider's own SDK reads it from `OPENAI_WEBHOOK_SECRET`. The `webhook-id` header
//! (`wh_…`) is the key to deduplicate on; the `id` in the body (`evt_…`) is another one.
//!
//! A delivery is retried for up to 72 hours. Any 2xx acknowledges it; a 3xx counts as a
//! failure. Deliveries are not ordered.

use std::time::Duration;

use serde::Serialize;

use crate::EventCatalog;
use crate::catalog::UnknownEvent;
use crate::profile::Profile;
use crate::provider::Provider;
use crate::secret::SecretEncoding;

mod agent;
mod batch;
mod eval;
mod fine_tuning;
mod live;
mod realtime;
mod response;
mod safety;
mod sip;
mod video;

pub use agent::{
    AgentEnvironmentExpired, AgentEnvironmentFailed, AgentEnvironmentReady,
    AgentEnvironmentSuspended, AgentSessionActionRequired, AgentSessionCreated, AgentSessionFailed,
    AgentSessionIdle, AgentSessionInProgress, AnyAgent, AnyAgentEnvironment, AnyAgentSession,
    Connect, RequiredAction,
};
pub use batch::{AnyBatch, BatchCancelled, BatchCompleted, BatchExpired, BatchFailed};
pub use eval::{AnyEval, AnyEvalRun, EvalRunCanceled, EvalRunFailed, EvalRunSucceeded};
pub use fine_tuning::{
    AnyFineTuning, AnyFineTuningJob, FineTuningJobCancelled, FineTuningJobFailed,
    FineTuningJobSucceeded,
};
pub use live::{
    AnyLive, AnyLiveTransport, LiveCallIncoming, LiveTransportConnected, LiveTransportIncoming,
};
pub use realtime::{AnyRealtime, RealtimeCallIncoming};
pub use response::{
    AnyResponse, ResponseCancelled, ResponseCompleted, ResponseFailed, ResponseIncomplete,
};
pub use safety::{
    AnySafety, AnySafetyIdentifier, SafetyAlertCreated, SafetyDeactivationIssued,
    SafetyIdentifierBlocked, SafetyOrgAlertCreated, SafetyWarningIssued,
};
pub use sip::SipHeader;
pub use video::{AnyVideo, VideoCompleted, VideoFailed};

/// OpenAI, as a provider: the marker type for handlers and endpoints.
///
/// Its profile sets the path of the event type (`/type`), the encoding of the secret (raw text, or
/// base64 behind `whsec_`) and how long the provider redelivers.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OpenAi;

impl Provider for OpenAi {
    type Catalog = OpenAiEvent;
    const PROFILE: Profile = Profile::standard_webhooks("openai")
        // Retries for 72 hours.
        .redelivery_window(Duration::from_secs(73 * 60 * 60))
        .secret_encoding(SecretEncoding::Text)
        .created_at_path(&["created_at"])
        .event_id_path(&["id"]);
}

/// Every event of OpenAI's catalog, decoded.
///
/// Use it to handle any event in one handler and to match on it. An event that the catalog does not
/// list decodes as [`OpenAiEvent::Unknown`].
#[derive(Clone, Debug, PartialEq, Serialize, EventCatalog)]
#[serde(untagged)]
#[non_exhaustive]
#[catalog(provider = OpenAi, shipped)]
pub enum OpenAiEvent {
    /// A batch was cancelled.
    #[event("batch.cancelled")]
    BatchCancelled(BatchCancelled),
    /// A batch finished.
    #[event("batch.completed")]
    BatchCompleted(BatchCompleted),
    /// A batch ran out of time before all its requests were done.
    #[event("batch.expired")]
    BatchExpired(BatchExpired),
    /// A batch failed.
    #[event("batch.failed")]
    BatchFailed(BatchFailed),
    /// An eval run was cancelled.
    #[event("eval.run.canceled")]
    EvalRunCanceled(EvalRunCanceled),
    /// An eval run failed.
    #[event("eval.run.failed")]
    EvalRunFailed(EvalRunFailed),
    /// An eval run succeeded.
    #[event("eval.run.succeeded")]
    EvalRunSucceeded(EvalRunSucceeded),
    /// A fine-tuning job was cancelled.
    #[event("fine_tuning.job.cancelled")]
    FineTuningJobCancelled(FineTuningJobCancelled),
    /// A fine-tuning job failed.
    #[event("fine_tuning.job.failed")]
    FineTuningJobFailed(FineTuningJobFailed),
    /// A fine-tuning job succeeded.
    #[event("fine_tuning.job.succeeded")]
    FineTuningJobSucceeded(FineTuningJobSucceeded),
    /// A SIP call came in and can be accepted through the Realtime API.
    #[event("realtime.call.incoming")]
    RealtimeCallIncoming(RealtimeCallIncoming),
    /// A model response in the background was cancelled.
    #[event("response.cancelled")]
    ResponseCancelled(ResponseCancelled),
    /// A model response in the background finished.
    #[event("response.completed")]
    ResponseCompleted(ResponseCompleted),
    /// A model response in the background failed.
    #[event("response.failed")]
    ResponseFailed(ResponseFailed),
    /// A model response in the background ended before it was complete.
    #[event("response.incomplete")]
    ResponseIncomplete(ResponseIncomplete),
    /// An agent environment expired and cannot be resumed.
    #[event("agent.environment.expired")]
    AgentEnvironmentExpired(AgentEnvironmentExpired),
    /// The setup of a hosted environment that was ordered ahead of its use failed.
    #[event("agent.environment.failed")]
    AgentEnvironmentFailed(AgentEnvironmentFailed),
    /// A hosted environment that was ordered ahead of its use finished its setup.
    #[event("agent.environment.ready")]
    AgentEnvironmentReady(AgentEnvironmentReady),
    /// An agent environment was suspended and can be resumed from a snapshot.
    #[event("agent.environment.suspended")]
    AgentEnvironmentSuspended(AgentEnvironmentSuspended),
    /// An agent session waits for an action of the client.
    #[event("agent.session.action_required")]
    AgentSessionActionRequired(AgentSessionActionRequired),
    /// An agent session was created.
    #[event("agent.session.created")]
    AgentSessionCreated(AgentSessionCreated),
    /// An agent session failed.
    #[event("agent.session.failed")]
    AgentSessionFailed(AgentSessionFailed),
    /// An agent session went idle.
    #[event("agent.session.idle")]
    AgentSessionIdle(AgentSessionIdle),
    /// An agent session started to work.
    #[event("agent.session.in_progress")]
    AgentSessionInProgress(AgentSessionInProgress),
    /// A SIP call came in and can be accepted through the Live API; deprecated by the provider.
    #[event("live.call.incoming")]
    LiveCallIncoming(LiveCallIncoming),
    /// A Live session over WebRTC was connected, and a sideband observer can attach.
    #[event("live.transport.connected")]
    LiveTransportConnected(LiveTransportConnected),
    /// A SIP session came in and can be accepted through the Live API.
    #[event("live.transport.incoming")]
    LiveTransportIncoming(LiveTransportIncoming),
    /// A safety alert is available for an API project.
    #[event("safety.alert.created")]
    SafetyAlertCreated(SafetyAlertCreated),
    /// A deactivation was issued for a safety identifier.
    #[event("safety.deactivation_issued")]
    SafetyDeactivationIssued(SafetyDeactivationIssued),
    /// A safety alert is available for an enterprise workspace.
    #[event("safety.org_alert.created")]
    SafetyOrgAlertCreated(SafetyOrgAlertCreated),
    /// A warning was issued for a safety identifier.
    #[event("safety.warning_issued")]
    SafetyWarningIssued(SafetyWarningIssued),
    /// A request that belongs to a safety identifier was blocked.
    #[event("safety_identifier.blocked")]
    SafetyIdentifierBlocked(SafetyIdentifierBlocked),
    /// A video was rendered.
    #[event("video.completed")]
    VideoCompleted(VideoCompleted),
    /// A video could not be rendered.
    #[event("video.failed")]
    VideoFailed(VideoFailed),
    /// An event that this version of the catalog does not list.
    #[event(unknown)]
    Unknown(UnknownEvent),
}
