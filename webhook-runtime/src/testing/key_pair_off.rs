//! Key pairs without the feature `ed25519`: there are none.

use super::Signer;
use crate::provider::Provider;
use crate::secret::{Secret, SecretError};

pub(super) const fn keys<P: Provider>() -> Result<(Secret, Signer), SecretError> {
    Err(SecretError::NeedsFeature { feature: "ed25519" })
}
