//! Builds an endpoint from its settings, after the rules.

use std::sync::Arc;
use std::time::Duration;

use super::EndpointBuilder;
use super::error::BuildError;
use super::settings::ModeSettings;
use crate::catalog::Catalog;
use crate::endpoint::entry::Endpoint;
use crate::endpoint::ingress::{Handshake, Tenancy};
use crate::endpoint::keys::{Cache, DynamicKeys, KeySource, StaticKeys, dummy_secret};
use crate::endpoint::modes::{
    ForwardMode, IdempotentMode, InboxMode, KeyNamespace, Mode, StoreConfig,
};
use crate::endpoint::running::Running;
use crate::endpoint::state::EndpointState;
use crate::endpoint::workers;
use crate::endpoint_names::ReservedName;
use crate::observe::Observer;
use crate::profile::Profile;
use crate::provider::Provider;
use crate::router::Router;
use crate::verify::SignatureVerifier;

/// Default lease: a worker that did not renew its lease for this long has crashed.
const LEASE: Duration = Duration::from_secs(60);

/// Default timeout of a store: providers wait 5 to 30 seconds for the whole delivery.
const STORE_TIMEOUT: Duration = Duration::from_secs(5);

/// Default timeout of a secret source: the provider waits at least 5 seconds, and most of them are left for the handler.
const SECRET_SOURCE_TIMEOUT: Duration = Duration::from_secs(2);

/// Default number of deliveries of an inbox that are handled concurrently.
const WORKERS: usize = 16;

impl<R: Router> EndpointBuilder<R> {
    /// Builds the endpoint. In inbox mode its workers start, if there is a tokio runtime.
    ///
    /// # Errors
    /// If the endpoint could not work: no secret, or an invalid one; secrets beside a source; an invalid tenant location;
    /// a missing URL that the provider signs; more than one mode; a concurrency limit or a lease of 0; a handler that takes
    /// the transaction of another inbox; or a name that a live endpoint of this process uses on the same store or inbox.
    /// And if an option would have no effect: each message names what to write instead.
    pub fn build(mut self) -> Result<Endpoint<R>, BuildError> {
        let profile = const { &R::Provider::PROFILE };
        let provider = profile.name;
        self.check()?;
        let (secrets, keys) = match self.keys.source {
            None => (self.secrets, KeySource::Static(StaticKeys::new(&self.url))),
            Some(source) => {
                let location = self.keys.tenant.as_ref();
                let tenancy = location.map(Tenancy::new).transpose();
                let keys = DynamicKeys {
                    source,
                    tenancy: tenancy.map_err(|problem| BuildError::Tenant { provider, problem })?,
                    profile,
                    url: self.url.as_str().into(),
                    timeout: self.keys.timeout.unwrap_or(Some(SECRET_SOURCE_TIMEOUT)),
                    cache: self.keys.cache.map(Cache::new),
                };
                (vec![dummy_secret()], KeySource::Dynamic(Arc::new(keys)))
            }
        };
        let verifier = SignatureVerifier::new(profile, &self.url, &secrets)
            .map_err(|source| BuildError::Secret { provider, source })?
            .tolerance(self.tolerance);
        if let Some(source) = self.handshake.as_ref().and_then(Handshake::problem) {
            return Err(BuildError::HandshakeToken { provider, source });
        }
        // A delivery that the signature check accepts must still be remembered.
        let retention = profile.redelivery_window.max(self.tolerance);
        let name = self.mode.name.take();
        let name = name.unwrap_or_else(|| std::any::type_name::<R>().to_owned());
        let reserved = self.mode.reserve(&name);
        let reserved = reserved.ok_or_else(|| BuildError::NameInUse {
            provider,
            name: name.clone(),
        })?;
        let mode = mode(self.mode, profile, name, retention);
        let catalog = <R::Provider as Provider>::Catalog::INFO;
        let state = Arc::new(EndpointState {
            router: self.router,
            verifier,
            keys,
            handshake: self.handshake,
            profile,
            body_limit: self.body_limit,
            clock: self.clock,
            observer: Observer::new(provider, catalog),
            running: Running::new(self.limits),
            mode,
            _name: reserved,
        });
        workers::start(&state);
        Ok(Endpoint { state })
    }
}

impl ModeSettings {
    /// Reserves the endpoint's name on its store or inbox. `None`: another endpoint has it.
    fn reserve(&self, name: &str) -> Option<Option<ReservedName>> {
        let names = match (&self.store, &self.inbox) {
            (Some(store), _) => store.endpoint_names(),
            (None, Some(inbox)) => inbox.endpoint_names(),
            (None, None) => None,
        };
        names
            .map(|names| names.reserve(name))
            .map_or(Some(None), |reserved| reserved.map(Some))
    }
}

/// Returns the mode. The rules allow only one of a store, an inbox and a queue.
fn mode(
    settings: ModeSettings,
    profile: &'static Profile,
    name: String,
    retention: Duration,
) -> Option<Mode> {
    let config = StoreConfig {
        profile,
        keys: KeyNamespace::new(&name, profile.name),
        name,
        lease: settings.lease.unwrap_or(LEASE),
        timeout: settings.timeout.unwrap_or(Some(STORE_TIMEOUT)),
        retention,
    };
    match (settings.store, settings.inbox, settings.queue) {
        (Some(store), ..) => Some(Mode::Idempotent(IdempotentMode::new(store, config))),
        (None, Some(inbox), _) => Some(Mode::Inbox(InboxMode::new(
            inbox,
            config,
            settings.retry.unwrap_or_default(),
            settings.workers.unwrap_or(WORKERS),
            settings.backlog,
        ))),
        (None, None, Some(queue)) => Some(Mode::Forward(ForwardMode { queue, config })),
        (None, None, None) => None,
    }
}
