//! Tenants: on whose behalf a delivery comes, where one endpoint takes those of many.

use std::borrow::Borrow;
use std::fmt;

use crate::text::ShortText;

/// The longest name that is taken from a request, in bytes.
pub(crate) const MAX_NAME: usize = 128;

/// The name of the tenant that a delivery is for, as an argument of a handler.
///
/// Where [`EndpointBuilder::tenant_in_path`](crate::EndpointBuilder::tenant_in_path) or one of its siblings says that
/// requests name one, the delivery has verified with a secret of this tenant, so nobody else has sent it. Empty for an
/// endpoint without tenants.
///
/// Ids of deliveries are unique for one sender: a key for idempotency holds the tenant too.
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
    /// That of an endpoint without tenants.
    pub(crate) const NONE: Self = Self(ShortText::EMPTY);

    /// A tenant by its name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(ShortText::new(name))
    }

    /// Its name, as the request spells it once it is decoded; empty for an endpoint without tenants.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The name, if there is one.
    pub(crate) fn name(&self) -> Option<&str> {
        Some(self.as_str()).filter(|name| !name.is_empty())
    }
}

// A name that a request gives is looked up as the text that it is: both hash and compare alike.
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

/// What is wrong with a name that a request gives, if it cannot be one.
///
/// Whoever looks it up may put it into a query, a log or the name of a file: it is one word, and no way out of a folder.
/// White space is refused since many databases take `acme ` for `acme`, and one tenant would have two names.
pub(crate) fn problem(name: &str) -> Option<&'static str> {
    match name {
        "" => Some("the tenant's name is empty"),
        "." | ".." => Some("the tenant's name is `.` or `..`"),
        _ if name.len() > MAX_NAME => Some("the tenant's name is longer than 128 bytes"),
        _ if name.contains(|c: char| c.is_whitespace() || c.is_control()) => {
            Some("the tenant's name holds white space or a control character")
        }
        _ if name.contains(['/', '\\']) => Some("the tenant's name holds `/` or `\\`"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn a_name_is_one_word_and_no_path() {
        let longest = "x".repeat(MAX_NAME);
        for good in [
            "a",
            "acme",
            "acct_1",
            "shop.example.com",
            "ü",
            "...",
            &longest,
        ] {
            assert_eq!(problem(good), None, "{good}");
        }
        let too_long = "x".repeat(MAX_NAME + 1);
        for bad in [
            "", " ", "acme ", " acme", "a b", "a\tb", "a\nb", "a\0", "\u{7f}", "a\u{a0}b",
            "\u{85}", ".", "..", "a/b", "../a", "a\\b", &too_long,
        ] {
            assert!(problem(bad).is_some(), "{bad:?}");
        }
    }

    #[test]
    fn a_map_by_tenants_is_asked_with_text() {
        let long = "x".repeat(100);
        for name in ["", "acme", &long] {
            let map = HashMap::from([(Tenant::new(name), 1)]);
            assert_eq!(map.get(name), Some(&1));
        }
    }
}
