//! Body of a delivery.

use std::fmt;

use bytes::Bytes;

/// Handler argument: the body of a delivery, byte for byte as it was signed.
///
/// `Debug` shows the length only, because bodies contain customer data and sometimes tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct RawBody(pub(crate) Bytes);

impl RawBody {
    /// Returns the bytes, which are shared with the delivery and not copied.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl std::ops::Deref for RawBody {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Bytes> for RawBody {
    fn from(body: Bytes) -> Self {
        Self(body)
    }
}

impl fmt::Debug for RawBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawBody({} bytes)", self.0.len())
    }
}
