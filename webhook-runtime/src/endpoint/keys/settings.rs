//! What a builder says of secrets that somebody is asked for.

use std::fmt;
use std::time::Duration;

use super::super::EndpointBuilder;
use super::super::tenancy::TenantLocation;
use crate::secret::SecretSource;

/// Whom to ask, for whom, and how long to remember it.
#[derive(Default)]
pub(in super::super) struct Settings {
    pub(in super::super) source: Option<Box<dyn SecretSource>>,
    pub(in super::super) tenant: Option<TenantLocation>,
    pub(in super::super) cache: Option<Duration>,
}

impl Settings {
    /// A word that means nothing without a source.
    pub(in super::super) const fn word(&self) -> Option<&'static str> {
        match (&self.tenant, self.cache) {
            (Some(TenantLocation::Path(_)), _) => Some("tenant_in_path"),
            (Some(TenantLocation::Header(_)), _) => Some("tenant_in_header"),
            (Some(TenantLocation::Query(_)), _) => Some("tenant_in_query"),
            (None, Some(_)) => Some("cache_secrets"),
            (None, None) => None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("tenant", &self.tenant)
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}

/// Secrets that somebody is asked for, and tenants.
///
/// A request names its tenant in one place, which is said once; if it is said again, the last one counts. No other part
/// of a request changes whose secrets verify it. A request that names no tenant, or one that the source does not know,
/// is answered as one with a wrong signature is: its body is read, a MAC is computed, and the answer is an empty 401.
impl<R> EndpointBuilder<R> {
    /// Who is asked for the secrets of each delivery, instead of [`secret`](Self::secret).
    ///
    /// Without a place for tenants, it is asked for the tenant with the empty name.
    ///
    /// ```
    /// # #[cfg(feature = "openai")] {
    /// # use webhook_runtime::{Endpoint, Event, WebhookRouter, on, openai::{BatchFailed, OpenAi}};
    /// # #[on("batch.failed")]
    /// # async fn failed(_: Event<BatchFailed>) {}
    /// # #[derive(WebhookRouter)]
    /// # #[webhook(provider = OpenAi, handlers(failed))]
    /// # struct App;
    /// use std::collections::HashMap;
    /// use std::time::Duration;
    /// use webhook_runtime::Secret;
    ///
    /// // In a larger program: a table, by an implementation of `SecretSource`.
    /// let secrets = HashMap::from([
    ///     ("acme".to_owned(), vec![Secret::new("the-secret-of-acme")]),
    ///     ("globex".to_owned(), vec![Secret::new("a-new-one"), Secret::new("an-old-one")]),
    /// ]);
    /// let endpoint = Endpoint::builder(App)
    ///     .secret_source(secrets)
    ///     .tenant_in_path("/webhooks/{tenant}/openai")
    ///     .cache_secrets(Duration::from_secs(60))
    ///     .build()?;
    /// # let _ = endpoint;
    /// # }
    /// # Ok::<(), webhook_runtime::BuildError>(())
    /// ```
    pub fn secret_source(mut self, source: impl SecretSource) -> Self {
        self.asking.source = Some(Box::new(source));
        self
    }

    /// A segment of the path names the tenant: `{tenant}` in a template such as `/webhooks/{tenant}/anthropic`.
    ///
    /// The path of the request's URI and the template are compared from their ends, segment by segment, as far as both
    /// go. So it does not matter whether a framework strips what the endpoint is mounted under, as axum's `nest` does:
    /// this one takes `/webhooks/acme/anthropic`, `/api/webhooks/acme/anthropic` and `/acme/anthropic`. Segments are
    /// compared as they stand, so case and a slash at the end matter; the tenant's is percent-decoded.
    ///
    /// [`handle_bytes`](crate::Endpoint::handle_bytes) sees no path: call
    /// [`handle_bytes_for`](crate::Endpoint::handle_bytes_for).
    pub fn tenant_in_path(mut self, template: impl Into<String>) -> Self {
        self.asking.tenant = Some(TenantLocation::Path(template.into()));
        self
    }

    /// A header names the tenant, in visible ASCII, once.
    ///
    /// Not one that proxies write anew, such as `Host` or `X-Forwarded-Host`.
    pub fn tenant_in_header(mut self, name: impl Into<String>) -> Self {
        self.asking.tenant = Some(TenantLocation::Header(name.into()));
        self
    }

    /// A parameter of the query names the tenant: `tenant` in `/webhooks?tenant=acme`. It is there once, and encoded as
    /// forms are.
    ///
    /// [`handle_bytes`](crate::Endpoint::handle_bytes) sees no query: call
    /// [`handle_bytes_for`](crate::Endpoint::handle_bytes_for).
    pub fn tenant_in_query(mut self, parameter: impl Into<String>) -> Self {
        self.asking.tenant = Some(TenantLocation::Query(parameter.into()));
        self
    }

    /// How long what the source says is remembered, in whole seconds of the endpoint's clock. Otherwise it is asked for
    /// each delivery.
    ///
    /// For this long a secret still verifies that the source no longer gives;
    /// [`forget_secrets`](crate::Endpoint::forget_secrets) ends it at once. The keys of up to 10,000 tenants are
    /// remembered, ready to verify with, and up to 1,000 names that are no tenant's, for at most 5 seconds. Failures of
    /// the source are not. With the feature `tokio`, deliveries of one tenant that come at the same time ask once.
    pub const fn cache_secrets(mut self, time: Duration) -> Self {
        self.asking.cache = Some(time);
        self
    }
}
