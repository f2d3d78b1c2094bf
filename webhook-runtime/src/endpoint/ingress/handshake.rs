//! Handshakes: the request by which a provider verifies that a URL is a webhook endpoint, before it sends deliveries.
//!
//! The kinds are a closed list, because the endpoint echoes a text that another party has chosen: which text, how long, and
//! as which content type is decided here alone. A signed handshake is answered after verification; an unsigned one never
//! reaches the pipeline.

use std::fmt;

use super::uri::parameter;
use crate::event;
use crate::observe::{Challenge, DeliveryOutcome};
use crate::scheme::Algorithm;
use crate::secret::{Secret, SecretEncoding, SecretError};
use crate::verify::{Key, Proof};

/// The request by which a provider verifies that a URL is a webhook endpoint, before it sends deliveries.
///
/// Set it with [`EndpointBuilder::handshake`](crate::EndpointBuilder::handshake). The endpoint answers with the challenge
/// as `text/plain`, with `nosniff`, so that no browser renders it as a page. A challenge is visible ASCII of at most 512
/// bytes. Any other GET is answered with 403, and with 405 if no handshake uses GET.
///
/// ```
/// # #[cfg(feature = "openai")] {
/// # use webhook_runtime::openai::{BatchFailed, OpenAi};
/// # use webhook_runtime::{Event, WebhookRouter, on};
/// # #[on("batch.failed")]
/// # fn failed(event: Event<BatchFailed>) {}
/// # #[derive(WebhookRouter)]
/// # #[webhook(provider = OpenAi, handlers(failed))]
/// # struct App;
/// use webhook_runtime::{Endpoint, Handshake, Secret};
///
/// let token = Secret::new("the-token-that-was-typed-into-the-console");
/// let endpoint = Endpoint::builder(App)
///     .secret("the-secret-of-the-console")
///     .handshake(Handshake::get_with_token("hub.challenge", "hub.verify_token", token))
///     .build()?;
/// # let _ = endpoint;
/// # }
/// # Ok::<(), webhook_runtime::BuildError>(())
/// ```
pub struct Handshake(Kind);

enum Kind {
    /// A signed POST with the type and the challenge in its body.
    UrlVerification,
    /// An unsigned GET with the challenge in its query.
    Get {
        challenge: &'static str,
        token: Option<Box<Token>>,
    },
}

struct Token {
    parameter: &'static str,
    key: Result<Key, SecretError>,
}

impl Handshake {
    /// A signed POST with `{"type": "url_verification", "challenge": …}`, as Slack sends it. The signature is verified
    /// like that of a delivery; no handler runs.
    ///
    /// Source: <https://docs.slack.dev/reference/events/url_verification>
    #[must_use]
    pub const fn url_verification() -> Self {
        Self(Kind::UrlVerification)
    }

    /// A GET with the challenge in this query parameter, as Dropbox sends it: `?challenge=…`.
    ///
    /// The request is not authenticated: every client gets an answer, and learns that the URL is a webhook endpoint.
    ///
    /// Source: <https://www.dropbox.com/developers/reference/webhooks>
    #[must_use]
    pub const fn get(challenge: &'static str) -> Self {
        Self(Kind::Get {
            challenge,
            token: None,
        })
    }

    /// A GET with the challenge in one query parameter and a token in another, as Meta sends it: `?hub.challenge=…` with
    /// the text that you entered in its console as `hub.verify_token`. It is answered only if the token matches, which is
    /// compared in constant time.
    ///
    /// Source: <https://developers.facebook.com/docs/graph-api/webhooks/getting-started>
    #[must_use]
    pub fn get_with_token(
        challenge: &'static str,
        token_parameter: &'static str,
        token: impl Into<Secret>,
    ) -> Self {
        let token = Token {
            parameter: token_parameter,
            key: Key::new(Algorithm::Token, SecretEncoding::Passphrase, &token.into()),
        };
        Self(Kind::Get {
            challenge,
            token: Some(Box::new(token)),
        })
    }

    /// Returns the error of its token, if the token is invalid.
    pub(in crate::endpoint) fn problem(&self) -> Option<SecretError> {
        match &self.0 {
            Kind::Get { token, .. } => token.as_ref()?.key.as_ref().err().cloned(),
            Kind::UrlVerification => None,
        }
    }

    pub(in crate::endpoint) const fn takes_get(&self) -> bool {
        matches!(self.0, Kind::Get { .. })
    }

    /// Answers a GET.
    #[cold]
    pub(in crate::endpoint) fn answer_get(&self, query: Option<&str>) -> DeliveryOutcome {
        let challenge = match &self.0 {
            Kind::Get { challenge, token } => answer(query, challenge, token.as_deref()),
            Kind::UrlVerification => None,
        };
        challenge.map_or(
            DeliveryOutcome::HandshakeRejected,
            DeliveryOutcome::Handshake,
        )
    }

    /// Answers an authentic POST if it is a handshake.
    #[inline(never)]
    pub(in crate::endpoint) fn answer_verified(
        &self,
        _: &Proof,
        body: &[u8],
    ) -> Option<DeliveryOutcome> {
        let Kind::UrlVerification = self.0 else {
            return None;
        };
        if event::text_in_body(body, &["type"])? != "url_verification" {
            return None;
        }
        let challenge = event::text_in_body(body, &["challenge"])?;
        Challenge::new(challenge).map(DeliveryOutcome::Handshake)
    }
}

fn answer(query: Option<&str>, challenge: &str, token: Option<&Token>) -> Option<Challenge> {
    let query = query.unwrap_or_default();
    if let Some(token) = token {
        let received = parameter(query, token.parameter)?;
        if !token.key.as_ref().ok()?.is_token(received.as_bytes()) {
            return None;
        }
    }
    Challenge::new(parameter(query, challenge)?)
}

impl fmt::Debug for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::UrlVerification => f.write_str("Handshake::url_verification"),
            Kind::Get { challenge, token } => f
                .debug_struct("Handshake::get")
                .field("challenge", challenge)
                .field("token", &token.as_ref().map(|token| token.parameter))
                .finish(),
        }
    }
}
