//! Verification that a delivery is authentic and fresh. Second stage of the pipeline, after
//! `delivery` and before `event`; the only source of [`Verified`].
//!
//! Headers are checked first (presence, syntax, age), so that a delivery can be rejected before its body is read. The
//! signature is checked once the body is complete. Only then is a [`Verified`] created, which decoding and dispatch
//! require.
//!
//! [`Verifier`](crate::Verifier) is the entry point for programs without a router.
//!
//! Decisions:
//! - A verifier is prepared once, when an endpoint is built: keys are decoded and keyed, header names are parsed.
//! - Standard Webhooks has a verifier of its own (`standard`). It has two sets of headers and two kinds of keys, and is
//!   the path that must be fast. A test compares its verdicts with those of an equivalent [`Scheme`](crate::Scheme).
//! - A repeated signature header contributes more items: a sender that can send one signature can send several, and one
//!   match is proof. A repeated id or timestamp is malformed, because it could be read in two ways.
//! - Hex is lower case only. Every provider writes it so, and a signature has one spelling.
//! - Without a signed time, the timestamp is the time of verification, so that handlers need no `Option`.
//!   [`Verified::signed_at`] distinguishes the two. Without an id, the id is empty, and the hash of the signed body is
//!   the idempotency key.
//! - The proof of a match has no size, so passing it through the stages costs nothing. [`Verified`] is written once, in
//!   its final place in memory.

use http::HeaderName;

pub use crate::delivery::HeaderSource;
use crate::delivery::{DeliveryId, Timestamp};

mod ed25519;
mod header;
mod items;
mod keys;
mod message;
mod scheme;
mod signature;
mod standard;

pub(crate) use self::keys::Key;
#[cfg(feature = "testing")]
pub(crate) use self::keys::encode;
#[cfg(feature = "testing")]
pub(crate) use self::message::Message;
pub(crate) use self::signature::SignatureVerifier;

/// Verified delivery: proof that it is authentic and fresh. Decoding and dispatch accept nothing else.
///
/// `Debug` shows the id and the time, not the body.
#[derive(Clone, Copy)]
pub struct Verified<'d> {
    id: &'d str,
    timestamp: Timestamp,
    is_timestamp_signed: bool,
    body: &'d [u8],
}

impl<'d> Verified<'d> {
    /// Restores a delivery that was verified before it was stored.
    pub(crate) const fn from_stored(
        id: &'d str,
        timestamp: Timestamp,
        is_timestamp_signed: bool,
        body: &'d [u8],
    ) -> Self {
        Self {
            id,
            timestamp,
            is_timestamp_signed,
            body,
        }
    }

    /// Returns the sender's id of the delivery.
    ///
    /// Empty if the scheme has no id, or has an unsigned one that the sender left out. In that case only the bytes of
    /// [`body`](Self::body) identify a redelivery.
    #[must_use]
    pub fn id(&self) -> DeliveryId {
        DeliveryId::new(self.id)
    }

    /// Returns the same as [`id`](Self::id), borrowed from the delivery.
    #[must_use]
    pub const fn id_str(&self) -> &'d str {
        self.id
    }

    /// Returns the time of signing, or the time of verification if the scheme signs no time.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// Returns the time of signing, if the scheme signs one.
    #[must_use]
    pub const fn signed_at(&self) -> Option<Timestamp> {
        if self.is_timestamp_signed {
            Some(self.timestamp)
        } else {
            None
        }
    }

    /// Returns the body, whose bytes are signed.
    #[must_use]
    pub const fn body(&self) -> &'d [u8] {
        self.body
    }
}

impl std::fmt::Debug for Verified<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verified")
            .field("id", &self.id)
            .field("timestamp", &self.timestamp)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// Headers of the signature scheme: present, well formed and fresh, but not yet proven.
pub(crate) struct SignatureHeaders<'s, 'd> {
    signature_header: &'s HeaderName,
    /// Value of the signature header, if it occurs once.
    only_signature: Option<&'d [u8]>,
    id: &'d str,
    /// Timestamp as the header spells it, because these bytes are signed.
    timestamp_text: &'d [u8],
    /// Parsed timestamp, or the time of verification if none is signed.
    timestamp: Timestamp,
    is_timestamp_signed: bool,
}

impl<'d> SignatureHeaders<'_, 'd> {
    /// Creates the verified delivery from a proof and the body that was proven.
    #[inline]
    pub(crate) const fn verified(&self, _: Proof, body: &'d [u8]) -> Verified<'d> {
        Verified {
            id: self.id,
            timestamp: self.timestamp,
            is_timestamp_signed: self.is_timestamp_signed,
            body,
        }
    }
}

/// Proof that a signature matches and the delivery is fresh. Only this module creates it.
#[must_use]
pub(crate) struct Proof(());

/// Reason for rejecting a delivery. For logs only: the sender must not learn it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A required header is missing or empty.
    #[error("header `{header}` is missing or empty")]
    MissingHeader {
        /// Name of the header.
        header: &'static str,
    },
    /// A header is malformed or repeated.
    #[error("header `{header}` is malformed: {problem}")]
    MalformedHeader {
        /// Name of the header.
        header: &'static str,
        /// Description of the problem.
        problem: &'static str,
    },
    /// The delivery was signed longer ago than the tolerance allows.
    #[error("timestamp too old: signed {seconds} s ago, the tolerance is {tolerance} s")]
    TimestampTooOld {
        /// Age of the signature, in seconds.
        seconds: u64,
        /// Tolerance, in seconds.
        tolerance: u64,
    },
    /// The delivery was signed further in the future than the tolerance allows, so one of the clocks is wrong.
    #[error(
        "timestamp too new: signed {seconds} s in the future, the tolerance is {tolerance} s; check the clock of this machine"
    )]
    TimestampTooNew {
        /// Seconds between the clock and the timestamp.
        seconds: u64,
        /// Tolerance, in seconds.
        tolerance: u64,
    },
    /// The signature matches, but the body has no valid timestamp where the scheme expects one, so the age of the
    /// delivery is unknown.
    #[error("missing or malformed timestamp at `/{}` of the body", at.join("/"))]
    MalformedTimestamp {
        /// Path of the timestamp, as a list of keys.
        at: &'static [&'static str],
    },
    /// No signature matches under any of the secrets.
    #[error(
        "no signature matches: the delivery is forged, was signed with another secret, or its body was changed on the way; check that the secret belongs to this endpoint"
    )]
    BadSignature,
}

impl VerifyError {
    /// Returns the name of the reason in logs and verdicts: `missing_header`, `malformed_header`,
    /// `malformed_timestamp`, `timestamp_too_old`, `timestamp_too_new` or `bad_signature`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::MissingHeader { .. } => "missing_header",
            Self::MalformedHeader { .. } => "malformed_header",
            Self::MalformedTimestamp { .. } => "malformed_timestamp",
            Self::TimestampTooOld { .. } => "timestamp_too_old",
            Self::TimestampTooNew { .. } => "timestamp_too_new",
            Self::BadSignature => "bad_signature",
        }
    }
}
