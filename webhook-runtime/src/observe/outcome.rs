//! [`DeliveryOutcome`] and its table: one row for each outcome.
//!
//! Log lines, metric labels, health, HTTP responses and the table in the documentation are all made from these rows.
//!
//! - **No 4xx after the signature has verified**, unless the handler returns `Outcome::Gone`: providers drop a delivery
//!   for good on a 4xx.
//! - **An unhandled event is a success**: the provider would otherwise redeliver it until it disables the endpoint.
//! - **A tenant that is unknown gets the status of a bad signature**, so that a client without a secret cannot enumerate tenants.

use std::sync::Arc;

use http::StatusCode;

mod info;

pub use self::info::{HealthImpact, LogLevel, OutcomeInfo, RetryAfter};
use super::Challenge;
use crate::event::DecodeError;
use crate::handler::{Handled, HandlerError};
use crate::outcome::{BoxError, Outcome, chain};
use crate::secret::SecretSourceError;
use crate::verify::VerifyError;

/// Result of a delivery, from the method of its request to the return value of its handler.
///
/// [`info`](Self::info) returns what an outcome means: its name, status, log level and message.
#[derive(Debug)]
#[non_exhaustive]
pub enum DeliveryOutcome {
    /// The method is not POST.
    MethodNotAllowed {
        /// Methods that the endpoint accepts, as in the header `Allow`.
        allow: &'static str,
    },
    /// The body is larger than the limit.
    BodyTooLarge {
        /// Number of bytes that were read; 0 if the request declared its length.
        read: u64,
    },
    /// The connection failed before the body was complete.
    BodyIncomplete {
        /// Number of bytes that were read.
        read: u64,
    },
    /// The body did not arrive in time.
    BodyTimeout {
        /// Number of bytes that were read.
        read: u64,
    },
    /// The provider checked that the endpoint exists, and the endpoint echoed its challenge.
    Handshake(Challenge),
    /// A handshake had a wrong token or a malformed challenge.
    HandshakeRejected,
    /// The delivery is not authentic, or its timestamp is outside of the tolerance.
    Rejected(VerifyError),
    /// The request names no tenant, or a tenant that the source of secrets does not know. The sender gets the same
    /// response as for a signature that does not match.
    UnknownTenant {
        /// Reason.
        problem: &'static str,
    },
    /// The source of secrets failed, so the signature could not be verified.
    SecretsUnavailable(Arc<SecretSourceError>),
    /// The delivery is authentic, but its body could not be decoded.
    Undecodable(DecodeError),
    /// The delivery is authentic, but the router has no handler for its event.
    Unhandled,
    /// A handler ran and returned an outcome.
    Handled(Outcome),
    /// A handler ran and returned an error.
    Failed(BoxError),
    /// A handler panicked.
    Panicked,
    /// The delivery was handled or stored before; see [`idempotent`](crate::EndpointBuilder::idempotent).
    Duplicate,
    /// The handler is running for an earlier delivery with the same id.
    InProgress,
    /// The store, inbox or queue failed or timed out.
    StoreUnavailable(BoxError),
    /// The lease expired while the handler ran, so the delivery may have run a second time elsewhere.
    ClaimLost,
    /// The delivery was stored in the [`inbox`](crate::EndpointBuilder::inbox).
    Stored,
    /// The delivery was accepted by a queue ([`forward_to`](crate::EndpointBuilder::forward_to)) or extracted by a route.
    Forwarded,
    /// The inbox has too many pending deliveries, or one that has been pending for too long.
    BacklogFull,
    /// No slot became free for the handler in time.
    AtCapacity,
    /// The endpoint is shutting down.
    ShuttingDown,
    /// The handler timed out and was dropped.
    HandlerCancelled,
    /// The handler timed out and keeps running. The sender was asked to retry.
    HandlerTimeout,
    /// The handler succeeded after the sender had disconnected. The sender saw no response and redelivers.
    ClientDisconnected,
    /// The request was dropped before the handler finished, and nothing could run the rest of it. No response is sent.
    Aborted,
}

/// Expands the rows twice: into the table, and into the row of each variant.
macro_rules! outcomes {
    ($($row:ident $pattern:pat => $name:literal $status:ident $retry_after:ident $health:ident $level:ident $message:literal)*) => {
        /// Index of each row in the table.
        #[derive(Clone, Copy)]
        enum Row { $($row),* }

        impl DeliveryOutcome {
            /// All values of `outcome` in logs and metrics, in the order of [`TABLE`](Self::TABLE).
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The row of each outcome.
            pub const TABLE: &'static [OutcomeInfo] = &[$(outcomes!(@ $row $name $status $retry_after $health $level $message)),*];

            /// Returns the row of this outcome.
            #[must_use]
            pub const fn info(&self) -> &'static OutcomeInfo {
                match self {
                    $($pattern => const { &outcomes!(@ $row $name $status $retry_after $health $level $message) })*
                }
            }
        }
    };
    (@ $row:ident $name:literal $status:ident $retry_after:ident $health:ident $level:ident $message:literal) => {
        OutcomeInfo {
            name: $name,
            status: StatusCode::$status,
            retry_after: RetryAfter::$retry_after,
            health: HealthImpact::$health,
            level: LogLevel::$level,
            message: $message,
            index: Row::$row as usize,
        }
    };
}

outcomes! {
    // row              variant                                  name                  status                retry-after health   level message
    Done               Self::Handled(Outcome::Done)          => "done"                OK                    None        Success  Debug "handled"
    Unhandled          Self::Unhandled                       => "unhandled"           OK                    None        Success  Warn  "no handler for this event: add one, or unsubscribe from the event at the provider"
    RetryLater         Self::Handled(Outcome::RetryLater(_)) => "retry_later"         SERVICE_UNAVAILABLE   FromHandler Failure  Info  "handler asked for a retry: it returned `Outcome::RetryLater`"
    Failed             Self::Failed(_)
                       | Self::Handled(Outcome::Failed)      => "failed"              INTERNAL_SERVER_ERROR None        Failure  Error "handler failed: it returned an error or `Outcome::Failed`"
    Gone               Self::Handled(Outcome::Gone)          => "gone"                GONE                  None        Gone     Warn  "handler returned `Outcome::Gone`: it wants no more deliveries; some providers disable the endpoint on a 410"
    Panicked           Self::Panicked                        => "panicked"            INTERNAL_SERVER_ERROR None        Failure  Error "handler panicked: the panic hook reports where"
    Undecodable        Self::Undecodable(_)                  => "undecodable"         INTERNAL_SERVER_ERROR None        Failure  Error "body does not match its event, though its signature is valid: see `error`; correct the payload type"
    HandlerCancelled   Self::HandlerCancelled                => "handler_cancelled"   SERVICE_UNAVAILABLE   TenSeconds  Failure  Error "handler timed out and was cancelled: it ran longer than `handler_timeout`; raise it or do less in the handler"
    HandlerTimeout     Self::HandlerTimeout                  => "handler_timeout"     SERVICE_UNAVAILABLE   TenSeconds  Failure  Warn  "handler timed out and keeps running: it runs longer than `handler_timeout`; raise it or do less in the handler"
    ClientDisconnected Self::ClientDisconnected              => "client_disconnected" SERVICE_UNAVAILABLE   TenSeconds  Failure  Warn  "handled after the client disconnected: the sender saw no response; respond sooner or use an inbox"
    Aborted            Self::Aborted                         => "aborted"             SERVICE_UNAVAILABLE   TenSeconds  Failure  Error "request aborted: its future was dropped before the delivery was handled; call `handle` on a tokio runtime"
    AtCapacity         Self::AtCapacity                      => "at_capacity"         SERVICE_UNAVAILABLE   TenSeconds  Failure  Warn  "no handler slot became free in time: `concurrency_limit` is reached; raise it or add processes"
    ShuttingDown       Self::ShuttingDown                    => "shutting_down"       SERVICE_UNAVAILABLE   TenSeconds  Failure  Warn  "endpoint is shutting down: it accepts no more deliveries"
    Duplicate          Self::Duplicate                       => "duplicate"           OK                    None        Success  Debug "duplicate delivery: it was handled or stored before"
    InProgress         Self::InProgress                      => "in_progress"         SERVICE_UNAVAILABLE   TenSeconds  Failure  Warn  "delivery is in progress: another request holds its claim"
    ClaimLost          Self::ClaimLost                       => "claim_lost"          SERVICE_UNAVAILABLE   TenSeconds  Failure  Error "claim lost: the lease expired while the handler ran, so the delivery may have run twice; raise `lease`"
    StoreUnavailable   Self::StoreUnavailable(_)             => "store_unavailable"   SERVICE_UNAVAILABLE   TenSeconds  Failure  Error "store, inbox or queue failed or timed out: see `error`; check that it can be reached"
    Stored             Self::Stored                          => "stored"              OK                    None        Success  Debug "stored in the inbox"
    BacklogFull        Self::BacklogFull                     => "backlog_full"        SERVICE_UNAVAILABLE   TenSeconds  Failure  Warn  "inbox is full: `max_backlog` or `max_backlog_age` is exceeded; add workers or raise the limit"
    Forwarded          Self::Forwarded                       => "forwarded"           OK                    None        Success  Debug "forwarded to a queue, or extracted by a route"
    Handshake          Self::Handshake(_)                    => "handshake"           OK                    None        None     Info  "handshake answered"
    HandshakeRejected  Self::HandshakeRejected               => "handshake_rejected"  FORBIDDEN             None        Rejected Warn  "handshake rejected: wrong token or malformed challenge; compare the token with the provider's console"
    MethodNotAllowed   Self::MethodNotAllowed { .. }         => "method_not_allowed"  METHOD_NOT_ALLOWED    None        Rejected Warn  "method not allowed: deliveries are sent with POST"
    BodyTooLarge       Self::BodyTooLarge { .. }             => "body_too_large"      PAYLOAD_TOO_LARGE     None        Rejected Warn  "body too large: it exceeds `body_limit`; raise the limit if the provider sends such bodies"
    BodyTimeout        Self::BodyTimeout { .. }              => "body_timeout"        REQUEST_TIMEOUT       None        Rejected Warn  "body timed out: it did not arrive within `body_timeout`"
    BodyIncomplete     Self::BodyIncomplete { .. }           => "body_incomplete"     BAD_REQUEST           None        Rejected Warn  "body incomplete: the connection failed before its end"
    MissingHeader      Self::Rejected(VerifyError::MissingHeader { .. })      => "missing_header"      BAD_REQUEST  None Rejected Warn "signature header missing: not sent by the provider, or dropped by a proxy; see `error`"
    MalformedHeader    Self::Rejected(VerifyError::MalformedHeader { .. })    => "malformed_header"    BAD_REQUEST  None Rejected Warn "signature header malformed: see `error`"
    MalformedTimestamp Self::Rejected(VerifyError::MalformedTimestamp { .. }) => "malformed_timestamp" UNAUTHORIZED None Rejected Warn "signed timestamp missing or malformed: see `error`; check where the scheme expects it in the body"
    TimestampTooOld    Self::Rejected(VerifyError::TimestampTooOld { .. })    => "timestamp_too_old"   UNAUTHORIZED None Rejected Warn "timestamp too old: a replayed delivery, or a wrong clock; check the clock of this machine"
    TimestampTooNew    Self::Rejected(VerifyError::TimestampTooNew { .. })    => "timestamp_too_new"   UNAUTHORIZED None Rejected Warn "timestamp in the future: a clock is wrong; check the clock of this machine"
    BadSignature       Self::Rejected(VerifyError::BadSignature)              => "bad_signature"       UNAUTHORIZED None Rejected Warn "no signature matches: forged, changed on the way, or signed with another secret; check the secret"
    UnknownTenant      Self::UnknownTenant { .. }            => "unknown_tenant"      UNAUTHORIZED          None        Rejected Warn  "unknown tenant: the request names none, or the secret source does not know it"
    SecretsUnavailable Self::SecretsUnavailable(_)           => "secrets_unavailable" SERVICE_UNAVAILABLE   TenSeconds  Rejected Error "secrets unavailable, so the signature cannot be verified: the secret source failed; see `error`"
}

impl DeliveryOutcome {
    pub(crate) fn of(handled: Handled) -> Self {
        match handled {
            Ok(outcome) => Self::Handled(outcome),
            Err(HandlerError::Decode(error)) => Self::Undecodable(error),
            Err(HandlerError::Returned(error)) => Self::Failed(error),
        }
    }

    /// Returns the name of the outcome: its value of `outcome` in logs and metrics.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.info().name
    }

    /// Returns the status of the response, which is sent if the sender still waits for it.
    ///
    /// After the signature has verified, it is never a 4xx unless the handler returned [`Outcome::Gone`]: providers drop
    /// a delivery for good on a 4xx.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.info().status
    }

    /// Returns whether the delivery needs no retry: its handler returned [`Outcome::Done`] or [`Outcome::Gone`].
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self, Self::Handled(Outcome::Done | Outcome::Gone))
    }

    /// Returns the text of the error that the outcome contains, with its sources.
    pub(crate) fn error_text(&self) -> Option<String> {
        match self {
            Self::Failed(error) | Self::StoreUnavailable(error) => Some(chain(&**error)),
            Self::Undecodable(error) => Some(error.to_string()),
            Self::Rejected(error) => Some(error.to_string()),
            Self::UnknownTenant { problem } => Some((*problem).to_owned()),
            Self::SecretsUnavailable(error) => Some(chain(error)),
            _ => None,
        }
    }

    /// Returns the error that an inbox records with a failed attempt.
    pub(crate) fn recorded_error(&self) -> String {
        self.error_text()
            .unwrap_or_else(|| self.info().message.to_owned())
    }
}

/// Outcome of a delivery and the handler that ran.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "testing"),
    expect(dead_code, reason = "only tests read the handler")
)]
pub(crate) struct Report {
    pub(crate) handler: Option<&'static str>,
    pub(crate) outcome: DeliveryOutcome,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn index_of_a_row_is_its_position_in_the_table() {
        for (position, info) in DeliveryOutcome::TABLE.iter().enumerate() {
            assert_eq!(info.index, position);
            assert_eq!(DeliveryOutcome::NAMES.get(position), Some(&info.name));
        }
        let info = DeliveryOutcome::AtCapacity.info();
        assert_eq!(DeliveryOutcome::TABLE.get(info.index), Some(info));
    }

    #[test]
    fn inner_outcomes_and_errors_keep_their_names() {
        for outcome in [
            Outcome::Done,
            Outcome::RetryLater(Duration::ZERO),
            Outcome::Failed,
            Outcome::Gone,
        ] {
            assert_eq!(DeliveryOutcome::Handled(outcome).as_str(), outcome.as_str());
        }
        for error in [
            VerifyError::MissingHeader { header: "x" },
            VerifyError::MalformedHeader {
                header: "x",
                problem: "is empty",
            },
            VerifyError::MalformedTimestamp { at: &["x"] },
            VerifyError::TimestampTooOld {
                seconds: 2,
                tolerance: 1,
            },
            VerifyError::TimestampTooNew {
                seconds: 2,
                tolerance: 1,
            },
            VerifyError::BadSignature,
        ] {
            let name = error.as_str();
            assert_eq!(DeliveryOutcome::Rejected(error).as_str(), name);
        }
    }
}
