//! What an endpoint's deliveries are known by.

use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};

use crate::store::DeliveryKey;
use crate::tenant::Tenant;
use crate::verify::Verified;

/// In the place of an id, in front of the hash of the body in hex.
const HASH: &str = "sha256:";

/// Makes the keys of one endpoint.
pub(super) struct Keys {
    /// What all of them begin with.
    prefix: Box<str>,
}

impl Keys {
    pub(super) fn new(endpoint: &str, provider: &str) -> Self {
        Self {
            prefix: format!("{}/{}/", Escaped(endpoint), Escaped(provider)).into(),
        }
    }

    pub(super) fn key(&self, tenant: &Tenant, verified: &Verified<'_>) -> DeliveryKey {
        // The name of a tenant holds no `/`.
        let (tenant, id) = (tenant.as_str(), verified.id_str());
        let id_len = match id.len() {
            0 => HASH.len() + 64,
            len => len,
        };
        // No more than that: what is left over would have to be given back.
        let mut text = String::with_capacity(self.prefix.len() + tenant.len() + 1 + id_len);
        text.push_str(&self.prefix);
        text.push_str(tenant);
        text.push('/');
        if id.is_empty() {
            // Nothing else tells this delivery from another one.
            text.push_str(HASH);
            for byte in Sha256::digest(verified.body()) {
                // Writing to a text cannot fail.
                let _ = write!(text, "{byte:02x}");
            }
        } else {
            text.push_str(id);
        }
        DeliveryKey::new(text)
    }
}

/// A part of a key: without the sign that parts are divided by.
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
