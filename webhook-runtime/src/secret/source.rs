//! Sources of secrets that are not known when the program starts.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;

use crate::outcome::BoxError;
use crate::secret::{Secret, SecretError};
use crate::tenant::Tenant;

/// Source of the secrets of tenants: a table, a vault, a service.
///
/// Pass it to [`EndpointBuilder::secret_source`](crate::EndpointBuilder::secret_source). The endpoint queries it for
/// each delivery with plausible headers, before it reads the body. Anybody can send such headers, so anybody can cause
/// queries; [`cache_secrets`](crate::EndpointBuilder::cache_secrets) limits them.
///
/// Write the implementation under `#[async_trait]`, which this crate exports.
///
/// - No secrets: the tenant does not exist. The answer is 401, as for a wrong signature.
/// - Several secrets: any may match, which allows rotation.
/// - An error, a panic, a malformed secret, or no result within
///   [`secret_source_timeout`](crate::EndpointBuilder::secret_source_timeout): the source has failed. The answer is
///   503, so that the sender retries, and the log has the reason.
///
/// The tenant's name is untrusted input until the delivery is verified: 1 to 128 bytes of UTF-8 without white space,
/// control characters, `/` and `\`, and neither `.` nor `..`. Bind it as a parameter in every query. Compare it
/// exactly: a source that treats `ACME` as `acme` gives a tenant two names, and a captured delivery could be replayed
/// under the other one. For an endpoint without tenants the name is empty.
///
/// No two tenants may share a secret: a delivery to one could be forwarded to the other.
///
/// ```
/// use webhook_runtime::{BoxError, Secret, SecretSource, Tenant, async_trait};
/// # struct Row { secret: String }
/// # struct Db;
/// # impl Db {
/// #     async fn secrets_of(&self, _: &str) -> Result<Vec<Row>, std::io::Error> { Ok(vec![]) }
/// # }
///
/// struct Table(Db);
///
/// #[async_trait]
/// impl SecretSource for Table {
///     async fn secrets(&self, tenant: &Tenant) -> Result<Vec<Secret>, BoxError> {
///         let rows = self.0.secrets_of(tenant.as_str()).await?;
///         Ok(rows.into_iter().map(|row| Secret::new(row.secret)).collect())
///     }
/// }
/// ```
#[async_trait]
pub trait SecretSource: Send + Sync + 'static {
    /// Returns the secrets of a tenant; empty if the tenant does not exist.
    ///
    /// # Errors
    /// If the secrets cannot be determined.
    async fn secrets(&self, tenant: &Tenant) -> Result<Vec<Secret>, BoxError>;
}

/// Secrets by the names of tenants, for a program that knows them when it starts.
#[async_trait]
impl SecretSource for HashMap<String, Vec<Secret>> {
    async fn secrets(&self, tenant: &Tenant) -> Result<Vec<Secret>, BoxError> {
        Ok(self.get(tenant.as_str()).cloned().unwrap_or_default())
    }
}

/// Source that the program shares with the endpoint.
#[async_trait]
impl<S: SecretSource + ?Sized> SecretSource for Arc<S> {
    async fn secrets(&self, tenant: &Tenant) -> Result<Vec<Secret>, BoxError> {
        (**self).secrets(tenant).await
    }
}

/// Reason why a [`SecretSource`] returned no usable secrets. No message contains any part of a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretSourceError {
    /// The source returned an error.
    #[error("the secret source failed")]
    Failed(#[source] BoxError),
    /// The source panicked.
    #[error("the secret source panicked")]
    Panicked,
    /// The source returned no result within its timeout.
    #[error("the secret source timed out: its timeout is set with `.secret_source_timeout(…)`")]
    TimedOut,
    /// The source returned a malformed secret.
    #[error("the secret source returned an invalid secret: {0}")]
    Invalid(SecretError),
    /// The source returned no secret for the empty name, which is that of an endpoint without tenants.
    #[error(
        "the secret source returned no secret: deliveries cannot be verified without one; an endpoint without tenants queries the empty name"
    )]
    NoSecrets,
}
