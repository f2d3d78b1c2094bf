//! Which events a handler or payload is for: an exact name, a family or everything.

/// A pattern over event types, by dot-separated segments: `session.idled`, `session.*` or `*`.
///
/// Made by `#[on(…)]` and `#[payload(…)]`, whose macros have checked its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: &'static str,
    pub(crate) key: u64,
    subtype: Option<(&'static str, &'static str)>,
    unlisted: bool,
}

impl Pattern {
    /// A pattern over events that the catalog lists, and the key that the macros have made of its text.
    #[must_use]
    pub const fn new(text: &'static str, key: u64) -> Self {
        Self {
            text,
            key,
            subtype: None,
            unlisted: false,
        }
    }

    /// The same, for one sub-type of the event alone.
    #[must_use]
    pub const fn with_subtype(mut self, key: &'static str, value: &'static str) -> Self {
        self.subtype = Some((key, value));
        self
    }

    /// The exact name of an event that the catalog does not list.
    #[must_use]
    pub const fn unlisted(mut self) -> Self {
        self.unlisted = true;
        self
    }

    /// The pattern as it was written.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.text
    }

    /// The key and value of the sub-type that it is limited to.
    #[must_use]
    pub const fn subtype(&self) -> Option<(&'static str, &'static str)> {
        self.subtype
    }

    /// Whether it names an event that the catalog does not list.
    #[must_use]
    pub const fn is_unlisted(&self) -> bool {
        self.unlisted
    }

    /// Whether it is one event's name, neither a family nor `*`.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        !matches!(self.text.as_bytes(), [.., b'*'])
    }

    /// What every event type that it takes starts with: the whole name if it is exact.
    pub(crate) const fn prefix(&self) -> &'static str {
        match self.text.as_bytes().split_last() {
            Some((b'*', prefix)) => match std::str::from_utf8(prefix) {
                Ok(prefix) => prefix,
                Err(_) => self.text,
            },
            _ => self.text,
        }
    }

    /// Whether it takes events of this type. Sub-types are not looked at.
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
    fn families_go_by_segments() {
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
