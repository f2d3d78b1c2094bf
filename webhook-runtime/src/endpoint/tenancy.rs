//! Where a request names its tenant.

use std::borrow::Cow;
use std::fmt;

use http::{HeaderMap, HeaderName, Uri};

use super::uri;
use crate::tenant;

/// Where a request names its tenant. Nothing else of the request is looked at.
pub(super) enum Tenancy {
    Path(Template),
    Header(HeaderName),
    Query(Box<str>),
}

/// The same, as a builder is told it.
#[derive(Clone, Debug)]
pub(super) enum TenantLocation {
    Path(String),
    Header(String),
    Query(String),
}

impl Tenancy {
    /// What is wrong with a place, and what to do, if there can be no tenant.
    pub(super) fn new(at: &TenantLocation) -> Result<Self, &'static str> {
        match at {
            TenantLocation::Path(template) => Template::new(template).map(Self::Path),
            TenantLocation::Header(name) => header(name).map(Self::Header),
            TenantLocation::Query(name) if name.is_empty() => {
                Err("the parameter's name is empty: write it as in `.tenant_in_query(\"tenant\")`")
            }
            TenantLocation::Query(name) => Ok(Self::Query(name.as_str().into())),
        }
    }

    /// The name that a request gives, or why it gives none. `uri`: if the door sees it.
    pub(super) fn name<'r>(
        &self,
        uri: Option<&'r Uri>,
        headers: &'r HeaderMap,
    ) -> Result<Cow<'r, str>, &'static str> {
        const NO_URI: &str = "the tenant stands in the URI, which `handle_bytes` does not see: call `handle_bytes_for` or `handle`";
        let name = match self {
            Self::Path(template) => {
                let path = uri.ok_or(NO_URI)?.path();
                let segment = template
                    .find(path)
                    .ok_or("the path does not fit the template of `.tenant_in_path(…)`")?;
                uri::segment(segment).ok_or("the tenant in the path is not encoded right")?
            }
            Self::Query(name) => {
                let query = uri.ok_or(NO_URI)?.query().unwrap_or_default();
                uri::parameter(query, name).ok_or(
                    "the query does not have the parameter of `.tenant_in_query(…)`, has it more than once, or is not encoded right",
                )?
            }
            Self::Header(name) => {
                let mut values = headers.get_all(name).iter();
                let (Some(value), None) = (values.next(), values.next()) else {
                    return Err("the header of `.tenant_in_header(…)` is not there once");
                };
                let value = value
                    .to_str()
                    .map_err(|_| "the tenant in the header is not visible ASCII")?;
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
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(
        |_| "it is no name of a header: write it as in `.tenant_in_header(\"x-tenant\")`",
    )?;
    let text = name.as_str();
    if matches!(text, "host" | "forwarded") || text.starts_with("x-forwarded-") {
        return Err(
            "proxies write `Host`, `Forwarded` and `X-Forwarded-*` anew, and HTTP/2 has no `Host`: let the sender's URL name the tenant in its path or query",
        );
    }
    Ok(name)
}

/// What stands for the tenant in a template.
const PLACE: &str = "{tenant}";

/// A path with a place for the tenant.
#[derive(Debug)]
pub(super) struct Template {
    /// The segments around the place, both from the place outwards.
    ahead: Box<[Box<str>]>,
    behind: Box<[Box<str>]>,
}

impl Template {
    fn new(template: &str) -> Result<Self, &'static str> {
        let segments = template
            .strip_prefix('/')
            .ok_or("the template of the path begins with `/`")?;
        let segments: Vec<&str> = segments.split('/').collect();
        let mut places = segments.iter().enumerate().filter(|(_, s)| **s == PLACE);
        let (Some((at, _)), None) = (places.next(), places.next()) else {
            return Err(
                "the template of the path has the segment `{tenant}` once: write it as in `.tenant_in_path(\"/webhooks/{tenant}\")`",
            );
        };
        let (ahead, behind) = segments.split_at(at);
        let behind = behind.get(1..).unwrap_or_default();
        for literal in ahead.iter().chain(behind) {
            if literal.is_empty() || *literal == "." || *literal == ".." {
                return Err(
                    "the template of the path has no empty segment, and neither `.` nor `..`",
                );
            }
            if !literal.bytes().all(is_literal) {
                return Err(
                    "a segment of the path's template holds what stands in no path as it is: nothing but `{tenant}` has a meaning of its own",
                );
            }
        }
        Ok(Self {
            ahead: ahead.iter().rev().map(|s| Box::from(*s)).collect(),
            behind: behind.iter().map(|s| Box::from(*s)).collect(),
        })
    }

    /// The segment of the tenant. Path and template are compared from their ends, as far as both go: frameworks strip
    /// what they mount an endpoint under, or do not.
    fn find<'p>(&self, path: &'p str) -> Option<&'p str> {
        let mut segments = path.strip_prefix('/')?.rsplit('/');
        for literal in self.behind.iter().rev() {
            if segments.next()? != &**literal {
                return None;
            }
        }
        let name = segments.next()?;
        for (literal, segment) in self.ahead.iter().zip(segments) {
            if segment != &**literal {
                return None;
            }
        }
        Some(name)
    }
}

/// What stands in a segment without being encoded, by RFC 3986.
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
    fn a_template_fits_the_end_of_a_path() {
        let template = "/webhooks/{tenant}/anthropic";
        for path in [
            "/webhooks/acme/anthropic",
            "/api/v1/webhooks/acme/anthropic",
            // What a framework leaves of it that has mounted the endpoint under `/webhooks`.
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
    fn a_template_has_one_place_and_plain_segments() {
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
    fn no_header_that_proxies_write_names_a_tenant() {
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
