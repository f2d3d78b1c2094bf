//! Headers of a delivery.

use std::fmt;

use http::{HeaderMap, HeaderName};

/// Source of header values for a verifier: an [`http::HeaderMap`], or name and value pairs of a captured delivery.
///
/// Names are compared case-insensitively. Values are bytes, because signatures cover bytes.
pub trait HeaderSource {
    /// Returns all values of one header, in the order of arrival.
    fn values<'a>(&'a self, name: &HeaderName) -> impl Iterator<Item = &'a [u8]>;
}

impl HeaderSource for HeaderMap {
    fn values<'a>(&'a self, name: &HeaderName) -> impl Iterator<Item = &'a [u8]> {
        self.get_all(name).iter().map(http::HeaderValue::as_bytes)
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> HeaderSource for [(N, V)] {
    fn values<'a>(&'a self, name: &HeaderName) -> impl Iterator<Item = &'a [u8]> {
        self.iter()
            .filter(move |(other, _)| other.as_ref().eq_ignore_ascii_case(name.as_str()))
            .map(|(_, value)| value.as_ref())
    }
}

/// Handler argument: all headers of a delivery.
///
/// Only the headers of the provider's signature scheme are signed; treat every other header as untrusted input.
/// `Debug` shows names only, because values contain signatures and credentials.
#[derive(Clone)]
pub struct Headers(pub(crate) HeaderMap);

impl std::ops::Deref for Headers {
    type Target = HeaderMap;

    fn deref(&self) -> &HeaderMap {
        &self.0
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl From<HeaderMap> for Headers {
    fn from(headers: HeaderMap) -> Self {
        Self(headers)
    }
}
