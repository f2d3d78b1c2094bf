//! HMAC-SHA1 without the feature `sha1`: there is none.

use super::message::Message;
use crate::secret::SecretError;

#[derive(Clone)]
pub(crate) enum HmacSha1 {}

impl HmacSha1 {
    pub(super) const fn new(_: &[u8]) -> Result<Self, SecretError> {
        Err(SecretError::NeedsFeature { feature: "sha1" })
    }

    pub(super) const fn matches(&self, _: &Message<'_>, _: &[[u8; 64]]) -> bool {
        match *self {}
    }

    #[cfg(feature = "testing")]
    pub(super) const fn sign(&self, _: &Message<'_>) -> Vec<u8> {
        match *self {}
    }
}
