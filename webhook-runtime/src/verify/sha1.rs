//! HMAC-SHA1, for providers that have nothing newer.

use hmac::Hmac;
use sha1::Sha1;

use super::message::Message;
use crate::secret::SecretError;

#[derive(Clone)]
pub(crate) struct HmacSha1(Hmac<Sha1>);

impl HmacSha1 {
    pub(super) fn new(key: &[u8]) -> Result<Self, SecretError> {
        super::keys::keyed(key).map(Self)
    }

    pub(super) fn matches(&self, message: &Message<'_>, candidates: &[[u8; 64]]) -> bool {
        super::keys::matches(&self.0, message, candidates)
    }

    #[cfg(feature = "testing")]
    pub(super) fn sign(&self, message: &Message<'_>) -> Vec<u8> {
        super::keys::sign(&self.0, message)
    }
}
