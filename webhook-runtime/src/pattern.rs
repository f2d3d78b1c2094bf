//! Patterns of event types, by which handlers and payload types select their events.
//!
//! [`catalog`](crate::catalog) finds the event of an exact pattern by the pattern's hash; [`router`](crate::router)
//! selects the handler with the most specific pattern.

/// Pattern of event types, by dot-separated segments: an exact name (`session.idled`), a family (`session.*`) or
/// everything (`*`).
///
/// `#[on(…)]` and `#[payload(…)]` create patterns and check their form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: &'static str,
    /// Hash of `text`, by which the catalog finds the event.
    pub(crate) key: u64,
    subtype: Option<(&'static str, &'static str)>,
    unlisted: bool,
}

impl Pattern {
    /// Creates a pattern for events of the catalog, from its text and the hash that the macros compute of it.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(text: &'static str, key: u64) -> Self {
        Self {
            text,
            key,
            subtype: None,
            unlisted: false,
        }
    }

    /// Limits the pattern to one sub-type of the event.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_subtype(mut self, key: &'static str, value: &'static str) -> Self {
        self.subtype = Some((key, value));
        self
    }

    /// Limits the pattern to events that the catalog does not list.
    #[doc(hidden)]
    #[must_use]
    pub const fn unlisted(mut self) -> Self {
        self.unlisted = true;
        self
    }

    /// Returns the text of the pattern, as written.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.text
    }

    /// Returns key and value of the sub-type that the pattern is limited to.
    #[must_use]
    pub const fn subtype(&self) -> Option<(&'static str, &'static str)> {
        self.subtype
    }

    /// Returns whether the pattern is limited to events that the catalog does not list.
    #[must_use]
    pub const fn is_unlisted(&self) -> bool {
        self.unlisted
    }

    /// Returns whether the pattern is the name of one event, neither a family nor `*`.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        !matches!(self.text.as_bytes(), [.., b'*'])
    }

    /// Returns the common prefix of all matching event types: the whole name, if the pattern is exact.
    pub(crate) const fn prefix(&self) -> &'static str {
        match self.text.as_bytes().split_last() {
            Some((b'*', prefix)) => match std::str::from_utf8(prefix) {
                Ok(prefix) => prefix,
                Err(_) => self.text,
            },
            _ => self.text,
        }
    }

    /// Returns whether an event type matches. Ignores the sub-type.
    #[must_use]
    pub fn matches(&self, event_type: &str) -> bool {
        if self.is_exact() {
            event_type == self.text
        } else {
            event_type.starts_with(self.prefix()) && event_type.len() > self.prefix().len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn family_matches_whole_segments() {
        let vault = Pattern::new("vault.*", 0);
        assert!(vault.matches("vault.created"));
        assert!(vault.matches("vault.a.b"));
        assert!(!vault.matches("vault_credential.created"));
        assert!(!vault.matches("vault"));
        assert!(!vault.matches("vault."));
        assert!(Pattern::new("*", 0).matches("anything"));
        assert!(Pattern::new("a.b", 0).matches("a.b"));
        assert!(!Pattern::new("a.b", 0).matches("a.b.c"));
    }
}
