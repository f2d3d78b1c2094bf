//! Tenants of an endpoint that receives deliveries for several customers.
//!
//! Decisions:
//! - An endpoint without tenants has the empty tenant, as a delivery without an id has the empty id. A secret source
//!   that has no secret for the empty name is therefore correct without a special case.
//! - A name is one segment and no path, because sources use it in tables, files, vaults and URLs.

use std::borrow::Borrow;
use std::fmt;

use crate::text::ShortText;

/// Maximum length of a tenant's name in a request, in bytes.
pub(crate) const MAX_NAME: usize = 128;

/// Handler argument: the name of the tenant that a delivery is for.
///
/// If requests name a tenant ([`EndpointBuilder::tenant_in_path`](crate::EndpointBuilder::tenant_in_path) and similar),
/// the delivery was verified with a secret of this tenant, so the name is authentic. Empty for an endpoint without
/// tenants.
///
/// Ids of deliveries are unique per sender only, so an idempotency key must contain the tenant as well.
///
/// ```
/// use webhook_runtime::Tenant;
///
/// let tenant = Tenant::new("acme");
/// assert_eq!(tenant.as_str(), "acme");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Tenant(ShortText);

impl Tenant {
    /// Tenant of an endpoint without tenants.
    pub(crate) const NONE: Self = Self(ShortText::EMPTY);

    /// Creates a tenant from its name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(ShortText::new(name))
    }

    /// Returns the name, after URL decoding; empty for an endpoint without tenants.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the name, if it is not empty.
    pub(crate) fn name(&self) -> Option<&str> {
        Some(self.as_str()).filter(|name| !name.is_empty())
    }
}

// Maps are queried with the text of a request: `Tenant` and `str` hash and compare alike.
impl Borrow<str> for Tenant {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tenant").field(&self.0).finish()
    }
}

/// Returns the problem with a name from a request, if it is invalid.
///
/// Secret sources may use the name in a query, a log or a file name, so it must be one word and no path. White space is
/// rejected because many databases treat `acme ` as `acme`, which would give a tenant two names.
pub(crate) fn problem(name: &str) -> Option<&'static str> {
    match name {
        "" => Some("the tenant's name is empty"),
        "." | ".." => Some("the tenant's name is `.` or `..`"),
        _ if name.len() > MAX_NAME => Some("the tenant's name is longer than 128 bytes"),
        _ if name.contains(|c: char| c.is_whitespace() || c.is_control()) => {
            Some("the tenant's name contains white space or a control character")
        }
        _ if name.contains(['/', '\\']) => Some("the tenant's name contains `/` or `\\`"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn name_is_one_word_and_not_a_path() {
        let longest = "x".repeat(MAX_NAME);
        for valid in [
            "a",
            "acme",
            "acct_1",
            "shop.example.com",
            "ü",
            "...",
            &longest,
        ] {
            assert_eq!(problem(valid), None, "{valid}");
        }
        let too_long = "x".repeat(MAX_NAME + 1);
        for invalid in [
            "", " ", "acme ", " acme", "a b", "a\tb", "a\nb", "a\0", "\u{7f}", "a\u{a0}b",
            "\u{85}", ".", "..", "a/b", "../a", "a\\b", &too_long,
        ] {
            assert!(problem(invalid).is_some(), "{invalid:?}");
        }
    }

    #[test]
    fn maps_of_tenants_can_be_queried_with_text() {
        let long = "x".repeat(100);
        for name in ["", "acme", &long] {
            let map = HashMap::from([(Tenant::new(name), 1)]);
            assert_eq!(map.get(name), Some(&1));
        }
    }
}
