//! Where secrets come from that no program can list when it starts.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;

use crate::outcome::BoxError;
use crate::secret::{Secret, SecretError};
use crate::tenant::Tenant;

/// Where the secrets of tenants come from: a table, a vault, a service.
///
/// Given to [`EndpointBuilder::secret_source`](crate::EndpointBuilder::secret_source). It is asked for each delivery
/// whose headers can be right, before the body is read, unless
/// [`cache_secrets`](crate::EndpointBuilder::cache_secrets) lets the endpoint remember: anybody can send such headers,
/// so anybody can make it be asked.
///
/// Write the implementation under `#[async_trait]`, which this crate exports.
///
/// - No secrets: there is no such tenant. The answer is 401, as to a wrong signature.
/// - Several: any may match, which is how a secret is rotated.
/// - An error, a panic, an answer that does not come before
///   [`secret_source_timeout`](crate::EndpointBuilder::secret_source_timeout), and a secret that cannot be right are
///   failures of the source. The answer is 503, so that the sender comes again, and the log says what was wrong.
///
/// The tenant's name is the sender's text until the delivery has verified: 1 to 128 bytes of UTF-8 without white space,
/// control characters, `/` and `\`, and neither `.` nor `..`; bind it as a parameter wherever it goes. Compare it
/// exactly: a source that takes `ACME` for `acme` gives one tenant two names, and a captured delivery could be sent again
/// under the other. For an endpoint without tenants it is empty.
///
/// No two tenants have the same secret: a delivery to one could be sent on to the other.
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
    /// The secrets of a tenant; none if there is no such tenant.
    ///
    /// # Errors
    /// If it cannot be told which secrets the tenant has.
    async fn secrets(&self, tenant: &Tenant) -> Result<Vec<Secret>, BoxError>;
}

/// The tenants that a program knows when it starts, by their names.
#[async_trait]
impl SecretSource for HashMap<String, Vec<Secret>> {
    async fn secrets(&self, tenant: &Tenant) -> Result<Vec<Secret>, BoxError> {
        Ok(self.get(tenant.as_str()).cloned().unwrap_or_default())
    }
}

/// A source that the program keeps a hand on.
#[async_trait]
impl<S: SecretSource + ?Sized> SecretSource for Arc<S> {
    async fn secrets(&self, tenant: &Tenant) -> Result<Vec<Secret>, BoxError> {
        (**self).secrets(tenant).await
    }
}

/// Why a [`SecretSource`] gave no secrets. No message holds any part of one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretSourceError {
    /// It returned an error.
    #[error("the source of secrets failed")]
    Failed(#[source] BoxError),
    /// It panicked.
    #[error("the source of secrets panicked")]
    Panicked,
    /// It did not answer before its deadline.
    #[error(
        "the source of secrets did not answer in time; `.secret_source_timeout(…)` says how long it may take"
    )]
    TooSlow,
    /// It gave a secret that cannot be right.
    #[error("the source of secrets gave one that cannot be right: {0}")]
    Unusable(SecretError),
    /// It gave none, for an endpoint without tenants.
    #[error(
        "the source of secrets gave none, and without one nothing can be verified (for an endpoint without tenants it is asked for the empty name)"
    )]
    None,
}
