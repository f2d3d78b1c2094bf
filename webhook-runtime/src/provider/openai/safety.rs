//! Events about safety alerts and cases (`safety.*`) and about blocked safety identifiers
//! (`safety_identifier.*`), which are two families.

use serde::{Deserialize, Serialize};

use super::OpenAi;
use crate::Payload;

/// A safety alert is available for an API project (`safety.alert.created`).
///
/// Handle it to fetch the alert and look into it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SafetyAlertCreated {
    /// Identifier of the safety alert, to fetch it by.
    pub id: String,
}

/// A deactivation was issued for a safety identifier (`safety.deactivation_issued`).
///
/// Handle it to fetch the case and to stop serving the user behind the identifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SafetyDeactivationIssued {
    /// Identifier of the safety case, to fetch it by.
    pub id: String,
}

/// A safety alert is available for an enterprise workspace (`safety.org_alert.created`).
///
/// Handle it to fetch the alert and look into it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SafetyOrgAlertCreated {
    /// Identifier of the safety alert, to fetch it by.
    pub id: String,
}

/// A warning was issued for a safety identifier (`safety.warning_issued`).
///
/// Handle it to fetch the case and to warn the user behind the identifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SafetyWarningIssued {
    /// Identifier of the safety case, to fetch it by.
    pub id: String,
}

/// A request that belongs to a safety identifier was blocked (`safety_identifier.blocked`).
///
/// Handle it to find the user behind the identifier and to act on the block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SafetyIdentifierBlocked {
    /// Category that caused the block.
    pub safety_category: String,
    /// The identifier that was blocked.
    pub safety_identifier: String,
    /// Model that the request asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Identifier of the project of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// Identifier of the blocked request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// Fields common to all events of `safety.*`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("safety.*"), shipped)]
#[non_exhaustive]
pub struct AnySafety {
    /// Identifier of the alert or case.
    pub id: String,
}

/// Fields of the events of `safety_identifier.*`: the common ones, and those of some events as
/// `Option`.
///
/// Use it to handle the whole family, including events that this version does not list.
/// `Event::event_type` is the type of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
#[payload(provider = OpenAi, events("safety_identifier.*"), shipped)]
#[non_exhaustive]
pub struct AnySafetyIdentifier {
    /// Category that caused the block.
    pub safety_category: String,
    /// The identifier that was blocked.
    pub safety_identifier: String,
    /// Model that the request asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Identifier of the project of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// Identifier of the blocked request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}
