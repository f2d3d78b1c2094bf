//! Handshakes: a provider asks whether an endpoint is there, before it sends deliveries to it.

use std::fmt;

use super::uri::parameter;
use super::{Challenge, DeliveryOutcome};
use crate::event;
use crate::scheme::Algorithm;
use crate::secret::{Secret, SecretEncoding, SecretError};
use crate::verify::{Key, Proof};

/// How a provider asks whether an endpoint is there, before it sends deliveries to it.
///
/// Given to [`EndpointBuilder::handshake`](crate::EndpointBuilder::handshake). The answer is the challenge as
/// `text/plain`, with `nosniff`, so that no browser takes it for a page; a challenge is visible ASCII, at most 512 bytes
/// of it. Whatever else is asked is answered with 403, and a GET without a handshake for it with 405.
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
    /// A signed POST, with the type and the challenge in its body.
    UrlVerification,
    /// An unsigned GET, with the challenge in its query.
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
    /// A signed POST with `{"type": "url_verification", "challenge": …}`, as Slack sends it: verified as every delivery
    /// is, and then answered. It comes to no handler.
    ///
    /// Source: <https://docs.slack.dev/reference/events/url_verification>
    #[must_use]
    pub const fn url_verification() -> Self {
        Self(Kind::UrlVerification)
    }

    /// A GET whose query holds the challenge under this name, as Dropbox sends it: `?challenge=…`.
    ///
    /// Nothing proves who asks, so everybody is answered, and learns that something that speaks webhooks is here.
    ///
    /// Source: <https://www.dropbox.com/developers/reference/webhooks>
    #[must_use]
    pub const fn get(challenge: &'static str) -> Self {
        Self(Kind::Get {
            challenge,
            token: None,
        })
    }

    /// The same, answered only if the query also holds this token, as Meta sends it: `?hub.challenge=…` with the text
    /// that you typed into its console as `hub.verify_token`. The token is compared in constant time.
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

    /// What is wrong with its token.
    pub(super) fn problem(&self) -> Option<SecretError> {
        match &self.0 {
            Kind::Get { token, .. } => token.as_ref()?.key.as_ref().err().cloned(),
            Kind::UrlVerification => None,
        }
    }

    pub(super) const fn takes_get(&self) -> bool {
        matches!(self.0, Kind::Get { .. })
    }

    /// The answer to a GET.
    #[cold]
    pub(super) fn answer_get(&self, query: Option<&str>) -> DeliveryOutcome {
        let challenge = match &self.0 {
            Kind::Get { challenge, token } => answer(query, challenge, token.as_deref()),
            Kind::UrlVerification => None,
        };
        challenge.map_or(
            DeliveryOutcome::HandshakeRejected,
            DeliveryOutcome::Handshake,
        )
    }

    /// The answer to a delivery that has verified, if it is no event.
    #[inline(never)]
    pub(super) fn answer_verified(&self, _: &Proof, body: &[u8]) -> Option<DeliveryOutcome> {
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
        let given = parameter(query, token.parameter)?;
        if !token.key.as_ref().ok()?.is_token(given.as_bytes()) {
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
