//! How a delivery ended, and the answer that tells it to the sender.

use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response, StatusCode};

use super::{Challenge, ResponseBody};
use crate::event::DecodeError;
use crate::outcome::{BoxError, Outcome};
use crate::verify::VerifyError;

/// How a delivery ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum Ending {
    /// The method is not POST.
    WrongMethod,
    /// The body is larger than the limit.
    TooLarge,
    /// The body ended before its end.
    BrokeOff,
    /// The provider asked whether the endpoint is there, and is told so.
    Handshake(Challenge),
    /// Somebody asked whether the endpoint is there, without the token or in another way than agreed.
    HandshakeRefused,
    /// Not authentic, or not fresh.
    Refused(VerifyError),
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
}

impl Ending {
    /// Its name in logs.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::WrongMethod => "wrong_method",
            Self::TooLarge => "too_large",
            Self::BrokeOff => "broke_off",
            Self::Handshake(_) => "handshake",
            Self::HandshakeRefused => "handshake_refused",
            Self::Refused(error) => error.as_str(),
            Self::Undecodable(_) => "undecodable",
            Self::Unhandled => "unhandled",
            Self::Handled(outcome) => outcome.as_str(),
            Self::Failed(_) => "failed",
            Self::Panicked => "panicked",
        }
    }

    /// The status that tells it to the sender.
    ///
    /// Once a signature has verified, it is never a 4xx unless the handler itself says so: providers drop
    /// deliveries for good on one.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokeOff
            | Self::Refused(
                VerifyError::MissingHeader { .. } | VerifyError::MalformedHeader { .. },
            ) => StatusCode::BAD_REQUEST,
            Self::Refused(_) => StatusCode::UNAUTHORIZED,
            Self::HandshakeRefused => StatusCode::FORBIDDEN,
            Self::Handshake(_) | Self::Unhandled | Self::Handled(Outcome::Done) => StatusCode::OK,
            Self::Handled(Outcome::RetryLater(_)) => StatusCode::SERVICE_UNAVAILABLE,
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
    pub(crate) ending: Ending,
}

impl Report {
    /// `allow`: the methods that this endpoint takes.
    pub(super) fn respond(&self, allow: &'static str) -> Response<ResponseBody> {
        let mut response = Response::new(ResponseBody::default());
        *response.status_mut() = self.ending.status();
        match &self.ending {
            Ending::WrongMethod => {
                response
                    .headers_mut()
                    .insert(ALLOW, HeaderValue::from_static(allow));
            }
            Ending::Handshake(challenge) => {
                // Somebody else's text: no browser may take it for a page of ours.
                let headers = response.headers_mut();
                let text = HeaderValue::from_static("text/plain; charset=utf-8");
                headers.insert(CONTENT_TYPE, text);
                let nosniff = HeaderValue::from_static("nosniff");
                headers.insert(X_CONTENT_TYPE_OPTIONS, nosniff);
                *response.body_mut() = ResponseBody::text(challenge.as_str());
            }
            Ending::Handled(Outcome::RetryLater(after)) => {
                // Whole seconds, rounded up: never sooner than asked.
                let seconds = after
                    .as_secs()
                    .saturating_add(u64::from(after.subsec_nanos() > 0));
                response
                    .headers_mut()
                    .insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            _ => {}
        }
        response
    }
}
