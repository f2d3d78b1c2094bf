//! The HTTP response of an outcome, made from its row in the table.
//!
//! A response has no body, except for the challenge of a handshake: the reason of a failure is in the log, never in the
//! response.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;

use super::outcome::RetryAfter;
use super::{DeliveryOutcome, Report};
use crate::outcome::Outcome;

/// Body of a response: empty, except for the challenge of a [`Handshake`](crate::Handshake).
#[derive(Clone, Debug, Default)]
pub struct ResponseBody(Full<Bytes>);

impl ResponseBody {
    fn text(text: &str) -> Self {
        Self(Full::new(Bytes::copy_from_slice(text.as_bytes())))
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.0).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

impl Report {
    pub(crate) fn respond(&self) -> Response<ResponseBody> {
        self.outcome.respond()
    }
}

impl DeliveryOutcome {
    /// Returns the response to the sender.
    pub(crate) fn respond(&self) -> Response<ResponseBody> {
        let info = self.info();
        let mut response = Response::new(ResponseBody::default());
        *response.status_mut() = info.status;
        let seconds = match (info.retry_after, self) {
            (RetryAfter::TenSeconds, _) => Some(10),
            (RetryAfter::FromHandler, Self::Handled(Outcome::RetryLater(after))) => {
                Some(round_up(*after))
            }
            _ => None,
        };
        if let Some(seconds) = seconds {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        match self {
            Self::MethodNotAllowed { allow } => {
                let headers = response.headers_mut();
                headers.insert(ALLOW, HeaderValue::from_static(allow));
            }
            Self::Handshake(challenge) => {
                // The sender chose the text: no browser may take it for a page of this server.
                let headers = response.headers_mut();
                let text = HeaderValue::from_static("text/plain; charset=utf-8");
                headers.insert(CONTENT_TYPE, text);
                let nosniff = HeaderValue::from_static("nosniff");
                headers.insert(X_CONTENT_TYPE_OPTIONS, nosniff);
                *response.body_mut() = ResponseBody::text(challenge.as_str());
            }
            _ => {}
        }
        response
    }
}

/// Returns a duration in whole seconds, rounded up, so that the sender does not retry sooner than the handler asked.
fn round_up(duration: Duration) -> u64 {
    let is_fraction = duration.subsec_nanos() > 0;
    duration.as_secs().saturating_add(u64::from(is_fraction))
}
