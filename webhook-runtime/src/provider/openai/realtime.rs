//! Events about phone calls to the Realtime API (`realtime.*`).
//!
//! Unlike the other families the payload is complete.

use serde::{Deserialize, Serialize};

use super::{OpenAi, SipHeader};
use crate::Payload;

/// A SIP call came in and can be accepted through the Realtime API (`realtime.call.incoming`).
///
/// Handle it to accept or reject the call while the caller waits. The payload is complete, nothing
/// has to be fetched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RealtimeCallIncoming {
    /// Identifier of the waiting call; accept or reject the call by it.
    pub call_id: String,
    /// Headers of the SIP INVITE in their order, repeated ones included. The caller wrote them: do
    /// not trust them.
    pub sip_headers: Vec<SipHeader>,
    /// `rtp` or `srtp`; left out when unknown and by older senders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sip_media_security: Option<String>,
}

/// Fields of the events of `realtime.*`: the common ones, and those of some events as `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("realtime.*"), shipped)]
#[non_exhaustive]
pub struct AnyRealtime {
    /// Identifier of the waiting call; accept or reject the call by it.
    pub call_id: String,
    /// Headers of the SIP INVITE in their order, repeated ones included. The caller wrote them: do
    /// not trust them.
    pub sip_headers: Vec<SipHeader>,
    /// `rtp` or `srtp`; left out when unknown and by older senders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sip_media_security: Option<String>,
}
