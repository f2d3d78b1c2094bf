//! Events about connections to the Live API (`live.*`).

use serde::{Deserialize, Serialize};

use super::{OpenAi, SipHeader};
use crate::Payload;

/// A SIP call came in and can be accepted through the Live API; deprecated by the provider
/// (`live.call.incoming`).
///
/// Handle it only for endpoints that still get it; `live.transport.incoming` replaces it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LiveCallIncoming {
    /// Identifier of the Live session.
    pub session_id: String,
    /// Headers of the SIP INVITE in their order, repeated ones included. The caller wrote them: do
    /// not trust them.
    pub sip_headers: Vec<SipHeader>,
    /// `rtp` or `srtp`; left out when unknown and by older senders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sip_media_security: Option<String>,
}

/// A Live session over WebRTC was connected, and a sideband observer can attach
/// (`live.transport.connected`).
///
/// Handle it to attach your observer to the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LiveTransportConnected {
    /// Identifier of the Live session.
    pub session_id: String,
    /// Kind of transport: `sip` or `webrtc`.
    #[serde(rename = "type")]
    pub transport: String,
}

/// A SIP session came in and can be accepted through the Live API (`live.transport.incoming`).
///
/// Handle it to accept or reject the session while the caller waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LiveTransportIncoming {
    /// Identifier of the Live session.
    pub session_id: String,
    /// Headers of the SIP INVITE in their order, repeated ones included. The caller wrote them: do
    /// not trust them.
    pub sip_headers: Vec<SipHeader>,
    /// Kind of transport: `sip` or `webrtc`.
    #[serde(rename = "type")]
    pub transport: String,
    /// `rtp` or `srtp`; left out when unknown and by older senders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sip_media_security: Option<String>,
}

/// Fields of the events of `live.*`: the common ones, and those of some events as `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("live.*"), shipped)]
#[non_exhaustive]
pub struct AnyLive {
    /// Identifier of the Live session.
    pub session_id: String,
    /// Headers of the SIP INVITE in their order, repeated ones included. The caller wrote them: do
    /// not trust them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sip_headers: Option<Vec<SipHeader>>,
    /// `rtp` or `srtp`; left out when unknown and by older senders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sip_media_security: Option<String>,
    /// Kind of transport: `sip` or `webrtc`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub transport: Option<String>,
}

/// Fields of the events of `live.transport.*`: the common ones, and those of some events as
/// `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("live.transport.*"), shipped)]
#[non_exhaustive]
pub struct AnyLiveTransport {
    /// Identifier of the Live session.
    pub session_id: String,
    /// Kind of transport: `sip` or `webrtc`.
    #[serde(rename = "type")]
    pub transport: String,
    /// Headers of the SIP INVITE in their order, repeated ones included. The caller wrote them: do
    /// not trust them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sip_headers: Option<Vec<SipHeader>>,
    /// `rtp` or `srtp`; left out when unknown and by older senders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sip_media_security: Option<String>,
}
