//! SIP headers, as the events about incoming calls carry them.

use serde::{Deserialize, Serialize};

/// One header of a SIP INVITE.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SipHeader {
    /// Name of the header.
    pub name: String,
    /// Value of the header. The caller wrote it: do not trust it.
    pub value: String,
}
