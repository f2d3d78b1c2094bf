//! How a delivery ended, and the answer that tells it to the sender.

use std::sync::Arc;

use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response, StatusCode};

use super::{Challenge, ResponseBody};
use crate::event::DecodeError;
use crate::handler::{Handled, HandlerError};
use crate::outcome::{BoxError, Outcome, chain};
use crate::secret_source::SecretSourceError;
use crate::verify::VerifyError;

/// How a delivery ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum DeliveryOutcome {
    /// The method is not POST.
    MethodNotAllowed {
        /// The methods that the endpoint takes, as in the header `Allow`.
        allow: &'static str,
    },
    /// The body is larger than the limit.
    BodyTooLarge {
        /// How many bytes of it were read; 0 if its length was declared.
        read: u64,
    },
    /// The body ended before its end.
    BodyIncomplete {
        /// How many bytes of it were read.
        read: u64,
    },
    /// The body did not come in time.
    BodyTimeout {
        /// How many bytes of it were read.
        read: u64,
    },
    /// The provider asked whether the endpoint is there, and is told so.
    Handshake(Challenge),
    /// Somebody asked whether the endpoint is there, without the token or in another way than agreed.
    HandshakeRefused,
    /// Not authentic, or not fresh.
    Rejected(VerifyError),
    /// For nobody: the request names no tenant, or one that the source of secrets does not know. The sender is told the
    /// same as of a signature that does not match.
    UnknownTenant {
        /// Why there is no tenant.
        problem: &'static str,
    },
    /// Nobody can tell whether it is authentic: the source of secrets gave none.
    SecretsUnavailable(Arc<SecretSourceError>),
    /// Authentic, but the body could not be decoded.
    Undecodable(DecodeError),
    /// Authentic, and nobody handles the event.
    Unhandled,
    /// A handler ran and came to an outcome.
    Handled(Outcome),
    /// A handler ran and returned an error.
    Failed(BoxError),
    /// A handler panicked.
    Panicked,
    /// Authentic, and handled before: [`idempotent`](crate::EndpointBuilder::idempotent).
    Duplicate,
    /// Authentic, but its handler runs for an earlier delivery of the same id.
    InProgress,
    /// Authentic, but the store failed or was slow.
    StoreUnavailable(BoxError),
    /// A handler ran, but so slowly that its claim was taken over, and it may have run again elsewhere.
    ClaimLost,
    /// Authentic, and laid down in the [`inbox`](crate::EndpointBuilder::inbox).
    Stored,
    /// Authentic, and taken over by a queue: [`hand_off`](crate::EndpointBuilder::hand_off).
    Forwarded,
    /// Authentic, but too many deliveries wait in the inbox, or one for too long.
    BacklogFull,
    /// Authentic, but no place became free for its handler in time.
    AtCapacity,
    /// Authentic, but the endpoint takes no more deliveries.
    ShuttingDown,
    /// A handler did not end before its deadline, and was dropped.
    HandlerCancelled,
    /// A handler did not end before its deadline, and runs on. Its sender has been told to come again.
    HandlerTimeout,
    /// A handler ended well after its request had gone, so its sender does not know and comes again.
    ClientDisconnected,
    /// The request was dropped where nothing could run the rest of it: while its body came, while it waited for a
    /// place among the handlers, or with its handler. Nobody is answered.
    Aborted,
}

/// What a provider makes of an ending, as far as anybody here can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HealthImpact {
    /// Answered with 2xx.
    Success,
    /// It is not delivered: the provider counts it, and comes again.
    Failure,
    /// A handler wants no more.
    Gone,
    /// Not proven to come from the provider.
    Refused,
    /// No delivery.
    Nothing,
}

/// When a sender is asked to come again that this endpoint puts off, in seconds: long enough for a place to become
/// free or a new process to stand, short beside the minutes that most providers wait anyway.
const COME_AGAIN: u64 = 10;

impl DeliveryOutcome {
    pub(super) fn of(handled: Handled) -> Self {
        match handled {
            Ok(outcome) => Self::Handled(outcome),
            Err(HandlerError::Decode(error)) => Self::Undecodable(error),
            Err(HandlerError::Returned(error)) => Self::Failed(error),
        }
    }

    /// All that [`as_str`](Self::as_str) can be: every value of `outcome` in logs and metrics. The two that are seen
    /// most come first.
    pub const NAMES: &'static [&'static str] = &[
        "done",
        "unhandled",
        "retry_later",
        "failed",
        "gone",
        "panicked",
        "undecodable",
        "handler_cancelled",
        "handler_timeout",
        "client_disconnected",
        "aborted",
        "at_capacity",
        "shutting_down",
        "duplicate",
        "in_progress",
        "claim_lost",
        "store_unavailable",
        "stored",
        "backlog_full",
        "forwarded",
        "handshake",
        "handshake_refused",
        "method_not_allowed",
        "body_too_large",
        "body_timeout",
        "body_incomplete",
        "missing_header",
        "malformed_header",
        "malformed_timestamp",
        "timestamp_too_old",
        "timestamp_too_new",
        "bad_signature",
        "unknown_tenant",
        "secrets_unavailable",
    ];

    /// Its place in [`NAMES`](Self::NAMES).
    pub(crate) fn index(&self) -> usize {
        let name = self.as_str();
        let found = Self::NAMES.iter().position(|other| *other == name);
        found.unwrap_or(Self::NAMES.len())
    }

    /// Its name: the value of `outcome` in logs and metrics, which [`observability`](crate::observability) explains.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::BodyTooLarge { .. } => "body_too_large",
            Self::BodyIncomplete { .. } => "body_incomplete",
            Self::BodyTimeout { .. } => "body_timeout",
            Self::Handshake(_) => "handshake",
            Self::HandshakeRefused => "handshake_refused",
            Self::Rejected(error) => error.as_str(),
            Self::UnknownTenant { .. } => "unknown_tenant",
            Self::SecretsUnavailable(_) => "secrets_unavailable",
            Self::Undecodable(_) => "undecodable",
            Self::Unhandled => "unhandled",
            Self::Handled(outcome) => outcome.as_str(),
            Self::Failed(_) => "failed",
            Self::Panicked => "panicked",
            Self::Duplicate => "duplicate",
            Self::Stored => "stored",
            Self::Forwarded => "forwarded",
            Self::BacklogFull => "backlog_full",
            Self::InProgress => "in_progress",
            Self::StoreUnavailable(_) => "store_unavailable",
            Self::ClaimLost => "claim_lost",
            Self::AtCapacity => "at_capacity",
            Self::ShuttingDown => "shutting_down",
            Self::HandlerCancelled => "handler_cancelled",
            Self::HandlerTimeout => "handler_timeout",
            Self::ClientDisconnected => "client_disconnected",
            Self::Aborted => "aborted",
        }
    }

    /// Whether nothing more is to be done for the delivery: its handler is done, or said that it never will be
    /// ([`Outcome::Gone`]).
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self, Self::Handled(Outcome::Done | Outcome::Gone))
    }

    /// What is written down of it with a delivery that failed.
    pub(crate) fn problem(&self) -> String {
        match self {
            Self::Failed(error) => chain(&**error),
            Self::Undecodable(error) => error.to_string(),
            Self::Panicked => "the handler panicked".to_owned(),
            Self::HandlerCancelled => "the handler did not end before its deadline".to_owned(),
            Self::Unhandled => "there is no handler for it any more".to_owned(),
            other => other.as_str().to_owned(),
        }
    }

    /// What it means for the provider, if the delivery was authentic where it can be either.
    pub(crate) const fn means(&self) -> HealthImpact {
        match self {
            Self::Handled(Outcome::Done)
            | Self::Unhandled
            | Self::Duplicate
            | Self::Stored
            | Self::Forwarded => HealthImpact::Success,
            Self::Handled(Outcome::Gone) => HealthImpact::Gone,
            Self::Handled(Outcome::RetryLater(_) | Outcome::Failed)
            | Self::Failed(_)
            | Self::Panicked
            | Self::Undecodable(_)
            | Self::InProgress
            | Self::StoreUnavailable(_)
            | Self::ClaimLost
            | Self::BacklogFull
            | Self::AtCapacity
            | Self::ShuttingDown
            | Self::HandlerCancelled
            | Self::HandlerTimeout
            | Self::ClientDisconnected
            | Self::Aborted => HealthImpact::Failure,
            Self::MethodNotAllowed { .. }
            | Self::BodyTooLarge { .. }
            | Self::BodyIncomplete { .. }
            | Self::BodyTimeout { .. }
            | Self::HandshakeRefused
            | Self::UnknownTenant { .. }
            | Self::SecretsUnavailable(_)
            | Self::Rejected(_) => HealthImpact::Refused,
            Self::Handshake(_) => HealthImpact::Nothing,
        }
    }

    /// The status that tells it to the sender, if the sender still waits.
    ///
    /// Once a signature has verified, it is never a 4xx unless the handler itself says so: providers drop
    /// deliveries for good on one.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTimeout { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::BodyIncomplete { .. }
            | Self::Rejected(
                VerifyError::MissingHeader { .. } | VerifyError::MalformedHeader { .. },
            ) => StatusCode::BAD_REQUEST,
            Self::Rejected(_) | Self::UnknownTenant { .. } => StatusCode::UNAUTHORIZED,
            Self::HandshakeRefused => StatusCode::FORBIDDEN,
            Self::Handshake(_)
            | Self::Unhandled
            | Self::Duplicate
            | Self::Stored
            | Self::Forwarded
            | Self::Handled(Outcome::Done) => StatusCode::OK,
            Self::Handled(Outcome::RetryLater(_))
            | Self::InProgress
            | Self::StoreUnavailable(_)
            | Self::ClaimLost
            | Self::BacklogFull
            | Self::SecretsUnavailable(_)
            | Self::AtCapacity
            | Self::ShuttingDown
            | Self::HandlerCancelled
            | Self::HandlerTimeout
            | Self::ClientDisconnected
            | Self::Aborted => StatusCode::SERVICE_UNAVAILABLE,
            Self::Handled(Outcome::Gone) => StatusCode::GONE,
            Self::Undecodable(_)
            | Self::Handled(Outcome::Failed)
            | Self::Failed(_)
            | Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// What came of a delivery, and by whom.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "testing"),
    expect(dead_code, reason = "the handler is told to tests")
)]
pub(crate) struct Report {
    pub(crate) handler: Option<&'static str>,
    pub(crate) ending: DeliveryOutcome,
}

impl Report {
    pub(super) fn respond(&self) -> Response<ResponseBody> {
        self.ending.respond()
    }
}

impl DeliveryOutcome {
    pub(crate) fn respond(&self) -> Response<ResponseBody> {
        let mut response = Response::new(ResponseBody::default());
        *response.status_mut() = self.status();
        match self {
            Self::MethodNotAllowed { allow } => {
                response
                    .headers_mut()
                    .insert(ALLOW, HeaderValue::from_static(allow));
            }
            Self::Handshake(challenge) => {
                // Somebody else's text: no browser may take it for a page of ours.
                let headers = response.headers_mut();
                let text = HeaderValue::from_static("text/plain; charset=utf-8");
                headers.insert(CONTENT_TYPE, text);
                let nosniff = HeaderValue::from_static("nosniff");
                headers.insert(X_CONTENT_TYPE_OPTIONS, nosniff);
                *response.body_mut() = ResponseBody::text(challenge.as_str());
            }
            Self::Handled(Outcome::RetryLater(after)) => {
                // Whole seconds, rounded up: never sooner than asked.
                let seconds = after
                    .as_secs()
                    .saturating_add(u64::from(after.subsec_nanos() > 0));
                response
                    .headers_mut()
                    .insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            Self::InProgress
            | Self::StoreUnavailable(_)
            | Self::ClaimLost
            | Self::BacklogFull
            | Self::SecretsUnavailable(_)
            | Self::AtCapacity
            | Self::ShuttingDown
            | Self::HandlerCancelled
            | Self::HandlerTimeout
            | Self::ClientDisconnected
            | Self::Aborted => {
                response
                    .headers_mut()
                    .insert(RETRY_AFTER, HeaderValue::from(COME_AGAIN));
            }
            _ => {}
        }
        response
    }
}
