//! The builder of an endpoint: options here and in `builder/`, then the rules, then `build`.

use std::fmt;
use std::time::Duration;

use super::entry::Endpoint;
use super::ingress::Handshake;
use super::running::Limits;
use crate::delivery::{Clock, SystemClock};
use crate::provider::Provider;
use crate::router::Router;
use crate::secret::Secret;

mod build;
mod error;
mod inbox;
mod limits;
mod modes;
mod rules;
mod secrets;
mod settings;

pub use self::error::BuildError;
use self::settings::{KeySettings, ModeSettings};

/// Default limit of a body: 1 MiB.
const BODY_LIMIT: usize = 1024 * 1024;

/// Builds an [`Endpoint`].
#[must_use = "call `build` to get an endpoint"]
pub struct EndpointBuilder<R> {
    router: R,
    secrets: Vec<Secret>,
    url: String,
    handshake: Option<Handshake>,
    tolerance: Duration,
    body_limit: usize,
    clock: Box<dyn Clock>,
    keys: KeySettings,
    mode: ModeSettings,
    limits: Limits,
}

impl<R> fmt::Debug for EndpointBuilder<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointBuilder")
            .field("secrets", &self.secrets.len())
            .field("keys", &self.keys)
            .field("tolerance", &self.tolerance)
            .field("body_limit", &self.body_limit)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl<R: Router> Endpoint<R> {
    /// Starts to build an endpoint for a router. It needs at least one secret, or a secret source.
    pub fn builder(router: R) -> EndpointBuilder<R> {
        EndpointBuilder {
            router,
            secrets: Vec::new(),
            url: String::new(),
            handshake: None,
            tolerance: R::Provider::PROFILE.tolerance,
            body_limit: BODY_LIMIT,
            clock: Box::new(SystemClock),
            keys: KeySettings::default(),
            mode: ModeSettings::default(),
            limits: Limits::default(),
        }
    }
}

impl<R: Router> EndpointBuilder<R> {
    /// Adds a signing secret. With several, any may match, so that secrets can be rotated.
    pub fn secret(mut self, secret: impl Into<Secret>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// Adds several signing secrets.
    pub fn secrets<S: Into<Secret>>(mut self, secrets: impl IntoIterator<Item = S>) -> Self {
        self.secrets.extend(secrets.into_iter().map(Into::into));
        self
    }

    /// URL of the endpoint, spelled as in the provider's console, for providers that sign it.
    ///
    /// It is not taken from a request, because any client can write its `Host` and `X-Forwarded-*`.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = url.into();
        self
    }

    /// Handshake by which the provider verifies the endpoint before it sends deliveries. Default: none; only deliveries are
    /// answered.
    pub fn handshake(mut self, handshake: Handshake) -> Self {
        self.handshake = Some(handshake);
        self
    }

    /// Maximum difference between a delivery's timestamp and the clock, in both directions, in whole seconds. Default: the
    /// provider's.
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Maximum size of a body in bytes. Default: 1 MiB.
    pub const fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Clock of the endpoint, for tests. Default: the system clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }
}
