//! One lookup that several deliveries wait for.

use std::sync::Arc;

use tokio::sync::OnceCell;

use super::keyring::Keyring;
use crate::secret::SecretSourceError;

/// A tenant's keys; `None` if the tenant does not exist.
pub(super) type KeyResult = Result<Option<Arc<Keyring>>, Arc<SecretSourceError>>;

/// A lookup that runs once. It runs in the request that started it, not in a task; if that request is dropped, the next
/// one that waits runs it again.
#[derive(Debug, Default)]
pub(super) struct SingleFlight(OnceCell<KeyResult>);

impl SingleFlight {
    pub(super) async fn run<F: Future<Output = KeyResult>>(
        &self,
        lookup: impl FnOnce() -> F,
    ) -> KeyResult {
        self.0.get_or_init(lookup).await.clone()
    }
}
