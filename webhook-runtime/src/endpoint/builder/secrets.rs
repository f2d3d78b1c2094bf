//! Options for secret sources and tenants.

use std::time::Duration;

use super::EndpointBuilder;
use crate::endpoint::ingress::TenantLocation;
use crate::secret::SecretSource;

/// Secret sources and tenants.
///
/// The name of the tenant has one location in a request; if several are set, the last one counts. No other part of a
/// request decides whose secrets verify it. A request that names no tenant, or one that the source does not know, is
/// answered like one with a wrong signature: its body is read, a MAC is computed, and the answer is an empty 401.
impl<R> EndpointBuilder<R> {
    /// Source of the secrets, which is called for each delivery, instead of [`secret`](Self::secret).
    ///
    /// Without a tenant location it is called for the tenant with the empty name.
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
    /// // In a larger program: a database table, by an implementation of `SecretSource`.
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
        self.keys.source = Some(Box::new(source));
        self
    }

    /// Maximum time for a call of the [`SecretSource`](crate::SecretSource), from the first time that it waits. Default: 2
    /// seconds. `None`: no limit.
    ///
    /// The call is then dropped, and the sender is answered with 503 and `Retry-After`.
    pub fn secret_source_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.keys.timeout = Some(timeout.into());
        self
    }

    /// Takes the tenant from a segment of the path: `{tenant}` in a template such as `/webhooks/{tenant}/anthropic`.
    ///
    /// The path of the request's URI and the template are compared from their ends, segment by segment, as far as both
    /// go. So it does not matter whether a framework strips the path that the endpoint is mounted under, as axum's `nest`
    /// does: this template matches `/webhooks/acme/anthropic`, `/api/webhooks/acme/anthropic` and `/acme/anthropic`.
    /// Segments are compared without decoding, so case and a slash at the end matter; the tenant's is percent-decoded.
    ///
    /// [`handle_bytes`](crate::Endpoint::handle_bytes) does not see the path: call
    /// [`handle_bytes_for`](crate::Endpoint::handle_bytes_for).
    pub fn tenant_in_path(mut self, template: impl Into<String>) -> Self {
        self.keys.tenant = Some(TenantLocation::Path(template.into()));
        self
    }

    /// Takes the tenant from a header, which must occur exactly once and be visible ASCII.
    ///
    /// Headers that proxies rewrite are invalid, such as `Host` and `X-Forwarded-Host`.
    pub fn tenant_in_header(mut self, name: impl Into<String>) -> Self {
        self.keys.tenant = Some(TenantLocation::Header(name.into()));
        self
    }

    /// Takes the tenant from a query parameter: `tenant` in `/webhooks?tenant=acme`. It must occur exactly once, with the
    /// encoding of forms.
    ///
    /// [`handle_bytes`](crate::Endpoint::handle_bytes) does not see the query: call
    /// [`handle_bytes_for`](crate::Endpoint::handle_bytes_for).
    pub fn tenant_in_query(mut self, parameter: impl Into<String>) -> Self {
        self.keys.tenant = Some(TenantLocation::Query(parameter.into()));
        self
    }

    /// Time that secrets of the source are cached, in whole seconds of the endpoint's clock. Default: not cached; the
    /// source is called for each delivery.
    ///
    /// A secret that the source no longer returns verifies for this long;
    /// [`forget_secrets`](crate::Endpoint::forget_secrets) removes it at once. The cache contains the keys of up to 10,000
    /// tenants, ready to verify with, and up to 1,000 names that are not tenants, for at most 5 seconds. Failures are not
    /// cached. Concurrent deliveries of one tenant share one call.
    pub const fn cache_secrets(mut self, time: Duration) -> Self {
        self.keys.cache = Some(time);
        self
    }
}
