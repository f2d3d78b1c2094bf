//! Other secrets than before, while the endpoint runs.

use super::super::{BuildError, Endpoint};
use super::KeySource;
use crate::secret::Secret;

/// Secrets that change.
impl<R> Endpoint<R> {
    /// Other secrets than those that the builder was given, from now on, for all clones; any may match.
    ///
    /// A delivery whose headers were read before is verified with those of before. To rotate a secret without losing a
    /// delivery, give the new one beside the old one, let the provider change, and give the new one alone.
    ///
    /// ```
    /// # #[cfg(feature = "openai")] {
    /// # use webhook_runtime::{Endpoint, Event, WebhookRouter, on, openai::{BatchFailed, OpenAi}};
    /// # #[on("batch.failed")]
    /// # async fn failed(_: Event<BatchFailed>) {}
    /// # #[derive(WebhookRouter)]
    /// # #[webhook(provider = OpenAi, handlers(failed))]
    /// # struct App;
    /// let endpoint = Endpoint::builder(App).secret("the-old-one").build()?;
    /// endpoint.replace_secrets(["the-new-one", "the-old-one"])?;
    ///
    /// // What cannot be right replaces nothing.
    /// let error = endpoint.replace_secrets(["the-new-one\n"]).unwrap_err();
    /// assert!(error.to_string().contains("trailing newline"));
    /// # }
    /// # Ok::<(), webhook_runtime::BuildError>(())
    /// ```
    ///
    /// # Errors
    /// If there is no secret, or one that cannot be right, or if a source is asked for them: it says itself when they
    /// change. Those of before stay.
    pub fn replace_secrets<S: Into<Secret>>(
        &self,
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<(), BuildError> {
        let profile = self.inner.profile;
        let provider = profile.name;
        let secrets: Vec<Secret> = secrets.into_iter().map(Into::into).collect();
        match &self.inner.keys {
            KeySource::Given(given) => given
                .replace(profile, &secrets)
                .map_err(|source| BuildError::Secret { provider, source }),
            KeySource::Asked(_) => Err(BuildError::SecretsAndSource { provider }),
        }
    }

    /// Forgets what [`cache_secrets`](crate::EndpointBuilder::cache_secrets) has let it remember of this tenant, so that
    /// its next delivery asks the source. Of the empty name, for an endpoint without tenants.
    ///
    /// Call it where a secret is changed or withdrawn. Deliveries that have asked before are verified with what they got.
    pub fn forget_secrets(&self, tenant: &str) {
        match &self.inner.keys {
            KeySource::Given(_) => {}
            KeySource::Asked(asked) => asked.forget(tenant),
        }
    }
}
