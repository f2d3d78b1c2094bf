//! The keys that deliveries are deduplicated by.

use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};

use crate::store::DeliveryKey;
use crate::tenant::Tenant;
use crate::verify::Verified;

/// Prefix of the key of a delivery without an id; the hash of the body follows in hex.
const HASH: &str = "sha256:";

/// Makes the keys of one endpoint: endpoint, provider, tenant and id, separated by `/`.
pub(in crate::endpoint) struct KeyNamespace {
    /// Endpoint and provider.
    prefix: Box<str>,
}

impl KeyNamespace {
    pub(in crate::endpoint) fn new(endpoint: &str, provider: &str) -> Self {
        Self {
            prefix: format!("{}/{}/", Escaped(endpoint), Escaped(provider)).into(),
        }
    }

    pub(in crate::endpoint) fn key(&self, tenant: &Tenant, verified: &Verified<'_>) -> DeliveryKey {
        // A tenant's name contains no `/`.
        let (tenant, id) = (tenant.as_str(), verified.id_str());
        let id_len = match id.len() {
            0 => HASH.len() + 64,
            len => len,
        };
        // The exact capacity: a `Box<str>` of a longer one is reallocated.
        let mut text = String::with_capacity(self.prefix.len() + tenant.len() + 1 + id_len);
        text.push_str(&self.prefix);
        text.push_str(tenant);
        text.push('/');
        if id.is_empty() {
            // Only the body identifies this delivery.
            text.push_str(HASH);
            for byte in Sha256::digest(verified.body()) {
                // Writing to a `String` cannot fail.
                let _ = write!(text, "{byte:02x}");
            }
        } else {
            text.push_str(id);
        }
        DeliveryKey::new(text)
    }
}

/// A part of a key without the separator.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '/' => f.write_str("%2F"),
            '%' => f.write_str("%25"),
            c => f.write_char(c),
        })
    }
}
