//! Putting an endpoint together.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::keys::{self, Asked, Cache, Given, KeySource};
use super::mode::{self, Mode};
use super::running::{self, Running};
use super::tenancy::Tenancy;
use super::{Endpoint, Handshake, Inner};
use crate::catalog::Catalog;
use crate::delivery::{Clock, SystemClock};
use crate::observe::Observer;
use crate::provider::Provider;
use crate::router::Router;
use crate::secret::{Secret, SecretError};
use crate::verify::SignatureVerifier;

/// The largest body that is read unless the builder says otherwise: 1 MiB.
const BODY_LIMIT: usize = 1024 * 1024;

/// Puts an [`Endpoint`] together.
#[must_use = "an endpoint is made by `build`"]
pub struct EndpointBuilder<R> {
    router: R,
    secrets: Vec<Secret>,
    url: String,
    handshake: Option<Handshake>,
    tolerance: Duration,
    body_limit: usize,
    clock: Box<dyn Clock>,
    pub(super) asking: keys::Settings,
    pub(super) mode: mode::Settings,
    pub(super) running: running::Settings,
}

impl<R> fmt::Debug for EndpointBuilder<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointBuilder")
            .field("secrets", &self.secrets.len())
            .field("asking", &self.asking)
            .field("tolerance", &self.tolerance)
            .field("body_limit", &self.body_limit)
            .field("running", &self.running)
            .finish_non_exhaustive()
    }
}

impl<R: Router> EndpointBuilder<R> {
    pub(super) fn new(router: R) -> Self {
        Self {
            router,
            secrets: Vec::new(),
            url: String::new(),
            handshake: None,
            tolerance: R::Provider::PROFILE.tolerance,
            body_limit: BODY_LIMIT,
            clock: Box::new(SystemClock),
            mode: mode::Settings::default(),
            asking: keys::Settings::default(),
            running: running::Settings::default(),
        }
    }

    /// Adds a signing secret. With several, any may match: that is how a secret is rotated.
    pub fn secret(mut self, secret: impl Into<Secret>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// Adds several signing secrets.
    pub fn secrets<S: Into<Secret>>(mut self, secrets: impl IntoIterator<Item = S>) -> Self {
        self.secrets.extend(secrets.into_iter().map(Into::into));
        self
    }

    /// The URL of the endpoint, spelled as in the provider's console, for providers that sign it.
    ///
    /// It is never taken from a request: whoever sends a request writes its `Host` and `X-Forwarded-*`.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = url.into();
        self
    }

    /// How the provider asks whether this endpoint is there, before it sends deliveries. Otherwise nothing but
    /// deliveries is answered.
    pub fn handshake(mut self, handshake: Handshake) -> Self {
        self.handshake = Some(handshake);
        self
    }

    /// How far a delivery's time may be off, both ways, in whole seconds; otherwise the provider's own.
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The largest body, in bytes, that is accepted; otherwise 1 MiB.
    pub const fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Another clock than the machine's, for tests.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// The endpoint.
    ///
    /// # Errors
    /// If there is no secret, or one that cannot be right, or a source of secrets beside them; if a tenant's place cannot
    /// be one, or there is one without a source; if the provider signs a URL that is not said; or if a limit lets nothing
    /// through.
    pub fn build(self) -> Result<Endpoint<R>, BuildError> {
        let profile = const { &R::Provider::PROFILE };
        let provider = profile.name;
        let (secrets, keys) = match self.asking.source {
            Some(_) if !self.secrets.is_empty() => {
                return Err(BuildError::SecretsAndSource { provider });
            }
            Some(source) => {
                let tenancy = self.asking.tenant.as_ref().map(Tenancy::new).transpose();
                let asked = Asked {
                    source,
                    tenancy: tenancy.map_err(|problem| BuildError::Tenant { provider, problem })?,
                    profile,
                    url: self.url.as_str().into(),
                    deadline: self.running.secret_source_timeout(),
                    cache: self.asking.cache.map(Cache::new),
                };
                (vec![keys::decoy()], KeySource::Asked(Arc::new(asked)))
            }
            None => match self.asking.word() {
                Some(word) => return Err(BuildError::NoSource { provider, word }),
                None => (self.secrets, KeySource::Given(Given::new(&self.url))),
            },
        };
        let scheme = SignatureVerifier::new(profile, &self.url, &secrets)
            .map_err(|source| BuildError::Secret { provider, source })?
            .tolerance(self.tolerance);
        if let Some(source) = self.handshake.as_ref().and_then(Handshake::problem) {
            return Err(BuildError::HandshakeToken { provider, source });
        }
        let catalog = <R::Provider as Provider>::Catalog::INFO;
        let endpoint = Endpoint {
            inner: Arc::new(Inner {
                router: self.router,
                scheme,
                keys,
                handshake: self.handshake,
                profile,
                body_limit: self.body_limit,
                clock: self.clock,
                observer: Observer::new(provider, catalog),
                mode: Mode::new::<R>(self.mode, self.tolerance)?,
                running: Running::new(provider, &self.running)?,
            }),
        };
        endpoint.start_workers();
        Ok(endpoint)
    }
}

/// Why an endpoint could not be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A signing secret cannot be right.
    #[error("endpoint for {provider}: {source}")]
    Secret {
        /// The provider.
        provider: &'static str,
        /// What is wrong with it.
        source: SecretError,
    },
    /// Secrets and a source of secrets: it would not be clear which count.
    #[error(
        "endpoint for {provider}: its secrets are given and asked for; use either `.secret(…)` or `.secret_source(…)`"
    )]
    SecretsAndSource {
        /// The provider.
        provider: &'static str,
    },
    /// Something is said of tenants or their secrets, and nobody has any.
    #[error(
        "endpoint for {provider}: `.{word}(…)` is for endpoints that ask for their secrets: add `.secret_source(…)`, or leave it out"
    )]
    NoSource {
        /// The provider.
        provider: &'static str,
        /// What was said.
        word: &'static str,
    },
    /// What names the tenant cannot do so.
    #[error("endpoint for {provider}: the tenant's place: {problem}")]
    Tenant {
        /// The provider.
        provider: &'static str,
        /// What is wrong with it, and what to do.
        problem: &'static str,
    },
    /// The token of a handshake cannot be right.
    #[error("endpoint for {provider}: the token of its handshake: {source}")]
    HandshakeToken {
        /// The provider.
        provider: &'static str,
        /// What is wrong with it.
        source: SecretError,
    },
    /// A limit of no handlers at a time.
    #[error("endpoint for {provider}: a concurrency of 0 lets no handler run; the least is 1")]
    NoConcurrency {
        /// The provider.
        provider: &'static str,
    },
    /// Two of a store, an inbox and a queue.
    #[error(
        "endpoint for {provider}: it takes one of `idempotent`, `inbox` and `hand_off`; an inbox knows duplicates itself"
    )]
    SeveralModes {
        /// The provider.
        provider: &'static str,
    },
    /// A lease of no time.
    #[error(
        "endpoint for {provider}: a lease of 0 s is over before its handler begins; the usual is 60 s"
    )]
    NoLease {
        /// The provider.
        provider: &'static str,
    },
}
