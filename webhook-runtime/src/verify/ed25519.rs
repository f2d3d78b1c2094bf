//! Public keys of ed25519.
//!
//! The feature `ed25519` is not a default, because it compiles a curve and a procedural macro, and no shipped provider
//! signs with it. Without it a key cannot be created, so the rest of the crate needs no `cfg`.

#[cfg(feature = "ed25519")]
use ed25519_dalek::{Signature, VerifyingKey};

use crate::secret::SecretError;

/// Public key; only the owner of its private key can sign for it.
#[derive(Clone)]
pub(crate) struct PublicKey(
    #[cfg(feature = "ed25519")] VerifyingKey,
    #[cfg(not(feature = "ed25519"))] std::convert::Infallible,
);

impl PublicKey {
    #[cfg(feature = "ed25519")]
    pub(super) fn new(bytes: &[u8; 32]) -> Result<Self, SecretError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| SecretError::InvalidPublicKey)?;
        // A signature for every message can be forged under a key of small order.
        if key.is_weak() || !is_canonical(bytes) {
            return Err(SecretError::InvalidPublicKey);
        }
        Ok(Self(key))
    }

    #[cfg(not(feature = "ed25519"))]
    pub(super) const fn new(_: &[u8; 32]) -> Result<Self, SecretError> {
        Err(SecretError::NeedsFeature { feature: "ed25519" })
    }

    /// Verifies strictly: a signature has one spelling, and a point of small order in it is rejected.
    #[cfg(feature = "ed25519")]
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0
            .verify_strict(message, &Signature::from_bytes(signature))
            .is_ok()
    }

    #[cfg(not(feature = "ed25519"))]
    pub(super) const fn verifies(&self, _: &[u8], _: &[u8; 64]) -> bool {
        match self.0 {}
    }
}

/// Returns whether the coordinate is below the prime 2^255 - 19. Any other encoding of a key is rejected.
#[cfg(feature = "ed25519")]
fn is_canonical([first, middle @ .., last]: &[u8; 32]) -> bool {
    *first < 0xed || last & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff)
}

#[cfg(all(test, feature = "ed25519"))]
mod tests {
    use super::*;

    #[test]
    fn coordinates_at_or_above_the_prime_are_not_canonical() {
        let mut bytes = [0xff; 32];
        bytes[0] = 0xec;
        assert!(is_canonical(&bytes));
        for first in 0xed..=0xff {
            bytes[0] = first;
            assert!(!is_canonical(&bytes));
            bytes[31] = 0x7f;
            assert!(!is_canonical(&bytes));
            bytes[31] = 0xff;
        }
        bytes[31] = 0x7e;
        assert!(is_canonical(&bytes));
        // Coordinate of the generator, 4/5.
        assert!(is_canonical(&[0x66; 32]));
    }

    #[test]
    fn keys_of_small_order_are_rejected() {
        let one = |first: u8| {
            let mut bytes = [0; 32];
            bytes[0] = first;
            bytes
        };
        for weak in [one(0), one(1)] {
            assert!(VerifyingKey::from_bytes(&weak).is_ok(), "it is a point");
            let rejected = PublicKey::new(&weak).err();
            assert_eq!(rejected, Some(SecretError::InvalidPublicKey));
        }
        // No point has the coordinate 2.
        assert!(VerifyingKey::from_bytes(&one(2)).is_err());
        assert_eq!(
            PublicKey::new(&one(2)).err(),
            Some(SecretError::InvalidPublicKey)
        );
    }
}
