//! The replacement of an endpoint's secrets while it runs.

use super::builder::BuildError;
use super::entry::Endpoint;
use crate::secret::Secret;

impl<R> Endpoint<R> {
    /// Replaces the secrets that the builder received, for all clones. Any of the new ones may match.
    ///
    /// A delivery whose headers were read before is verified with the earlier secrets. To rotate a secret without losing a
    /// delivery, set both the new one and the old one, change it at the provider, then set only the new one.
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
    /// // An invalid secret replaces nothing.
    /// let error = endpoint.replace_secrets(["the-new-one\n"]).unwrap_err();
    /// assert!(error.to_string().contains("white space"));
    /// # }
    /// # Ok::<(), webhook_runtime::BuildError>(())
    /// ```
    ///
    /// # Errors
    /// If there is no secret, if one is invalid, or if the endpoint has a [`SecretSource`](crate::SecretSource), which
    /// returns new secrets itself. The earlier secrets stay.
    pub fn replace_secrets<S: Into<Secret>>(
        &self,
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<(), BuildError> {
        let profile = self.state.profile;
        let provider = profile.name;
        let secrets: Vec<Secret> = secrets.into_iter().map(Into::into).collect();
        match self.state.keys.replace(profile, &secrets) {
            Ok(true) => Ok(()),
            Ok(false) => Err(BuildError::SecretsAndSource { provider }),
            Err(source) => Err(BuildError::Secret { provider, source }),
        }
    }
}
