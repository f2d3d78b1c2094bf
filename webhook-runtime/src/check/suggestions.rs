//! Suggestions for unknown names.

use super::message::Message;
use crate::catalog::EventInfo;
use crate::text::equal;

/// Maximum number of names that a message lists.
pub(super) const LISTED: usize = 3;

/// Known names that are most similar to an unknown one, best first.
#[derive(Clone, Copy)]
pub(super) struct Suggestions<'a> {
    name: &'a str,
    names: [&'a str; LISTED],
    scores: [usize; LISTED],
}

impl<'a> Suggestions<'a> {
    /// Creates an empty list of suggestions for a name.
    pub(super) const fn to(name: &'a str) -> Self {
        Self {
            name,
            names: [""; LISTED],
            scores: [0; LISTED],
        }
    }

    /// Suggests events of a catalog.
    pub(super) const fn to_event(name: &'a str, events: &'a [EventInfo]) -> Self {
        let mut suggestions = Self::to(name);
        let mut i = 0;
        while i < events.len() {
            suggestions = suggestions.consider(events[i].name());
            i += 1;
        }
        suggestions
    }

    /// Suggests families of a catalog, without the dot at their end.
    pub(super) const fn to_family(name: &'a str, events: &'a [EventInfo]) -> Self {
        let mut suggestions = Self::to(name);
        let mut last = "";
        let mut i = 0;
        while i < events.len() {
            let event = events[i].name();
            let mut end = event.len();
            while end > 0 {
                end -= 1;
                if event.as_bytes()[end] == b'.' {
                    let family = split(event, end);
                    // The events of a family are adjacent, so each family is compared about once.
                    if !equal(family, last) && !suggestions.contains(family) {
                        suggestions = suggestions.consider(family);
                    }
                    last = family;
                }
            }
            i += 1;
        }
        suggestions
    }

    const fn contains(&self, name: &str) -> bool {
        let mut i = 0;
        while i < LISTED {
            if equal(self.names[i], name) {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Adds a known name if it is similar enough.
    pub(super) const fn consider(mut self, other: &'a str) -> Self {
        let mut other = other;
        let mut score = similarity(other, self.name);
        let mut rank = 0;
        while rank < LISTED {
            if score > self.scores[rank] {
                (score, self.scores[rank]) = (self.scores[rank], score);
                (other, self.names[rank]) = (self.names[rank], other);
            }
            rank += 1;
        }
        self
    }

    /// Returns the number of suggestions: the best if it is similar enough, and others that are about as similar.
    pub(super) const fn count(&self) -> usize {
        let mut count = 0;
        while count < LISTED
            && self.scores[count] >= 550
            && self.scores[count] + 120 >= self.scores[0]
        {
            count += 1;
        }
        count
    }

    /// Appends the suggestions, each followed by `end`, with `last` as the last separator.
    pub(super) const fn list(&self, message: Message, last: &str, end: &str) -> Message {
        let count = self.count();
        let mut message = message;
        let mut i = 0;
        while i < count {
            if i > 0 {
                message = message.push(if i + 1 == count { last } else { ", " });
            }
            message = message.push("`").push(self.names[i]).push(end).push("`");
            i += 1;
        }
        message
    }
}

/// Returns the text before an index, which is a character boundary.
const fn split(text: &str, end: usize) -> &str {
    match std::str::from_utf8(text.as_bytes().split_at(end).0) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// Returns the similarity of two names in thousandths, from the lengths of their common prefix and suffix.
///
/// A typing error changes little of them, and each byte is read once. An edit distance over the names of a large
/// catalog would exceed the compiler's limit for constants.
const fn similarity(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let shorter = if a.len() < b.len() { a.len() } else { b.len() };
    let mut prefix = 0;
    while prefix < shorter && a[prefix].eq_ignore_ascii_case(&b[prefix]) {
        prefix += 1;
    }
    let mut suffix = 0;
    while suffix < shorter - prefix
        && a[a.len() - 1 - suffix].eq_ignore_ascii_case(&b[b.len() - 1 - suffix])
    {
        suffix += 1;
    }
    2000 * (prefix + suffix) / (a.len() + b.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: &[EventInfo] = &[
        EventInfo::new("session.created", "A"),
        EventInfo::new("session.idled", "B"),
        EventInfo::new("session.status_idled", "C"),
        EventInfo::new("vault.created", "D"),
        EventInfo::new("vault_credential.created", "E"),
    ];

    fn suggested(name: &str) -> Vec<&str> {
        let suggestions = Suggestions::to_event(name, EVENTS);
        suggestions.names[..suggestions.count()].to_vec()
    }

    #[test]
    fn typing_error_suggests_the_intended_name() {
        assert_eq!(suggested("session.ideld")[0], "session.idled");
        assert_eq!(suggested("sesion.created")[0], "session.created");
        assert_eq!(suggested("status_idled")[0], "session.status_idled");
        assert_eq!(suggested("session_status_idled")[0], "session.status_idled");
        assert!(suggested("pizza").is_empty());
    }
}
