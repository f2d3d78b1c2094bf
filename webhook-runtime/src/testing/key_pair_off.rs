//! Key pairs without the feature `ed25519`: there are none.

use super::Signer;
use crate::secret::{Secret, SecretError};

#[expect(
    clippy::extra_unused_type_parameters,
    reason = "the same shape as with the feature"
)]
pub(super) const fn keys<P>() -> Result<(Secret, Signer), SecretError> {
    Err(SecretError::NeedsFeature { feature: "ed25519" })
}
