//! A key pair of ed25519, whose private half signs.

use ed25519_dalek::{Signer as _, SigningKey};

use super::Signer;
use crate::provider::Provider;
use crate::secret::{Secret, SecretError};
use crate::verify::Message;

/// What a [`Driver`](super::Driver) verifies and signs with.
pub(super) fn keys<P: Provider>() -> Result<(Secret, Signer), SecretError> {
    let pair = KeyPair::from_seed(*b"the private key of all the tests");
    Ok((pair.public_key(), Signer::of_key_pair::<P>(&pair)))
}

/// A key pair of ed25519 for tests: the private half is the provider's, the public half the endpoint's.
///
/// ```
/// # #[cfg(feature = "openai")] {
/// use webhook_runtime::openai::OpenAi;
/// use webhook_runtime::testing::{KeyPair, Signer, TEST_TIME};
/// use webhook_runtime::{Secret, scheme::StandardWebhooks};
///
/// let pair = KeyPair::from_seed([7; 32]);
/// let scheme = StandardWebhooks::v1a(&[pair.standard_key()])?;
/// let delivery = Signer::of_key_pair::<OpenAi>(&pair).sign("{}");
/// assert!(scheme.verify(&delivery.headers, &delivery.body, TEST_TIME).is_ok());
/// # }
/// # Ok::<(), webhook_runtime::secret::SecretError>(())
/// ```
#[derive(Clone)]
pub struct KeyPair(SigningKey);

impl KeyPair {
    /// The pair of a private key, which is 32 bytes of any kind.
    #[must_use]
    pub fn from_seed(private_key: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&private_key))
    }

    /// The public key as Standard Webhooks writes it: `whpk_…`.
    #[must_use]
    pub fn standard_key(&self) -> Secret {
        Secret::of_public_key(self.0.verifying_key().as_bytes())
    }

    /// The public key, for any other scheme.
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
