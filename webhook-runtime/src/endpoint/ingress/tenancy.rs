//! The location of a tenant's name in a request.
//!
//! A path is compared with its template from their ends, as far as both go, because frameworks strip the path that an
//! endpoint is mounted under, or do not. A tenant mistaken for another one is rejected by the other's secret.

use std::borrow::Cow;
use std::fmt;

use http::{HeaderMap, HeaderName, Uri};

use super::uri;
use crate::tenant;

/// The location of a tenant's name in a request. No other part of the request is read.
pub(in crate::endpoint) enum Tenancy {
    Path(Template),
    Header(HeaderName),
    Query(Box<str>),
}

/// The location as the builder receives it, not validated yet.
#[derive(Clone, Debug)]
pub(in crate::endpoint) enum TenantLocation {
    Path(String),
    Header(String),
    Query(String),
}

impl Tenancy {
    /// Validates a location. The error is the problem and its fix.
    pub(in crate::endpoint) fn new(at: &TenantLocation) -> Result<Self, &'static str> {
        match at {
            TenantLocation::Path(template) => Template::new(template).map(Self::Path),
            TenantLocation::Header(name) => header(name).map(Self::Header),
            TenantLocation::Query(name) if name.is_empty() => {
                Err("empty query parameter name; write `.tenant_in_query(\"tenant\")`")
            }
            TenantLocation::Query(name) => Ok(Self::Query(name.as_str().into())),
        }
    }

    /// Returns the tenant's name, or why the request has none. `uri`: `None` if the entry point does not see it.
    pub(in crate::endpoint) fn name<'r>(
        &self,
        uri: Option<&'r Uri>,
        headers: &'r HeaderMap,
    ) -> Result<Cow<'r, str>, &'static str> {
        const NO_URI: &str = "no tenant: `handle_bytes` does not see the URI, which contains it; call `handle_bytes_for` or `handle`";
        let name = match self {
            Self::Path(template) => {
                let path = uri.ok_or(NO_URI)?.path();
                let segment = template.find(path).ok_or(
                    "no tenant: the path does not match the template of `.tenant_in_path(…)`",
                )?;
                uri::segment(segment)
                    .ok_or("no tenant: its path segment is not percent-encoded UTF-8")?
            }
            Self::Query(name) => {
                let query = uri.ok_or(NO_URI)?.query().unwrap_or_default();
                uri::parameter(query, name).ok_or(
                    "no tenant: expected exactly one percent-encoded query parameter of `.tenant_in_query(…)`",
                )?
            }
            Self::Header(name) => {
                let mut values = headers.get_all(name).iter();
                let (Some(value), None) = (values.next(), values.next()) else {
                    return Err("no tenant: expected exactly one header of `.tenant_in_header(…)`");
                };
                let value = value
                    .to_str()
                    .map_err(|_| "no tenant: its header is not visible ASCII")?;
                Cow::Borrowed(value)
            }
        };
        match tenant::problem(&name) {
            None => Ok(name),
            Some(problem) => Err(problem),
        }
    }
}

impl fmt::Debug for Tenancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(template) => f.debug_tuple("Path").field(template).finish(),
            Self::Header(name) => f.debug_tuple("Header").field(name).finish(),
            Self::Query(name) => f.debug_tuple("Query").field(name).finish(),
        }
    }
}

fn header(name: &str) -> Result<HeaderName, &'static str> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| "invalid header name; write `.tenant_in_header(\"x-tenant\")`")?;
    let text = name.as_str();
    if matches!(text, "host" | "forwarded") || text.starts_with("x-forwarded-") {
        return Err(
            "unreliable header: proxies rewrite `Host`, `Forwarded` and `X-Forwarded-*`, and HTTP/2 has no `Host`; put the tenant into the path or the query of the sender's URL",
        );
    }
    Ok(name)
}

/// The placeholder of the tenant in a template.
const PLACEHOLDER: &str = "{tenant}";

/// A path with a placeholder for the tenant.
#[derive(Debug)]
pub(in crate::endpoint) struct Template {
    /// The segments before the placeholder, from the placeholder outwards.
    before: Box<[Box<str>]>,
    /// The segments after the placeholder.
    after: Box<[Box<str>]>,
}

impl Template {
    fn new(template: &str) -> Result<Self, &'static str> {
        let segments = template
            .strip_prefix('/')
            .ok_or("the path template does not begin with `/`; write `.tenant_in_path(\"/webhooks/{tenant}\")`")?;
        let segments: Vec<&str> = segments.split('/').collect();
        let mut placeholders = segments
            .iter()
            .enumerate()
            .filter(|(_, s)| **s == PLACEHOLDER);
        let (Some((index, _)), None) = (placeholders.next(), placeholders.next()) else {
            return Err(
                "expected exactly one segment `{tenant}` in the path template; write `.tenant_in_path(\"/webhooks/{tenant}\")`",
            );
        };
        let (before, after) = segments.split_at(index);
        let after = after.get(1..).unwrap_or_default();
        for literal in before.iter().chain(after) {
            if literal.is_empty() || *literal == "." || *literal == ".." {
                return Err("empty segment, `.` or `..` in the path template; remove it");
            }
            if !literal.bytes().all(is_literal) {
                return Err(
                    "invalid character in the path template; `{tenant}` is the only placeholder",
                );
            }
        }
        Ok(Self {
            before: before.iter().rev().map(|s| Box::from(*s)).collect(),
            after: after.iter().map(|s| Box::from(*s)).collect(),
        })
    }

    /// Returns the segment of the tenant. Path and template are compared from their ends, as far as both go.
    fn find<'p>(&self, path: &'p str) -> Option<&'p str> {
        let mut segments = path.strip_prefix('/')?.rsplit('/');
        for literal in self.after.iter().rev() {
            if segments.next()? != &**literal {
                return None;
            }
        }
        let name = segments.next()?;
        for (literal, segment) in self.before.iter().zip(segments) {
            if segment != &**literal {
                return None;
            }
        }
        Some(name)
    }
}

/// Returns whether the byte may occur in a segment without being encoded (RFC 3986).
const fn is_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
                | b':'
                | b'@'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'p>(template: &str, path: &'p str) -> Option<&'p str> {
        Template::new(template).unwrap().find(path)
    }

    #[test]
    fn template_matches_the_end_of_a_path() {
        let template = "/webhooks/{tenant}/anthropic";
        for path in [
            "/webhooks/acme/anthropic",
            "/api/v1/webhooks/acme/anthropic",
            // The path that a framework passes on when it mounts the endpoint under `/webhooks`.
            "/acme/anthropic",
        ] {
            assert_eq!(find(template, path), Some("acme"), "{path}");
        }
        for path in [
            "",
            "*",
            "/",
            "/anthropic",
            "webhooks/acme/anthropic",
            "/webhooks/acme",
            "/webhooks/acme/anthropic/",
            "/webhooks/acme/anthropic//",
            "/webhooks/acme/openai",
            "/webhooks/acme/Anthropic",
            "/webhooks/acme/anthropi%63",
            "/hooks/acme/anthropic",
            "//acme/anthropic",
            "/webhooks/acme/eu/anthropic",
        ] {
            assert!(find(template, path).is_none_or(str::is_empty), "{path}");
        }
        assert_eq!(find(template, "/webhooks//anthropic"), Some(""));
        assert_eq!(find("/{tenant}", "/webhooks/acme"), Some("acme"));
        assert_eq!(find("/{tenant}", "/webhooks/acme/"), Some(""));
        assert_eq!(find("/{tenant}/a/b", "/acme/a/b"), Some("acme"));
        assert_eq!(find("/{tenant}/a/b", "/acme/b/a"), None);
        assert_eq!(find("/a/b/{tenant}", "/a/b/acme"), Some("acme"));
        assert_eq!(find("/a/b/{tenant}", "/b/a/acme"), None);
    }

    #[test]
    fn template_needs_one_placeholder_and_literal_segments() {
        for bad in [
            "",
            "/",
            "{tenant}",
            "webhooks/{tenant}",
            "/webhooks",
            "/{tenant}/{tenant}",
            "/webhooks/x-{tenant}",
            "/webhooks/{id}/{tenant}",
            "/webhooks//{tenant}",
            "/{tenant}/",
            "/./{tenant}",
            "/../{tenant}",
            "/{tenant}?a=b",
            "/web hooks/{tenant}",
            "/web%20hooks/{tenant}",
            "/ü/{tenant}",
            "/:tenant",
            "/*/{tenant}#",
        ] {
            assert!(Template::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn headers_that_proxies_rewrite_are_rejected() {
        for bad in [
            "host",
            "Host",
            "forwarded",
            "X-Forwarded-Host",
            "x-forwarded-prefix",
            "",
            "x tenant",
        ] {
            assert!(header(bad).is_err(), "{bad}");
        }
        assert!(header("X-Tenant").is_ok());
    }
}
