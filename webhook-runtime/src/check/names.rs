//! Finding names in a sorted list, in a constant.

use super::text::Text;
use crate::catalog::EventInfo;
use crate::text::{compare, equal, starts_with};

/// How many names a message lists at most.
pub(super) const LISTED: usize = 3;

/// The range of the events whose names start with a prefix: first, and one behind the last.
pub(crate) const fn family(events: &[EventInfo], prefix: &str) -> (usize, usize) {
    let (mut low, mut high) = (0, events.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if compare(events[middle].name(), prefix) < 0 {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let start = low;
    high = events.len();
    while low < high {
        let middle = low + (high - low) / 2;
        if starts_with(events[middle].name(), prefix) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    (start, low)
}

/// The names that are most like a wrong one, best first.
#[derive(Clone, Copy)]
pub(super) struct Nearest<'a> {
    name: &'a str,
    names: [&'a str; LISTED],
    scores: [usize; LISTED],
}

impl<'a> Nearest<'a> {
    pub(super) const fn to(name: &'a str) -> Self {
        Self {
            name,
            names: [""; LISTED],
            scores: [0; LISTED],
        }
    }

    pub(super) const fn to_event(name: &'a str, events: &'a [EventInfo]) -> Self {
        let mut nearest = Self::to(name);
        let mut i = 0;
        while i < events.len() {
            nearest = nearest.consider(events[i].name());
            i += 1;
        }
        nearest
    }

    /// The families of a catalog, without the dot at their end.
    pub(super) const fn to_family(name: &'a str, events: &'a [EventInfo]) -> Self {
        let mut nearest = Self::to(name);
        let mut last = "";
        let mut i = 0;
        while i < events.len() {
            let event = events[i].name();
            let mut end = event.len();
            while end > 0 {
                end -= 1;
                if event.as_bytes()[end] == b'.' {
                    let family = split(event, end);
                    // Events of a family stand together, so each is looked at about once.
                    if !equal(family, last) && !nearest.has(family) {
                        nearest = nearest.consider(family);
                    }
                    last = family;
                }
            }
            i += 1;
        }
        nearest
    }

    const fn has(&self, name: &str) -> bool {
        let mut i = 0;
        while i < LISTED {
            if equal(self.names[i], name) {
                return true;
            }
            i += 1;
        }
        false
    }

    pub(super) const fn consider(mut self, other: &'a str) -> Self {
        let mut other = other;
        let mut score = likeness(other, self.name);
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

    /// How many are worth naming: the best if it is good enough, others if they are about as good.
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

    /// The names that are worth naming, with a word before the last.
    pub(super) const fn list(&self, text: Text, last: &str, end: &str) -> Text {
        let count = self.count();
        let mut text = text;
        let mut i = 0;
        while i < count {
            if i > 0 {
                text = text.push(if i + 1 == count { last } else { ", " });
            }
            text = text.push("`").push(self.names[i]).push(end).push("`");
            i += 1;
        }
        text
    }
}

/// The text before a place that is no part of a longer character.
const fn split(text: &str, end: usize) -> &str {
    match std::str::from_utf8(text.as_bytes().split_at(end).0) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// How alike two names are, in thousandths: what they share at the front and at the back.
///
/// One typing error leaves nearly all of it; it costs one look at each byte, which a distance would not.
const fn likeness(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let shorter = if a.len() < b.len() { a.len() } else { b.len() };
    let mut front = 0;
    while front < shorter && a[front].eq_ignore_ascii_case(&b[front]) {
        front += 1;
    }
    let mut back = 0;
    while back < shorter - front
        && a[a.len() - 1 - back].eq_ignore_ascii_case(&b[b.len() - 1 - back])
    {
        back += 1;
    }
    2000 * (front + back) / (a.len() + b.len() + 1)
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

    fn near(name: &str) -> Vec<&str> {
        let nearest = Nearest::to_event(name, EVENTS);
        nearest.names[..nearest.count()].to_vec()
    }

    #[test]
    fn a_family_is_a_range_of_whole_segments() {
        assert_eq!(family(EVENTS, "session."), (0, 3));
        assert_eq!(family(EVENTS, "vault."), (3, 4));
        assert_eq!(family(EVENTS, "vault_credential."), (4, 5));
        assert_eq!(family(EVENTS, ""), (0, 5));
        let (start, end) = family(EVENTS, "none.");
        assert_eq!(start, end);
    }

    #[test]
    fn a_typing_error_finds_the_name() {
        assert_eq!(near("session.ideld")[0], "session.idled");
        assert_eq!(near("sesion.created")[0], "session.created");
        assert_eq!(near("status_idled")[0], "session.status_idled");
        assert_eq!(near("session_status_idled")[0], "session.status_idled");
        assert!(near("pizza").is_empty());
    }
}
