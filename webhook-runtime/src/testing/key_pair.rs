//! [`KeyPair`]: key pair of ed25519 that signs deliveries in tests.

use ed25519_dalek::{Signer as _, SigningKey};

use crate::secret::Secret;
use crate::verify::Message;

/// Key pair of ed25519 for tests: the provider signs with the private key, the endpoint verifies with the public key.
///
/// ```
/// # #[cfg(feature = "openai")] {
/// use webhook_runtime::openai::OpenAi;
/// use webhook_runtime::testing::{KeyPair, Signer, TEST_TIME};
/// use webhook_runtime::Verifier;
///
/// let pair = KeyPair::from_seed([7; 32]);
/// let verifier = Verifier::standard_webhooks([pair.standard_key()])?;
/// let delivery = Signer::of_key_pair::<OpenAi>(&pair).sign("{}");
/// assert!(verifier.verify(&delivery.headers, &delivery.body, TEST_TIME).is_ok());
/// # }
/// # Ok::<(), webhook_runtime::verifier::VerifierError>(())
/// ```
#[derive(Clone)]
pub struct KeyPair(SigningKey);

impl KeyPair {
    /// Creates the pair from a private key: any 32 bytes.
    #[must_use]
    pub fn from_seed(private_key: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&private_key))
    }

    /// Returns the public key in the format of Standard Webhooks, `whpk_…`.
    #[must_use]
    pub fn standard_key(&self) -> Secret {
        Secret::of_public_key(self.0.verifying_key().as_bytes())
    }

    /// Returns the public key for any other scheme.
    #[must_use]
    pub fn public_key(&self) -> Secret {
        Secret::from_bytes(*self.0.verifying_key().as_bytes())
    }

    pub(super) fn sign(&self, message: &Message<'_>) -> Vec<u8> {
        self.0.sign(&message.to_vec()).to_bytes().to_vec()
    }
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyPair(…)")
    }
}
