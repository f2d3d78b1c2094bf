//! Public keys of ed25519.

use ed25519_dalek::{Signature, VerifyingKey};

use crate::secret::SecretError;

/// A public key with which only the owner of its private key can sign.
#[derive(Clone)]
pub(crate) struct PublicKey(VerifyingKey);

impl PublicKey {
    pub(super) fn new(bytes: &[u8; 32]) -> Result<Self, SecretError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| SecretError::UnsoundPublicKey)?;
        // With a key of small order, signatures for every message can be made up.
        if key.is_weak() || !is_canonical(bytes) {
            return Err(SecretError::UnsoundPublicKey);
        }
        Ok(Self(key))
    }

    /// Strict: one signature has one spelling, and a point of small order in it is refused.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0
            .verify_strict(message, &Signature::from_bytes(signature))
            .is_ok()
    }
}

/// Whether the coordinate is below the prime 2^255 - 19: the other spelling of a key is none.
fn is_canonical([first, middle @ .., last]: &[u8; 32]) -> bool {
    *first < 0xed || last & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coordinate_has_one_spelling() {
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
        // The generator's coordinate, 4/5.
        assert!(is_canonical(&[0x66; 32]));
    }

    #[test]
    fn a_key_of_small_order_is_refused() {
        let one = |first: u8| {
            let mut bytes = [0; 32];
            bytes[0] = first;
            bytes
        };
        for weak in [one(0), one(1)] {
            assert!(VerifyingKey::from_bytes(&weak).is_ok(), "it is a point");
            let refused = PublicKey::new(&weak).err();
            assert_eq!(refused, Some(SecretError::UnsoundPublicKey));
        }
        // The coordinate 2 is that of no point.
        assert!(VerifyingKey::from_bytes(&one(2)).is_err());
        assert_eq!(
            PublicKey::new(&one(2)).err(),
            Some(SecretError::UnsoundPublicKey)
        );
    }
}
